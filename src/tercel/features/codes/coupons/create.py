"""Creating coupons: many with the same settings, or one for each of many recipients (behaviour/campaigns 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tercel.base import limits
from tercel.base.errors import Problem
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.checks import (
    constraint_problems,
    coupon_attribute_problems,
    limit_problems,
)
from tercel.features.codes.coupons.free import make_free_coupons
from tercel.features.codes.coupons.model import (
    Coupon,
    CouponConstraints,
    NewCoupons,
    NewCouponsForMultipleRecipients,
)
from tercel.features.codes.coupons.store import (
    answer,
    find_taken,
    insert_coupons,
    load_coupons,
)
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import refuse, without_nulls
from tercel.features.common.envelopes import Counted
from tercel.features.common.patterns.choose import check_capacity, check_length, choose_pattern
from tercel.features.common.patterns.make import make_codes, secure_choices, wait_for_turn
from tercel.features.common.patterns.pattern import Choices, CodePattern

_HEX = "0123456789abcdef"
_BATCH_ID_LENGTH = 16
_PATTERN = "/couponPattern"


async def create_coupons(
    tx: Transaction,
    campaign: CodeCampaign,
    new: NewCoupons,
    *,
    now: datetime,
    choices: Choices = secure_choices,
) -> list[str]:
    """Create a batch; its codes.

    Raises:
        InvalidError: the settings cannot be used, or the pattern does not give so many codes.
        ConflictError: the code was given as a fixed text, and it exists.
    """
    attributes = {**campaign.coupon_attributes, **(new.attributes or {})}
    recipient = new.recipient_integration_id or None
    refuse(
        [
            *_number_problems(new),
            *constraint_problems(new),
            *limit_problems(new.limits, is_single=new.number_of_coupons == 1 and recipient is None),
            *await coupon_attribute_problems(tx, campaign, attributes),
        ]
    )
    pattern = choose_pattern(
        text=new.coupon_pattern,
        alphabet=new.valid_characters,
        settings=campaign.coupon_settings,
        pointer=_PATTERN,
        prefix=new.unique_prefix or "",
    )
    columns = {
        **coupon_columns(campaign, new, attributes, now),
        "limits": new.limits or [],
        "reservation": recipient is None,
        "is_reservation_mandatory": new.is_reservation_mandatory,
        "implicitly_reserved": bool(new.implicitly_reserved),
    }
    return await _create(
        tx, campaign, pattern, columns, recipients=[recipient] * new.number_of_coupons, choices=choices
    )


async def create_coupons_for_recipients(
    tx: Transaction,
    campaign: CodeCampaign,
    new: NewCouponsForMultipleRecipients,
    *,
    now: datetime,
    choices: Choices = secure_choices,
) -> list[str]:
    """Create one coupon for each recipient; their codes. Failures as in ``create_coupons``."""
    attributes = {**campaign.coupon_attributes, **(new.attributes or {})}
    refuse([*constraint_problems(new), *await coupon_attribute_problems(tx, campaign, attributes)])
    pattern = choose_pattern(
        text=new.coupon_pattern,
        alphabet=new.valid_characters,
        settings=campaign.coupon_settings,
        pointer=_PATTERN,
    )
    columns = {**coupon_columns(campaign, new, attributes, now), "reservation": False}
    return await _create(
        tx, campaign, pattern, columns, recipients=new.recipients_integration_ids, choices=choices
    )


async def describe_coupons(
    tx: Transaction, campaign: CodeCampaign, codes: Collection[str]
) -> Counted[Coupon]:
    """Created coupons as answered."""
    return Counted(len(codes), await answer(tx, await load_coupons(tx, campaign.application_id, codes)))


def draw_batch_id(choices: Choices) -> str:
    """Draw a new name for coupons that are made together."""
    return "".join(choices(_HEX, _BATCH_ID_LENGTH))


def coupon_columns(
    campaign: CodeCampaign, new: CouponConstraints, attributes: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the columns that the coupons of a batch share."""
    return {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "usage_limit": new.usage_limit,
        "discount_limit": new.discount_limit,
        "reservation_limit": new.reservation_limit,
        "start_date": new.start_date,
        "expiry_date": new.expiry_date,
        "attributes": without_nulls(attributes),
        "created": now,
    }


async def _create(
    tx: Transaction,
    campaign: CodeCampaign,
    pattern: CodePattern,
    columns: Mapping[str, Any],
    *,
    recipients: Sequence[str | None],
    choices: Choices,
) -> list[str]:
    folded = pattern.folded(campaign.case_sensitivity)
    check_length(folded, limits.COUPON_CODE_LENGTH_MAX, "/uniquePrefix" if folded.prefix else _PATTERN)
    check_capacity(folded, len(recipients), _PATTERN)
    shared = {**columns, "batch_id": draw_batch_id(choices)}

    async def insert(codes: Mapping[str, str | None]) -> Collection[str]:
        return await insert_coupons(tx, shared, codes)

    async def taken(codes: Collection[str]) -> set[str]:
        return await find_taken(tx, campaign.application_id, codes)

    made: list[str] = []
    if len(recipients) > 1:
        await wait_for_turn(tx, "coupons", campaign.id)
        if len(set(recipients)) == 1:
            owned = {**shared, "recipient_integration_id": recipients[0]}
            made = await make_free_coupons(tx, folded, owned, len(recipients), choices)
    left = recipients[len(made) :]
    return made + await make_codes(
        folded, left, insert=insert, find_taken=taken, choices=choices, pointer=_PATTERN
    )


def _number_problems(new: NewCoupons) -> Iterator[Problem]:
    most = limits.COUPONS_WITH_PREFIX_PER_CALL_MAX if new.unique_prefix else limits.COUPONS_PER_CALL_MAX
    if new.number_of_coupons > most:
        details = f"at most {most} coupons can be created in one call: create more in several calls"
        yield Problem(title="maximum", details=details, pointer="/numberOfCoupons")
