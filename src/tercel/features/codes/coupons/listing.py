"""Lists of coupons: every filter of behaviour/campaigns 7 as a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, false, func, or_, select

from tercel.base.errors import InvalidError
from tercel.base.keys import fold_code
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.model import CampaignState
from tercel.features.campaigns.campaigns.state import is_in_state
from tercel.features.codes.coupons.model import Coupon, CouponValue
from tercel.features.codes.coupons.store import answer
from tercel.features.codes.library.filters import (
    Validity,
    YesNo,
    is_like_code,
    is_valid,
)
from tercel.features.common.filters import Filter, Means, Moment, equals, means, since, until
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.matching import has_attributes
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.ledger.code_figures import coupon_redemptions


def _is_usable(wanted: bool) -> ColumnElement[bool]:
    usable = or_(coupons.c.usage_limit == 0, coupons.c.usage_counter < coupons.c.usage_limit)
    return usable if wanted else ~usable


def _is_redeemed(wanted: bool) -> ColumnElement[bool]:
    redemptions = coupon_redemptions()
    return redemptions > 0 if wanted else redemptions <= 0


def _is_of_state(state: CampaignState | Literal["draft"], scope: Scope) -> ColumnElement[bool]:
    """Select coupons of campaigns that lists show in this state; ``draft`` is a name of old clients for a state that
    we do not have."""
    in_state = false() if state == "draft" else is_in_state(state, scope.now)
    return coupons.c.campaign_id.in_(select(campaigns.c.id).where(in_state))


_OF_STATE = Means(_is_of_state)


def _is_valid(validity: Validity, scope: Scope) -> ColumnElement[bool]:
    return is_valid(coupons.c.start_date, coupons.c.expiry_date, validity, scope.now)


class CouponFilter(Filter, kw_only=True, rename="camel"):
    """Which coupons are meant, as queries and bodies tell it alike. An empty value means any."""

    value: str | None = None
    exact_match: bool = False
    created_before: Annotated[Moment, until(coupons.c.created)] | None = None
    created_after: Annotated[Moment, since(coupons.c.created)] | None = None
    starts_before: Annotated[Moment, until(coupons.c.start_date)] | None = None
    starts_after: Annotated[Moment, since(coupons.c.start_date)] | None = None
    expires_before: Annotated[Moment, until(coupons.c.expiry_date)] | None = None
    expires_after: Annotated[Moment, since(coupons.c.expiry_date)] | None = None
    valid: Annotated[Validity, Means(_is_valid)] | None = None
    referral_id: Annotated[Id, equals(coupons.c.referral_id)] | None = None
    recipient_integration_id: Annotated[str, equals(coupons.c.recipient_integration_id)] | None = None
    batch_id: Annotated[str, equals(coupons.c.batch_id)] | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        if self.value:
            if self.exact_match:
                yield func.lower(coupons.c.value) == fold_code(self.value, "insensitive-lowercase")
            else:
                yield is_like_code(coupons.c.value, self.value)


class CouponDeletionFilters(CouponFilter, kw_only=True, rename="camel"):
    """Which coupons a job deletes: the filters of lists, as a body spells them."""

    usable: Annotated[bool, means(_is_usable)] | None = None
    redeemed: Annotated[bool, means(_is_redeemed)] | None = None


def _says_usable(given: YesNo) -> ColumnElement[bool]:
    return _is_usable(given == "true")


def _says_redeemed(given: YesNo) -> ColumnElement[bool]:
    return _is_redeemed(given == "true")


class CouponQuery(CouponFilter, kw_only=True, rename="camel"):
    """Which coupons to list or delete: queries have texts."""

    usable: Annotated[YesNo, means(_says_usable)] | None = None
    redeemed: Annotated[YesNo, means(_says_redeemed)] | None = None
    campaign_state: Annotated[CampaignState, _OF_STATE] | Annotated[Literal["draft"], _OF_STATE] | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        if self.usable is not None and self.redeemed is not None:
            raise InvalidError.parameter("redeemed", "not", "redeemed cannot be used together with usable")
        yield from super().conditions(scope)


class CouponListQuery(CouponQuery, kw_only=True, rename="camel"):
    """Which coupons to list. ``values_only`` leaves everything but the codes out."""

    values_only: bool = False


class CouponSearch(msgspec.Struct):
    """Attributes that the coupons found must all have, with these values."""

    attributes: dict[str, Any] = {}

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on the rows."""
        return has_attributes(coupons.c.attributes, self.attributes)


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], _scope: Scope) -> list[Coupon]:
    return await answer(tx, rows)


_SORT = {
    "id": coupons.c.id,
    "created": coupons.c.created,
    "value": coupons.c.value,
    "usageLimit": coupons.c.usage_limit,
    "startDate": coupons.c.start_date,
    "expiryDate": coupons.c.expiry_date,
    "recipientIntegrationId": coupons.c.recipient_integration_id,
    "batchId": coupons.c.batch_id,
}

#: Of a campaign, or of all campaigns of an application.
COUPONS: Listing[ApplicationScope, Coupon] = Listing(
    select=lambda scope: select(coupons).where(*scope.holds(coupons)),
    answer=_answer,
    key=coupons.c.id,
    sort=_SORT,
)

#: The same without anything but the codes.
COUPON_VALUES: Listing[ApplicationScope, CouponValue] = Listing(
    select=lambda scope: select(coupons.c.value).where(*scope.holds(coupons)),
    answer=each(lambda row: CouponValue(row.value)),
    key=coupons.c.id,
    sort=_SORT,
)
