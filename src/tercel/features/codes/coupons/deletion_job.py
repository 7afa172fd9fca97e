"""Deleting coupons in the background (behaviour/jobs 3): those that match when the job is asked for, none made later."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, func, select

from tercel.base.errors import InvalidError
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.listing import CouponDeletionFilters
from tercel.features.codes.coupons.store import delete_coupons
from tercel.features.common.scope import CampaignScope
from tercel.features.jobs.model import NewJob, OpenJob, Step, line_of
from tercel.features.jobs.queue import request_job
from tercel.features.jobs.work import KindOfWork

CHUNK = 20_000
_KIND = "couponDeletion"


class NewCouponDeletionJob(msgspec.Struct):
    """Coupons to delete in the background: all of the campaign when no filter is given."""

    filters: CouponDeletionFilters


async def request_deletion(tx: Transaction, scope: CampaignScope, new: NewCouponDeletionJob) -> int:
    """Ask for a deletion; the id of its job.

    Raises:
        InvalidError: two filters exclude each other.
        TooManyRequestsError: too many jobs are waiting.
    """
    if new.filters.usable is not None and new.filters.redeemed is not None:
        raise InvalidError.at("/filters/redeemed", "not", "redeemed cannot be used together with usable")
    job = NewJob(
        account_id=scope.account_id,
        line=line_of("campaign", scope.campaign_id),
        application_id=scope.application_id,
        campaign_id=scope.campaign_id,
        kind=_KIND,
        settings=new.filters,
        created=scope.now,
        created_by_id=scope.user_id,
    )
    return await request_job(tx, job)


class CouponDeletion:
    """One job, as long as one process works on it."""

    async def step(self, tx: Transaction, job: OpenJob) -> Step:
        """Delete the next coupons in the order of their ids."""
        filters = msgspec.convert(job.settings, CouponDeletionFilters)
        scope = job.campaign_scope
        which = [
            *scope.holds(coupons),
            coupons.c.created <= job.created,
            coupons.c.id > job.position,
            *filters.conditions(scope),
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


DELETION = KindOfWork(_KIND, CouponDeletion)
