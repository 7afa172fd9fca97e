"""Whatever else rules of a case refer to: value maps, giveaways, custom effects, achievements, loyalty programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from tercel.base.codec import encode
from tercel.base.numbers import ZERO
from tercel.evaluation.snapshot import (
    AchievementFacts,
    CustomEffectFacts,
    GiveawayPoolFacts,
    LoyaltyBalanceFacts,
    LoyaltyProgramFacts,
    WebhookFacts,
)
from tercel.points.program import Program
from tercel.scenario.calls import references
from tercel.scenario.cases import Case
from tercel.scenario.session import language_value, read_time


def read_value_maps(case: Case) -> dict[str, Mapping[str, Any]]:
    """Return the context's value map, under every name that rules use."""
    values = case.context.get("valueMap")
    if values is None:
        return {}
    mapped = {sku: language_value(value) for sku, value in values.items()}
    names = references(case.campaigns, "valueMaps")
    return dict.fromkeys(["", *sorted(names)], mapped)


def read_pools(context: Mapping[str, Any]) -> dict[int, GiveawayPoolFacts]:
    """Giveaway pools by id."""
    pools = {}
    for key, data in (context.get("giveaways") or {}).items():
        free = [(int(number), code) for number, code in data.get("codes") or []]
        pools[int(key)] = GiveawayPoolFacts(id=int(key), name=data["name"], free=free)
    return pools


def read_custom_effects(context: Mapping[str, Any]) -> dict[int, CustomEffectFacts]:
    """Custom effects by id; one without a payload carries its parameters."""
    effects = {}
    for key, data in (context.get("customEffects") or {}).items():
        payload = data.get("payload") if isinstance(data, Mapping) else None
        if payload is not None and not isinstance(payload, str):
            payload = encode(payload).decode()
        effects[int(key)] = CustomEffectFacts(id=int(key), name=name_of(data, key), payload=payload or "")
    return effects


def read_webhooks(context: Mapping[str, Any]) -> dict[int, WebhookFacts]:
    """Webhooks by id; scenarios do not look at what is sent."""
    return {
        int(key): WebhookFacts(id=int(key), name=name_of(data, key))
        for key, data in (context.get("webhooks") or {}).items()
    }


def name_of(data: Any, key: str) -> str:
    """Return the name in an object, or the key of anything else."""
    return str(data.get("name", key)) if isinstance(data, Mapping) else str(data)


def read_achievements(context: Mapping[str, Any]) -> dict[str, AchievementFacts]:
    """Achievements by name."""
    found = {}
    for key, data in (context.get("achievements") or {}).items():
        value, target = Decimal(data.get("value", 0)), Decimal(data["target"])
        state = "completed" if value >= target else "inProgress" if value else "notStarted"
        name = data.get("name", key)
        found[name] = AchievementFacts(
            id=int(key),
            name=name,
            target=target,
            value=value,
            state=data.get("state", state),
            tracker_id=data.get("tracker"),
            ends_at=read_time(data.get("endDate")),
        )
    return found


def read_loyalty(case: Case, zone: tzinfo) -> dict[str, LoyaltyProgramFacts]:
    """Return the programs of the context, and those that only rules name, which then have no members."""
    given = case.context.get("loyalty") or {}
    named = references(case.campaigns, "programs")
    programs = {}
    for number, key in enumerate(sorted({*given, *named}), 1_000):
        data = given.get(key) or {}
        balances = {name: value for name, value in data.items() if isinstance(value, Mapping)}
        programs[key] = LoyaltyProgramFacts(
            program=Program(
                id=int(key) if key.isdigit() else number,
                name=key,
                title=key,
                zone=zone,
                is_card_based="card" in data,
            ),
            is_member=bool(data),
            subledgers={name: _balance(value) for name, value in balances.items()},
            card_identifier=data.get("card"),
            is_card_registered=bool(data.get("cardRegistered")),
        )
    return programs


def _balance(data: Mapping[str, Any]) -> LoyaltyBalanceFacts:
    return LoyaltyBalanceFacts(
        current=Decimal(data.get("current", ZERO)),
        pending=Decimal(data.get("pending", ZERO)),
        negative=Decimal(data.get("negative", ZERO)),
        tier=data.get("tier"),
    )
