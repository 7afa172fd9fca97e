"""What campaigns have used of everything that is counted, read from the ledger.

A plain limit, one without entities and period, shows the counter that guards it; every other figure is the sum of
the campaign's entries, reversals included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import case, func, select

from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.ledger import counters, entries
from tercel.database.transaction import Transaction
from tercel.features.campaigns.model import CampaignBudget
from tercel.features.common.limits import LimitConfig

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
_EFFECT_ACTIONS = {
    "setDiscountEffect": "setDiscount",
    "createLoyaltyPointsEffect": "createLoyaltyPoints",
    "redeemLoyaltyPointsEffect": "redeemLoyaltyPoints",
}


class Figures(msgspec.Struct):
    """The use of one campaign: sums and numbers of entries by kind, guarding counters by action."""

    sums: dict[str, Decimal] = {}
    numbers: dict[str, int] = {}
    guards: dict[str, Decimal] = {}

    def used(self, action: str) -> Decimal:
        """How much of an action the whole campaign has used; never below zero."""
        counted = _EFFECT_ACTIONS.get(action)
        value = Decimal(self.numbers.get(counted, 0)) if counted else self.sums.get(action, ZERO)
        return tidy(max(value, ZERO))

    def budgets(self, limits: Sequence[LimitConfig]) -> list[CampaignBudget]:
        """Each limit with its use."""
        return [
            CampaignBudget(action=limit.action, limit=limit.limit, counter=self._counter(limit))
            for limit in limits
        ]

    def counts(self) -> dict[str, Any]:
        """The deprecated counters by their names in ``model.Campaign``."""
        whole = {name: int(self.used(action)) for name, action in _COUNTS.items()}
        return whole | {name: self.used(action) for name, action in _AMOUNTS.items()}

    def _counter(self, limit: LimitConfig) -> Decimal:
        if not limit.entities and limit.period is None:
            return self.guards.get(limit.action, ZERO)
        return self.used(limit.action)


async def load_figures(
    tx: Transaction, application_id: int, campaign_ids: Sequence[int]
) -> Mapping[int, Figures]:
    """The figures of some campaigns, of all that were asked for."""
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
    guards = select(counters.c.campaign_id, counters.c.action, counters.c.used).where(
        counters.c.application_id == application_id,
        counters.c.campaign_id.in_(campaign_ids),
        counters.c.scope == "",
        counters.c.period == "",
    )
    for row in await tx.all(guards):
        figures[row.campaign_id].guards[row.action] = tidy(row.used)
    return figures
