"""What the linter is told of the campaign and application that a rule set is for."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import exists, select

from tercel.base.durations import IMMEDIATE
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.codes import coupons, referrals
from tercel.database.tables.definitions import attributes
from tercel.database.tables.loyalty import loyalty_tiers
from tercel.database.transaction import Transaction
from tercel.evaluation.facts import currency_digits
from tercel.features.campaigns.campaigns.store import limits_from
from tercel.features.campaigns.rulesets.programs import find_connected_programs
from tercel.features.common.limits import LimitConfig
from tercel.features.common.subscriptions import is_available
from tercel.features.setup.additional_costs.resource import find_available_costs
from tercel.features.setup.attributes.store import select_attributes
from tercel.features.setup.custom_effects.resource import find_usable_custom_effects
from tercel.features.setup.webhooks.resource import find_usable_webhooks
from tercel.points.spending import ReturnPolicy
from tercel.rules.lint.setting import LoyaltyProgram, Setting

#: What rules call the entities that attributes are defined for.
_ENTITIES = {"CustomerSession": "Session", "CartItem": "Item", "CustomerProfile": "Profile"}


async def load_setting(
    tx: Transaction, account_id: int, application_id: int, campaign_id: int | None
) -> Setting:
    """Load the setting of a campaign's rules, or of rules of an application that belong to no campaign yet."""
    row = await tx.one(select(applications).where(applications.c.id == application_id))
    limits, has_codes = await _campaign(tx, campaign_id) if campaign_id is not None else ((), False)
    programs = await _programs(tx, account_id, application_id)
    return Setting(
        limits=limits,
        known={**await _known(tx, account_id, application_id), "programs": frozenset(programs)},
        has_codes=has_codes,
        programs=programs,
        allows_partial=row.enable_partial_discounts,
        is_flattened=row.enable_flattened_cart_items,
        caps_discounts=row.caps_discounts,
        currency_digits=currency_digits(row.currency),
    )


async def _known(tx: Transaction, account_id: int, application_id: int) -> dict[str, frozenset[str]]:
    """Return ids and names that rules of the application may refer to; webhooks have no names."""
    costs = await find_available_costs(tx, account_id, application_id)
    effects = await find_usable_custom_effects(tx, account_id, application_id)
    webhooks = await find_usable_webhooks(tx, account_id, application_id)
    return {
        "attributes": await _attributes(tx, account_id, application_id),
        "additionalCosts": frozenset(text for cost in costs for text in (str(cost.id), cost.name)),
        "customEffects": frozenset(text for each in effects for text in (str(each.id), each.name)),
        "webhooks": frozenset(str(webhook.id) for webhook in webhooks),
    }


async def _attributes(tx: Transaction, account_id: int, application_id: int) -> frozenset[str]:
    """Return the attributes that rules of the application can read, such as ``Session.channel``."""
    usable = is_available(attributes.c.subscribed_application_ids, application_id)
    rows = await tx.all(select_attributes(account_id).where(usable))
    return frozenset(f"{_ENTITIES.get(row.entity, row.entity)}.{row.name}" for row in rows)


async def _programs(tx: Transaction, account_id: int, application_id: int) -> dict[str, LoyaltyProgram]:
    """Return the loyalty programs that the application is connected with, by id and by name."""
    programs = await find_connected_programs(tx, account_id, application_id)
    tiers = loyalty_tiers
    names: dict[int, set[str]] = defaultdict(set)
    mine = (tiers.c.account_id == account_id, tiers.c.program_id.in_([row.id for row in programs]))
    for tier in await tx.all(select(tiers).where(*mine)):
        names[tier.program_id].add(tier.name)
    found = {}
    for row in programs:
        found[str(row.id)] = found[row.name] = LoyaltyProgram(
            is_card_based=row.card_based,
            starts_at_once=row.default_pending == IMMEDIATE,
            takes_active_back=row.return_policy != ReturnPolicy.ONLY_PENDING,
            tiers=frozenset(names[row.id]),
        )
    return found


async def _campaign(tx: Transaction, campaign_id: int) -> tuple[tuple[LimitConfig, ...], bool]:
    """Return the budgets of a campaign, and whether it has codes."""
    has_codes = [exists().where(table.c.campaign_id == campaign_id) for table in (coupons, referrals)]
    statement = select(campaigns.c.limits, has_codes[0].label("coupons"), has_codes[1].label("referrals"))
    row = await tx.one(statement.where(campaigns.c.id == campaign_id))
    return tuple(limits_from(row.limits)), row.coupons or row.referrals
