"""Creating coupons by the million: asked for in one request, made in the background (behaviour/jobs 3).

The request fixes everything but the codes. Each step draws codes and writes them; meanwhile a thread draws those of the
next step. Steps are small enough to show progress and to lose little when a process dies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from tercel.base import limits
from tercel.base.errors import NotFoundError
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.checks import constraint_problems, coupon_attribute_problems
from tercel.features.codes.coupons.create import coupon_columns, draw_batch_id
from tercel.features.codes.coupons.free import (
    Piece,
    draw_free_coupons,
    is_mostly_free,
    write_free_coupons,
)
from tercel.features.codes.coupons.model import Attributes, CouponConstraints, NewCouponCreationJob
from tercel.features.codes.coupons.rows import encode_shared
from tercel.features.codes.coupons.store import find_taken, insert_coupons
from tercel.features.codes.library.ahead import DrawnAhead
from tercel.features.codes.library.campaign import CodeCampaign, find_code_campaign
from tercel.features.codes.library.checks import refuse, without_nulls
from tercel.features.common.patterns.choose import check_capacity, check_length, choose_pattern
from tercel.features.common.patterns.make import make_codes, secure_choices, wait_for_turn
from tercel.features.common.patterns.pattern import Choices, CodePattern
from tercel.features.common.scope import Scope
from tercel.features.jobs.model import NewJob, OpenJob, Step, line_of
from tercel.features.jobs.queue import request_job
from tercel.features.jobs.work import KindOfWork

CHUNK = 100_000
_KIND = "couponCreation"
_PATTERN = "/couponSettings/couponPattern"
_ALPHABET = "/couponSettings/validCharacters"


class CreationSettings(CouponConstraints, kw_only=True, rename="camel"):
    """What the coupons of a job share, and what their codes look like."""

    pattern: CodePattern
    attributes: Attributes
    is_reservation_mandatory: bool


async def request_creation(
    tx: Transaction,
    scope: Scope,
    campaign: CodeCampaign,
    new: NewCouponCreationJob,
    choices: Choices = secure_choices,
) -> str:
    """Ask for coupons; the id of the batch that they will be.

    Raises:
        InvalidError: the settings cannot be used, or the pattern does not give so many codes.
        TooManyRequestsError: too many jobs are waiting.
    """
    attributes = {**campaign.coupon_attributes, **new.attributes}
    refuse([*constraint_problems(new), *await coupon_attribute_problems(tx, campaign, attributes)])
    own = new.coupon_settings
    pattern = choose_pattern(
        text=None if own is None else own.coupon_pattern,
        alphabet=None if own is None else own.valid_characters,
        settings=campaign.coupon_settings,
        pointer=_PATTERN,
        alphabet_pointer=_ALPHABET,
    ).folded(campaign.case_sensitivity)
    check_length(pattern, limits.COUPON_CODE_LENGTH_MAX, _PATTERN)
    check_capacity(pattern, new.number_of_coupons, _PATTERN)
    settings = CreationSettings(
        pattern=pattern,
        attributes=without_nulls(attributes),
        is_reservation_mandatory=new.is_reservation_mandatory,
        usage_limit=new.usage_limit,
        discount_limit=new.discount_limit,
        reservation_limit=new.reservation_limit,
        start_date=new.start_date,
        expiry_date=new.expiry_date,
    )
    batch_id = draw_batch_id(choices)
    job = NewJob(
        account_id=scope.account_id,
        line=line_of("campaign", campaign.id),
        application_id=campaign.application_id,
        campaign_id=campaign.id,
        kind=_KIND,
        settings=settings,
        created=scope.now,
        created_by_id=scope.user_id,
        total=new.number_of_coupons,
        batch_id=batch_id,
    )
    await request_job(tx, job)
    return batch_id


class CouponCreation:
    """One job, as long as one process works on it."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._drawn: DrawnAhead[list[Piece]] | None = None

    async def step(self, tx: Transaction, job: OpenJob) -> Step:
        """Make the next coupons.

        Raises:
            NotFoundError: the campaign was deleted.
            InvalidError: the pattern has no free codes left.
            ConflictError: the pattern is a fixed text, and that code exists.
        """
        assert job.total is not None, "a creation knows how many coupons were asked for"
        place = job.campaign_scope
        campaign = await find_code_campaign(tx, place.application_id, place.campaign_id)
        if campaign is None:
            raise NotFoundError("the campaign was deleted")
        await wait_for_turn(tx, "coupons", campaign.id)
        settings = msgspec.convert(job.settings, CreationSettings)
        shared = {
            **coupon_columns(campaign, settings, settings.attributes, job.created),
            "is_reservation_mandatory": settings.is_reservation_mandatory,
            "batch_id": job.batch_id,
        }
        left = job.total - job.done
        wanted = min(left, CHUNK)
        made = 0
        if is_mostly_free(settings.pattern, job.total):
            packed = await encode_shared(tx, shared)
            self._drawn = self._drawn or draw_free_coupons(settings.pattern, packed, self._choices)
            pieces = await self._drawn.take(wanted, then=min(left - wanted, CHUNK))
            made = len(await write_free_coupons(tx, packed, pieces))
        made = made or await self._search(tx, campaign, settings.pattern, shared, wanted)
        return Step(done=made, is_last=made == left)

    async def _search(
        self,
        tx: Transaction,
        campaign: CodeCampaign,
        pattern: CodePattern,
        shared: Mapping[str, Any],
        wanted: int,
    ) -> int:
        """Write codes that are free among those that are taken; how many."""

        async def insert(codes: Mapping[str, str | None]) -> Collection[str]:
            return await insert_coupons(tx, shared, codes)

        async def taken(codes: Collection[str]) -> set[str]:
            return await find_taken(tx, campaign.application_id, codes)

        made = await make_codes(
            pattern, [None] * wanted, insert=insert, find_taken=taken, choices=self._choices, pointer=_PATTERN
        )
        return len(made)


CREATION = KindOfWork(_KIND, lambda: CouponCreation(secure_choices), {"capacity": "coupon pattern full"})
