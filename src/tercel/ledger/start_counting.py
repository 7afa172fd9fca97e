"""A code without a limit is edited, and may get one, while sessions redeem it.

Redemptions of such a code neither write nor lock its row, so the counter that appears with the limit must start from
all entries: also from those of a transaction that read the code as unlimited and is about to commit. Therefore both
sides take an advisory lock of the campaign before anything else. A batch that writes entries of uncounted codes shares it
and then makes sure that they were not edited since they were read (``EntryChanges`` in ``entries``); an edit of a code
or its limits has it alone (``stop_redemptions``) and sums up (``started_coupon_counters``, ``started_referral_counter``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from tercel.database.transaction import Transaction
from tercel.ledger.code_figures import coupon_discount, coupon_redemptions, referral_redemptions
from tercel.ledger.entries import UNCOUNTED_LOCK


async def started_coupon_counters(
    tx: Transaction, campaign_id: int, *, usage: bool, discount: bool
) -> dict[str, ColumnElement[Any]]:
    """Return the counters to write with new limits of coupons of a campaign: uses, discounts, or both."""
    if usage or discount:
        await stop_redemptions(tx, campaign_id)
    started = {}
    if usage:
        started["usage_counter"] = coupon_redemptions()
    if discount:
        started["discount_counter"] = coupon_discount()
    return started


def started_referral_counter() -> dict[str, ColumnElement[Any]]:
    """Return the counter to write with a new limit of a referral, while redemptions are stopped."""
    return {"usage_counter": referral_redemptions()}


async def stop_redemptions(tx: Transaction, campaign_id: int) -> None:
    """Hold redemptions of the campaign's codes without a limit to the end of the transaction."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(UNCOUNTED_LOCK, campaign_id))))
