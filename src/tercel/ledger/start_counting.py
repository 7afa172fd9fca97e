"""A code without a limit is edited, and may get one, while sessions redeem it.

Redemptions of such a code neither write nor lock its row, so the counter that appears with the limit must start from
all entries: also from those of a transaction that read the code as unlimited and is about to commit. Therefore both
sides take an advisory lock of the campaign before anything else. Whoever writes entries of uncounted codes shares it
and then makes sure that they were not edited since they were read (``SHARE_UNCOUNTED``, ``INSERT_UNCOUNTED_ENTRIES``); whoever
edits a code, or sets limits, has it alone (``stop_redemptions``) and sums up (``started_coupon_counters``, ``started_referral_counter``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from tercel.database.transaction import Transaction
from tercel.ledger.code_figures import coupon_discount, coupon_redemptions, referral_redemptions
from tercel.ledger.statements import INSERT_ENTRIES

_LOCK = "limits of codes"
_UNCOUNTED = (
    "jsonb_to_recordset(%s::jsonb) AS u(figure TEXT, campaign_id BIGINT, code_id BIGINT, edits BIGINT)"
)

# The locks of a batch are taken in one order, so that nobody waits in a circle.
SHARE_UNCOUNTED = f"""SELECT pg_advisory_xact_lock_shared(k.key) FROM (
        SELECT DISTINCT hashtextextended('{_LOCK}', u.campaign_id) AS key FROM {_UNCOUNTED} ORDER BY 1) AS k"""

# Not one statement with the lock: only what begins after it was granted sees what its last holder wrote.
INSERT_UNCOUNTED_ENTRIES = f"""WITH w AS ({INSERT_ENTRIES}) SELECT tercel_expect((SELECT count(*) FROM {_UNCOUNTED}
        LEFT JOIN coupons AS c ON u.figure <> 'referral usage' AND c.id = u.code_id
        LEFT JOIN referrals AS f ON u.figure = 'referral usage' AND f.id = u.code_id
        WHERE coalesce(c.edits, f.edits) IS DISTINCT FROM u.edits), 0, 'codes that were edited')"""


async def started_coupon_counters(
    tx: Transaction, campaign_id: int, *, usage: bool, discount: bool
) -> dict[str, ColumnElement[Any]]:
    """The counters to write together with new limits of coupons of a campaign; ``usage`` and ``discount`` say which."""
    if usage or discount:
        await stop_redemptions(tx, campaign_id)
    started = {}
    if usage:
        started["usage_counter"] = coupon_redemptions()
    if discount:
        started["discount_counter"] = coupon_discount()
    return started


def started_referral_counter() -> dict[str, ColumnElement[Any]]:
    """The counter to write together with a new limit of a referral, while redemptions are stopped."""
    return {"usage_counter": referral_redemptions()}


async def stop_redemptions(tx: Transaction, campaign_id: int) -> None:
    """From now to the end of the transaction nobody redeems a code of the campaign that has no limit."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, campaign_id))))
