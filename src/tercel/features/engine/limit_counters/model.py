"""Counters of limits as the wire knows them."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType


class LimitCounter(msgspec.Struct, kw_only=True, rename="camel"):
    """How much of a limit is used for one customer, code, identifier or period.

    ``id`` is derived from what is counted: the same counter always has the same one.
    """

    id: int
    account_id: int
    application_id: int
    campaign_id: int
    action: str
    profile_id: int | UnsetType = UNSET
    profile_integration_id: str | UnsetType = UNSET
    coupon_id: int | UnsetType = UNSET
    coupon_value: str | UnsetType = UNSET
    referral_id: int | UnsetType = UNSET
    referral_value: str | UnsetType = UNSET
    identifier: str | UnsetType = UNSET
    period: str | UnsetType = UNSET
    limit: Decimal
    counter: Decimal


class LimitCounters(msgspec.Struct):
    """All of them."""

    data: list[LimitCounter]
