"""Reservations as the wire knows them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.base import limits


class CouponReservations(msgspec.Struct):
    """The customers who reserve a coupon, or whose reservation ends."""

    integration_ids: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]],
        Meta(max_length=limits.PROFILES_PER_CALL_MAX),
    ] = msgspec.field(name="integrationIDs")
