"""What campaigns have used of everything that is counted, read from the ledger.

A limit without entities shows the counter that guards it, of the current period if it has one; every other figure is the
sum of the campaign's entries, reversals included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import case, func, select

from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.applications import applications
from tercel.database.tables.ledger import counters, entries
from tercel.database.transaction import Transaction
from tercel.evaluation.state.budgets import OCCURRENCES, period_key
from tercel.features.campaigns.campaigns.model import CampaignBudget
from tercel.features.common.limits import LimitConfig, LimitPeriod

#: The deprecated counters of a campaign, by the action that each counts.
_COUNTS = {
    "coupon_redemption_count": "redeemCoupon",
    "referral_redemption_count": "redeemReferral",
    "discount_effect_count": "setDiscountEffect",
    "coupon_creation_count": "createCoupon",
    "custom_effect_count": "customEffect",
    "referral_creation_count": "createReferral",
    "add_free_item_effect_count": "addFreeItemEffect",
    "awarded_giveaways_count": "awardGiveaway",
    "created_loyalty_points_effect_count": "createLoyaltyPointsEffect",
    "redeemed_loyalty_points_effect_count": "redeemLoyaltyPointsEffect",
    "call_api_effect_count": "callApi",
    "reservecoupon_effect_count": "reserveCoupon",
}
_AMOUNTS = {
    "discount_count": "setDiscount",
    "created_loyalty_points_count": "createLoyaltyPoints",
    "redeemed_loyalty_points_count": "redeemLoyaltyPoints",
}
#: Actions that count the entries of another action instead of summing their amounts.
_EFFECT_ACTIONS = {occurrence: action for action, occurrence in OCCURRENCES.items()}


class Figures(msgspec.Struct):
    """The use of one campaign: sums and numbers of entries by kind, guarding counters by action and period."""

    sums: dict[str, Decimal] = {}
    numbers: dict[str, int] = {}
    guards: dict[tuple[str, str | None], Decimal] = {}

    def used(self, action: str) -> Decimal:
        """Return how much of an action the whole campaign has used; never below zero."""
        counted = _EFFECT_ACTIONS.get(action)
        value = Decimal(self.numbers.get(counted, 0)) if counted else self.sums.get(action, ZERO)
        return tidy(max(value, ZERO))

    def budgets(self, limits: Sequence[LimitConfig]) -> list[CampaignBudget]:
        """Return each limit with its use."""
        return [
            CampaignBudget(action=limit.action, limit=limit.limit, counter=self._counter(limit))
            for limit in limits
        ]

    def counts(self) -> dict[str, Any]:
        """Return the deprecated counters by their names in ``model.Campaign``."""
        whole = {name: int(self.used(action)) for name, action in _COUNTS.items()}
        return whole | {name: self.used(action) for name, action in _AMOUNTS.items()}

    def _counter(self, limit: LimitConfig) -> Decimal:
        if not limit.entities:
            return self.guards.get((limit.action, limit.period), ZERO)
        return self.used(limit.action)


async def load_figures(
    tx: Transaction, application_id: int, campaign_ids: Sequence[int], now: datetime
) -> Mapping[int, Figures]:
    """Load the figures of some campaigns as they stand now; each campaign asked for has some."""
    figures = {campaign_id: Figures() for campaign_id in campaign_ids}
    if not figures:
        return figures
    number = func.sum(case((entries.c.reverses.is_(None), 1), else_=-1)).label("number")
    sums = (
        select(entries.c.campaign_id, entries.c.kind, func.sum(entries.c.amount).label("amount"), number)
        .where(entries.c.application_id == application_id, entries.c.campaign_id.in_(campaign_ids))
        .group_by(entries.c.campaign_id, entries.c.kind)
    )
    for row in await tx.all(sums):
        figures[row.campaign_id].sums[row.kind] = row.amount
        figures[row.campaign_id].numbers[row.kind] = int(row.number)
    timezone = await tx.scalar(select(applications.c.timezone).where(applications.c.id == application_id))
    periods: dict[str, str | None] = {
        period_key(period, now, ZoneInfo(timezone)): period for period in get_args(LimitPeriod)
    }
    periods[""] = None
    guards = select(counters).where(
        counters.c.application_id == application_id,
        counters.c.campaign_id.in_(campaign_ids),
        counters.c.scope == "",
        counters.c.period.in_(periods),
    )
    for row in await tx.all(guards):
        figures[row.campaign_id].guards[row.action, periods[row.period]] = tidy(row.used)
    return figures
