"""Finding coupons: every filter of management.md 4.4 as a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select

from tercel.base.errors import InvalidError
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.campaigns.model import CampaignState
from tercel.features.campaigns.state import is_in_state
from tercel.features.codes.filters import is_between, is_like_code, is_valid
from tercel.features.common.matching import has_attributes
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.coupons.model import Coupon, CouponFilter, CouponValue
from tercel.features.coupons.store import answer
from tercel.ledger.code_figures import coupon_redemptions

_SORTABLE: Mapping[str, ColumnElement[Any]] = {
    name: coupons.c[column]
    for name, column in {
        "id": "id",
        "created": "created",
        "value": "value",
        "usageLimit": "usage_limit",
        "startDate": "start_date",
        "expiryDate": "expiry_date",
        "recipientIntegrationId": "recipient_integration_id",
        "batchId": "batch_id",
    }.items()
}


async def list_coupons(
    tx: Transaction,
    *,
    application_id: int,
    campaign_id: int | None,
    filters: CouponFilter,
    attributes: Mapping[str, Any],
    page: PageRequest,
    now: datetime,
    is_counted: bool,
) -> Page[Coupon]:
    """A page of the coupons of a campaign, or of all campaigns of the application."""
    statement = _select(coupons, application_id, campaign_id, filters, attributes, now)
    found = await _fetch(tx, statement, page, is_counted=is_counted)
    return Page(data=await answer(tx, found.data), total=found.total, has_more=found.has_more)


async def list_values(
    tx: Transaction,
    *,
    application_id: int,
    campaign_id: int,
    filters: CouponFilter,
    page: PageRequest,
    now: datetime,
) -> Page[CouponValue]:
    """A page of the codes of a campaign, without anything else."""
    statement = _select(coupons.c.value, application_id, campaign_id, filters, {}, now)
    found = await _fetch(tx, statement, page, is_counted=False)
    return Page(data=[CouponValue(row.value) for row in found.data], has_more=found.has_more)


def conditions(filters: CouponFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    """The conditions that the filters stand for.

    Raises:
        InvalidError: two filters exclude each other.
    """
    if filters.usable is not None and filters.redeemed is not None:
        raise InvalidError.parameter("redeemed", "not", "redeemed cannot be used together with usable")
    if filters.value:
        yield _has_value(filters.value, is_exact=filters.exact_match)
    yield from is_between(coupons.c.created, filters.created_after, filters.created_before)
    yield from is_between(coupons.c.start_date, filters.starts_after, filters.starts_before)
    yield from is_between(coupons.c.expiry_date, filters.expires_after, filters.expires_before)
    if filters.valid is not None:
        yield is_valid(coupons.c.start_date, coupons.c.expiry_date, filters.valid, now)
    yield from _about_use(filters)
    yield from _equalities(filters)
    if filters.campaign_state is not None:
        yield coupons.c.campaign_id.in_(_campaigns_in_state(filters.campaign_state, now))


def _about_use(filters: CouponFilter) -> Iterator[ColumnElement[bool]]:
    if filters.usable is not None:
        is_usable = or_(coupons.c.usage_limit == 0, coupons.c.usage_counter < coupons.c.usage_limit)
        yield is_usable if filters.usable == "true" else ~is_usable
    if filters.redeemed is not None:
        redemptions = coupon_redemptions()
        yield redemptions > 0 if filters.redeemed == "true" else redemptions <= 0


def _equalities(filters: CouponFilter) -> Iterator[ColumnElement[bool]]:
    if filters.referral_id is not None:
        yield coupons.c.referral_id == filters.referral_id
    if filters.recipient_integration_id is not None:
        yield coupons.c.recipient_integration_id == filters.recipient_integration_id
    if filters.batch_id is not None:
        yield coupons.c.batch_id == filters.batch_id


def _has_value(value: str, *, is_exact: bool) -> ColumnElement[bool]:
    """Whether the code is, or looks like, this text."""
    if not is_exact:
        return is_like_code(coupons.c.value, value)
    return func.lower(coupons.c.value) == value.lower()


def _campaigns_in_state(state: CampaignState | Literal["draft"], now: datetime) -> Select[Any]:
    """Campaigns that lists show in this state; ``draft`` is a name of old clients for a state that we do not have."""
    in_state = false() if state == "draft" else is_in_state(state, now)
    return select(campaigns.c.id).where(in_state)


def _select(
    what: Any,
    application_id: int,
    campaign_id: int | None,
    filters: CouponFilter,
    attributes: Mapping[str, Any],
    now: datetime,
) -> Select[Any]:
    statement = select(what).where(coupons.c.application_id == application_id, *conditions(filters, now))
    if campaign_id is not None:
        statement = statement.where(coupons.c.campaign_id == campaign_id)
    return statement.where(*has_attributes(coupons.c.attributes, attributes))


async def _fetch(
    tx: Transaction, statement: Select[Any], page: PageRequest, *, is_counted: bool
) -> Page[Row[Any]]:
    ordered = order_by(statement, page.sort, allowed=_SORTABLE, default=coupons.c.id)
    return await fetch_page(tx, ordered, page, counted=is_counted, row=lambda row: row)
