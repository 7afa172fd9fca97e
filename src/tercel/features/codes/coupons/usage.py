"""How often coupons without a limit were used and what they gave: sums of the ledger's entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec
from sqlalchemy import func, select

from tercel.base.numbers import ZERO
from tercel.database.tables.ledger import entries
from tercel.database.transaction import Transaction

_redemptions = func.coalesce(func.sum(entries.c.amount).filter(entries.c.kind == "redeemCoupon"), 0)
_discounts = func.coalesce(func.sum(entries.c.coupon_discount), 0)


class Usage(msgspec.Struct, frozen=True):
    """Redemptions, and the discount they gave; reversals are subtracted."""

    redemptions: int = 0
    discount: Decimal = ZERO


async def load_usage(
    tx: Transaction, application_id: int, coupon_ids: Collection[int]
) -> Mapping[int, Usage]:
    """Load the usage of coupons of an application from the ledger; coupons that were never used are absent."""
    statement = (
        select(entries.c.coupon_id, _redemptions.label("redemptions"), _discounts.label("discount"))
        .where(entries.c.application_id == application_id, entries.c.coupon_id.in_(coupon_ids))
        .group_by(entries.c.coupon_id)
    )
    rows = await tx.all(statement)
    return {row.coupon_id: Usage(int(row.redemptions), row.discount) for row in rows}
