"""Counting of limits from the entries of their campaign (behaviour/budgets 8).

A limit counts all entries of its campaign, whatever limits existed when these were written. A limit that is added, comes back, or
counts its days by another time zone therefore starts with the sum from the ledger. During the summation no order is decided
(``hold_decisions``), so that no entry is missed or counted twice. ``evaluation.state.budgets.entry_uses`` computes the same for one entry.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, LiteralString

from sqlalchemy import text

from tercel.database.transaction import Transaction

#: The limits that there are: of campaigns, of stores in them, and of single coupons.
_OF_CAMPAIGNS: LiteralString = """SELECT c.application_id, c.id AS campaign_id, l ->> 'action' AS action,
        coalesce(l ->> 'period', '') AS period, ARRAY(SELECT jsonb_array_elements_text(l -> 'entities')) AS entities,
        NULL::bigint AS store_id, NULL::bigint AS coupon_id
    FROM campaigns AS c CROSS JOIN LATERAL jsonb_array_elements(c.limits) AS l"""
_OF_STORES: LiteralString = """SELECT b.application_id, b.campaign_id, b.action, b.period, ARRAY['Store'], b.store_id, NULL::bigint
    FROM store_budgets AS b"""
_OF_COUPONS: LiteralString = """SELECT DISTINCT c.application_id, c.campaign_id, l ->> 'action' AS action,
        coalesce(l ->> 'period', '') AS period, ARRAY(SELECT jsonb_array_elements_text(l -> 'entities')
            UNION SELECT unnest(ARRAY['CodeLimit', 'Coupon', 'Profile']) ORDER BY 1) AS entities,
        NULL::bigint AS store_id, c.id AS coupon_id
    FROM coupons AS c CROSS JOIN LATERAL jsonb_array_elements(c.limits) AS l WHERE c.limits <> '[]'"""

# Two limits may mean one counter, as that of a campaign per store and that of a store: it is counted for each, and told once.
# The scope is in the order of the names of entities, as everywhere.
_COUNTED: LiteralString = """SELECT DISTINCT application_id, campaign_id, action, scope, period, used FROM (
    SELECT w.application_id, w.campaign_id, w.action, w.store_id, w.coupon_id, concat_ws('|',
            CASE WHEN 'CodeLimit' = ANY(w.entities) THEN 'CodeLimit' END,
            CASE WHEN 'Coupon' = ANY(w.entities) THEN 'Coupon=' || e.coupon_id END,
            CASE WHEN 'Identifier' = ANY(w.entities) THEN 'Identifier=' || i.key END,
            CASE WHEN 'Profile' = ANY(w.entities) THEN 'Profile=' || e.profile_id END,
            CASE WHEN 'Referral' = ANY(w.entities) THEN 'Referral=' || e.referral_id END,
            CASE WHEN 'Session' = ANY(w.entities) THEN 'Session=' || e.session_id END,
            CASE WHEN 'Store' = ANY(w.entities) THEN 'Store=' || e.store_id END) AS scope,
        CASE w.period WHEN '' THEN ''
            WHEN 'yearly' THEN 'Y' || extract(year FROM t.local)
            WHEN 'monthly' THEN 'Y' || extract(year FROM t.local) || 'M' || extract(month FROM t.local)
            WHEN 'weekly' THEN 'Y' || extract(isoyear FROM t.local) || 'W' || extract(week FROM t.local)
            ELSE 'Y' || extract(year FROM t.local) || 'D' || extract(doy FROM t.local) END AS period,
        sum(CASE WHEN w.kind = w.action THEN e.amount WHEN e.reverses IS NULL THEN 1 ELSE -1 END) AS used
    FROM (SELECT l.*, CASE l.action WHEN 'setDiscountEffect' THEN 'setDiscount'
            WHEN 'createLoyaltyPointsEffect' THEN 'createLoyaltyPoints'
            WHEN 'redeemLoyaltyPointsEffect' THEN 'redeemLoyaltyPoints' ELSE l.action END AS kind
        FROM ({limits}) AS l) AS w
    JOIN applications AS a ON a.id = w.application_id
    JOIN entries AS e ON e.campaign_id = w.campaign_id AND e.kind = w.kind AND e.application_id = w.application_id
    CROSS JOIN LATERAL (SELECT coalesce(e.granted, e.created) AT TIME ZONE a.timezone AS local) AS t
    CROSS JOIN LATERAL (SELECT NULL AS key WHERE NOT 'Identifier' = ANY(w.entities)
        UNION ALL SELECT jsonb_array_elements_text(e.identifiers) WHERE 'Identifier' = ANY(w.entities)) AS i
    WHERE (w.store_id IS NULL OR e.store_id = w.store_id) AND (w.coupon_id IS NULL OR e.coupon_id = w.coupon_id)
        AND NOT ('Coupon' = ANY(w.entities) AND e.coupon_id IS NULL)
        AND NOT ('Profile' = ANY(w.entities) AND (e.profile_id IS NULL OR e.own_limits AND w.coupon_id IS NULL))
        AND NOT ('Referral' = ANY(w.entities) AND e.referral_id IS NULL)
        AND NOT ('Session' = ANY(w.entities) AND e.session_id IS NULL)
        AND NOT ('Store' = ANY(w.entities) AND e.store_id IS NULL)
    GROUP BY 1, 2, 3, 4, 5, 6, 7) AS n
    WHERE used <> 0"""

#: Every counter that there should be, with its use.
COUNTED: LiteralString = _COUNTED.replace(
    "{limits}", f"{_OF_CAMPAIGNS} UNION ALL {_OF_STORES} UNION ALL {_OF_COUPONS}"
)

_KEY: LiteralString = "application_id, campaign_id, action, scope, period"
_OF_CAMPAIGN: LiteralString = f"""SELECT * FROM ({_OF_CAMPAIGNS} WHERE c.application_id = :application AND c.id = :campaign
    UNION ALL {_OF_STORES} WHERE b.application_id = :application AND b.campaign_id = :campaign) AS m WHERE m.action = ANY(:actions)"""
_FORGET_CAMPAIGN = text(
    """DELETE FROM counters WHERE application_id = :application AND campaign_id = :campaign AND action = ANY(:actions)
    AND NOT starts_with(scope, 'CodeLimit')"""
)
_COUNT_CAMPAIGN = text(
    f"INSERT INTO counters ({_KEY}, used) {_COUNTED.replace('{limits}', _OF_CAMPAIGN)}"  # our own words
)
_FORGET_COUPON = text(
    """DELETE FROM counters WHERE application_id = :application AND campaign_id = :campaign
    AND starts_with(scope, 'CodeLimit|Coupon=' || :coupon || '|')"""
)
_COUNT_COUPON = text(
    f"INSERT INTO counters ({_KEY}, used) {_COUNTED.replace('{limits}', _OF_COUPONS + ' AND c.application_id = :application AND c.id = :coupon')}"
)


async def count_campaign(
    tx: Transaction, application_id: int, campaign_id: int, actions: Collection[str]
) -> None:
    """Recount the limits of these actions, of the campaign and of its stores, while decisions are held.

    Takes some ten microseconds for each entry of the campaign with these actions, and twice that for each counter it makes.
    """
    named: dict[str, Any] = {
        "application": application_id,
        "campaign": campaign_id,
        "actions": sorted(actions),
    }
    await tx.execute(_FORGET_CAMPAIGN, named)
    await tx.execute(_COUNT_CAMPAIGN, named)


async def count_coupon(tx: Transaction, application_id: int, campaign_id: int, coupon_id: int) -> None:
    """Recount the own limits of a coupon, while redemptions of it are stopped."""
    named = {"application": application_id, "campaign": campaign_id, "coupon": str(coupon_id)}
    await tx.execute(_FORGET_COUPON, named)
    await tx.execute(_COUNT_COUPON, {"application": application_id, "coupon": coupon_id})


async def count_periods(tx: Transaction, application_id: int) -> None:
    """Recount all periods by the application's time zone, while decisions are held."""
    statement = text(
        f"""SELECT DISTINCT m.campaign_id, m.action FROM ({_OF_CAMPAIGNS} UNION ALL {_OF_STORES}) AS m
        WHERE m.application_id = :application AND m.period <> ''"""  # our own words
    )
    for row in await tx.all(statement, {"application": application_id}):
        await count_campaign(tx, application_id, row.campaign_id, {row.action})
    statement = text(
        "SELECT id, campaign_id FROM coupons WHERE application_id = :application AND limits <> '[]'"
    )
    for row in await tx.all(statement, {"application": application_id}):
        await count_coupon(tx, application_id, row.campaign_id, row.id)


async def forget_campaign(tx: Transaction, application_id: int, campaign_id: int) -> None:
    """Drop the counters of a campaign that is deleted, while decisions are held."""
    statement = text("DELETE FROM counters WHERE application_id = :application AND campaign_id = :campaign")
    await tx.execute(statement, {"application": application_id, "campaign": campaign_id})
