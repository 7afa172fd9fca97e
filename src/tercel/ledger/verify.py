"""Verification: recompute every counter from the entries and compare.

Entries are the truth. A counter, a code's usage, a gift card's use and a profile's sales are sums that are kept beside
them. Each check is one statement that returns the differences, so the cost is one pass over the ledger.

Limits are not verified: one that was lowered below its use looks like one that was exceeded. The guards of the writes enforce
limits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from tercel.ledger.counting import COUNTED


class Difference(NamedTuple):
    """A kept figure that differs from the sum of its entries."""

    check: str
    subject: str
    kept: Decimal
    computed: Decimal


# The counters of a coupon's own limits end with the coupon, and no command reads them any more.
_COUNTERS: LiteralString = f"""
    SELECT concat_ws(' ', 'campaign', campaign_id, action, scope, period), coalesce(c.used, 0), coalesce(k.used, 0)
    FROM counters AS c FULL JOIN ({COUNTED}) AS k USING (application_id, campaign_id, action, scope, period)
    WHERE coalesce(c.used, 0) <> coalesce(k.used, 0) AND NOT (starts_with(scope, 'CodeLimit') AND NOT EXISTS (
        SELECT 1 FROM coupons AS u WHERE u.application_id = coalesce(c.application_id, k.application_id) AND u.id = substring(scope FROM 'Coupon=(\\d+)')::bigint))"""

_COUPON_USES: LiteralString = """
    SELECT 'coupon ' || c.value, c.usage_counter::numeric, coalesce(k.used, 0) FROM coupons AS c LEFT JOIN (
        SELECT application_id, coupon_id, sum(amount) AS used FROM entries WHERE kind = 'redeemCoupon' GROUP BY 1, 2) AS k
        ON k.application_id = c.application_id AND k.coupon_id = c.id
    WHERE c.usage_limit > 0 AND c.usage_counter <> coalesce(k.used, 0)"""

_GIFT_CARDS: LiteralString = """
    SELECT 'coupon ' || c.value, c.discount_counter, coalesce(k.used, 0) FROM coupons AS c LEFT JOIN (
        SELECT application_id, coupon_id, sum(coupon_discount) AS used FROM entries GROUP BY 1, 2) AS k
        ON k.application_id = c.application_id AND k.coupon_id = c.id
    WHERE c.discount_limit IS NOT NULL AND c.discount_counter <> coalesce(k.used, 0)"""

_REFERRAL_USES: LiteralString = """
    SELECT 'referral ' || f.code, f.usage_counter::numeric, coalesce(k.used, 0) FROM referrals AS f LEFT JOIN (
        SELECT application_id, referral_id, sum(amount) AS used FROM entries WHERE kind = 'redeemReferral' GROUP BY 1, 2) AS k
        ON k.application_id = f.application_id AND k.referral_id = f.id
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

_FRIENDS: LiteralString = """
    WITH computed AS (
        SELECT application_id, profile_id, sum(amount) AS used FROM entries
        WHERE kind = 'redeemReferral' AND profile_id IS NOT NULL GROUP BY 1, 2)
    SELECT concat_ws(' ', 'application', application_id, 'profile', p.integration_id), coalesce(m.referrals, 0)::numeric,
        coalesce(k.used, 0)
    FROM profile_applications AS m FULL JOIN computed AS k USING (application_id, profile_id)
    LEFT JOIN profiles AS p ON p.id = profile_id
    WHERE coalesce(m.referrals, 0) <> coalesce(k.used, 0)"""

_POINTS: LiteralString = """
    WITH taken AS (
        SELECT account_id, program_id, holder_id, addition_id AS id, amount FROM loyalty_allocations
        UNION ALL SELECT account_id, program_id, holder_id, subtraction_id, amount FROM loyalty_allocations)
    SELECT concat_ws(' ', 'program', program_id, 'transaction', t.uuid), t.remaining, t.amount - coalesce(k.used, 0)
    FROM loyalty_transactions AS t LEFT JOIN (
        SELECT account_id, program_id, holder_id, id, sum(amount) AS used FROM taken GROUP BY 1, 2, 3, 4) AS k
        USING (account_id, program_id, holder_id, id)
    WHERE t.remaining <> t.amount - coalesce(k.used, 0)"""

#: Name and statement of each check; a row is (subject, kept, computed).
CHECKS: tuple[tuple[str, LiteralString], ...] = (
    ("counters of limits", _COUNTERS),
    ("uses of coupons", _COUPON_USES),
    ("spending of gift cards", _GIFT_CARDS),
    ("uses of referrals", _REFERRAL_USES),
    ("referrals of customers", _FRIENDS),
    ("closed sessions of profiles", _CLOSED_SESSIONS),
    ("sales of profiles", _SALES),
    ("rests of points", _POINTS),
)


async def verify(connection: AsyncConnection[Any]) -> AsyncIterator[tuple[str, list[Difference]]]:
    """Yield each check with its differences, all on one consistent view of the database."""
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
