"""Deleting coupons in the background (management.md 4.4): those that match when the job is asked for, none made later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, func, select

from tercel.base.errors import InvalidError
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.campaign import CodeCampaign
from tercel.features.coupons.list import conditions
from tercel.features.coupons.model import CouponDeletionFilters, CouponFilter, NewCouponDeletionJob
from tercel.features.coupons.store import delete_coupons
from tercel.features.jobs.model import NewJob, OpenJob, Step
from tercel.features.jobs.queue import request_job

CHUNK = 20_000


async def request_deletion(
    tx: Transaction, campaign: CodeCampaign, new: NewCouponDeletionJob, *, user_id: int, now: datetime
) -> int:
    """Ask for a deletion; the id of its job.

    Raises:
        InvalidError: two filters exclude each other.
        TooManyRequestsError: too many jobs are waiting.
    """
    if new.filters.usable is not None and new.filters.redeemed is not None:
        raise InvalidError.at("/filters/redeemed", "not", "redeemed cannot be used together with usable")
    job = NewJob(
        application_id=campaign.application_id,
        campaign_id=campaign.id,
        kind="couponDeletion",
        settings=new.filters,
        created=now,
        created_by_id=user_id,
    )
    return await request_job(tx, job)


class CouponDeletion:
    """One job, as long as one process works on it."""

    async def step(self, tx: Transaction, job: OpenJob) -> Step:
        """Delete the next coupons in the order of their ids."""
        filters = _as_in_lists(msgspec.convert(job.settings, CouponDeletionFilters))
        which = [
            coupons.c.application_id == job.application_id,
            coupons.c.campaign_id == job.campaign_id,
            coupons.c.created <= job.created,
            coupons.c.id > job.position,
            *conditions(filters, job.created),
        ]
        total = job.total if job.total is not None else await _count(tx, which)
        chunk = select(coupons.c.id).where(*which).order_by(coupons.c.id).limit(CHUNK).subquery()
        last = await tx.scalar(select(func.max(chunk.c.id)))
        if last is None:
            return Step(done=0, is_last=True, position=job.position, total=total)
        deleted = await delete_coupons(tx, [*which, coupons.c.id <= last])
        return Step(done=deleted, is_last=False, position=last, total=total)


async def _count(tx: Transaction, which: Sequence[ColumnElement[bool]]) -> int:
    count: int = await tx.scalar(select(func.count()).select_from(coupons).where(*which))
    return count


def _as_in_lists(filters: CouponDeletionFilters) -> CouponFilter:
    given = {name: getattr(filters, name) for name in filters.__struct_fields__}
    return CouponFilter(**given | {name: _yes_no(given[name]) for name in ("usable", "redeemed")})


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()
