"""Recompute every counter from the entries and compare.

Entries are the truth: a counter, a code's usage, a gift card's use and a profile's sales are sums that are kept beside
them. Each check is one statement that returns what differs, so the cost is one pass over the ledger.

Limits are not looked at: one that was lowered below what had been used looks the same as one that was passed. That none
is passed is the business of the guards that counters are written with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier


class Difference(NamedTuple):
    """A kept figure that is not what its entries add up to."""

    check: str
    subject: str
    kept: Decimal
    computed: Decimal


_COUNTERS: LiteralString = """
    WITH computed AS (
        SELECT e.application_id, (u.use ->> 0)::bigint AS campaign_id, u.use ->> 1 AS action, u.use ->> 2 AS scope,
            u.use ->> 3 AS period, sum((u.use ->> 4)::numeric) AS used
        FROM entries AS e, jsonb_array_elements(e.uses) AS u(use) GROUP BY 1, 2, 3, 4, 5)
    SELECT concat_ws(' ', 'campaign', campaign_id, action, scope, period), coalesce(c.used, 0), coalesce(k.used, 0)
    FROM counters AS c FULL JOIN computed AS k USING (application_id, campaign_id, action, scope, period)
    WHERE coalesce(c.used, 0) <> coalesce(k.used, 0)"""

_COUPON_USES: LiteralString = """
    SELECT 'coupon ' || c.value, c.usage_counter::numeric, coalesce(k.used, 0) FROM coupons AS c LEFT JOIN (
        SELECT coupon_id, sum(amount) AS used FROM entries WHERE kind = 'redeemCoupon' GROUP BY coupon_id) AS k
        ON k.coupon_id = c.id
    WHERE c.usage_limit > 0 AND c.usage_counter <> coalesce(k.used, 0)"""

_GIFT_CARDS: LiteralString = """
    SELECT 'coupon ' || c.value, c.discount_counter, coalesce(k.used, 0) FROM coupons AS c LEFT JOIN (
        SELECT coupon_id, sum(coupon_discount) AS used FROM entries GROUP BY coupon_id) AS k ON k.coupon_id = c.id
    WHERE c.discount_limit IS NOT NULL AND c.discount_counter <> coalesce(k.used, 0)"""

_REFERRAL_USES: LiteralString = """
    SELECT 'referral ' || f.code, f.usage_counter::numeric, coalesce(k.used, 0) FROM referrals AS f LEFT JOIN (
        SELECT referral_id, sum(amount) AS used FROM entries WHERE kind = 'redeemReferral' GROUP BY referral_id) AS k
        ON k.referral_id = f.id
    WHERE f.usage_limit > 0 AND f.usage_counter <> coalesce(k.used, 0)"""

_CLOSED_SESSIONS: LiteralString = """
    SELECT 'profile ' || p.integration_id, p.closed_sessions::numeric, count(s.id)::numeric
    FROM profiles AS p LEFT JOIN sessions AS s
        ON s.profile_id = p.id AND s.state IN ('closed', 'partially_returned')
    GROUP BY p.id, p.integration_id, p.closed_sessions HAVING p.closed_sessions <> count(s.id)"""

_SALES: LiteralString = """
    SELECT 'profile ' || p.integration_id, p.total_sales, coalesce(sum(s.total), 0)
    FROM profiles AS p LEFT JOIN sessions AS s
        ON s.profile_id = p.id AND s.state IN ('closed', 'partially_returned')
    GROUP BY p.id, p.integration_id, p.total_sales HAVING p.total_sales <> coalesce(sum(s.total), 0)"""

#: Name and statement of each check; a row is (subject, kept, computed).
CHECKS: tuple[tuple[str, LiteralString], ...] = (
    ("counters of limits", _COUNTERS),
    ("uses of coupons", _COUPON_USES),
    ("spending of gift cards", _GIFT_CARDS),
    ("uses of referrals", _REFERRAL_USES),
    ("closed sessions of profiles", _CLOSED_SESSIONS),
    ("sales of profiles", _SALES),
)


async def verify(connection: AsyncConnection[Any]) -> AsyncIterator[tuple[str, list[Difference]]]:
    """Each check with what it found, all on one consistent view of the database."""
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await connection.execute("SET LOCAL statement_timeout = 0")
        for name in (
            "enable_seqscan",
            "enable_hashjoin",
            "enable_mergejoin",
        ):  # everything is read, not rows by their keys
            await connection.execute(SQL("SET LOCAL {} = on").format(Identifier(name)))
        for name, statement in CHECKS:
            cursor = await connection.execute(statement)
            yield name, [Difference(name, *row) for row in await cursor.fetchall()]
