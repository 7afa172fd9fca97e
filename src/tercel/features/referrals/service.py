"""Finding, changing and deleting referrals (management.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from tercel.database.tables.codes import referrals
from tercel.database.transaction import Transaction
from tercel.features.codes.campaign import CodeCampaign
from tercel.features.codes.checks import attribute_problems, date_problems, refuse, without_nulls
from tercel.features.codes.filters import is_between, is_like_code, is_valid
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.referrals.model import Referral, ReferralFilter, UpdateReferral
from tercel.features.referrals.store import answer, change_referral
from tercel.ledger.start_counting import started_referral_counter, stop_redemptions

_SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "id": referrals.c.id,
    "created": referrals.c.created,
    "code": referrals.c.code,
    "usageLimit": referrals.c.usage_limit,
    "startDate": referrals.c.start_date,
    "expiryDate": referrals.c.expiry_date,
    "advocateProfileIntegrationId": referrals.c.advocate_profile_integration_id,
}


async def list_referrals(
    tx: Transaction,
    campaign: CodeCampaign,
    *,
    filters: ReferralFilter,
    page: PageRequest,
    now: datetime,
    is_counted: bool,
) -> Page[Referral]:
    """A page of the referrals of a campaign.

    Raises:
        InvalidError: the sort field is unknown.
    """
    statement = select(referrals).where(
        referrals.c.campaign_id == campaign.id,
        referrals.c.application_id == campaign.application_id,
        *_conditions(filters, now),
    )
    ordered = order_by(statement, page.sort, allowed=_SORTABLE, default=referrals.c.id)
    found = await fetch_page(tx, ordered, page, counted=is_counted, row=lambda row: row)
    return Page(data=await answer(tx, found.data), total=found.total, has_more=found.has_more)


async def update_referral(
    tx: Transaction, campaign: CodeCampaign, referral_id: int, change: UpdateReferral
) -> Referral:
    """Change one referral; what it is now.

    Raises:
        NotFoundError: the campaign has no such referral.
        InvalidError: the new settings cannot be used.
    """
    await stop_redemptions(tx, campaign.id)
    problems = await attribute_problems(
        tx,
        change.attributes or {},
        entity="Referral",
        account_id=campaign.account_id,
        application_id=campaign.application_id,
    )
    refuse([*date_problems(change.start_date, change.expiry_date), *problems])
    values = _values(change)
    if change.usage_limit is not None:
        values |= started_referral_counter()
    row = await change_referral(tx, campaign, referral_id, values)
    return (await answer(tx, [row]))[0]


def _values(change: UpdateReferral) -> dict[str, Any]:
    """The columns to write: dates always, the rest when given; an empty friend removes the friend."""
    values: dict[str, Any] = {"start_date": change.start_date, "expiry_date": change.expiry_date}
    if change.usage_limit is not None:
        values["usage_limit"] = change.usage_limit
    if change.friend_profile_integration_id is not None:
        values["friend_profile_integration_id"] = change.friend_profile_integration_id or None
    if change.attributes is not None:
        values["attributes"] = without_nulls(change.attributes)
    return values


def _conditions(filters: ReferralFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if filters.code:
        yield is_like_code(referrals.c.code, filters.code)
    yield from is_between(referrals.c.created, filters.created_after, filters.created_before)
    if filters.valid is not None:
        yield is_valid(referrals.c.start_date, referrals.c.expiry_date, filters.valid, now)
    if filters.usable is not None:
        is_usable = or_(referrals.c.usage_limit == 0, referrals.c.usage_counter < referrals.c.usage_limit)
        yield is_usable if filters.usable == "true" else ~is_usable
    if filters.advocate is not None:
        yield referrals.c.advocate_profile_integration_id == filters.advocate
