"""The two forms of a rule set: the rule language, in which it is kept, and blocks (behaviour/language 14)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from tercel.base.errors import InvalidError, Problem
from tercel.database.transaction import Transaction
from tercel.features.campaigns.rulesets.model import (
    Content,
    NewRuleset,
    Ruleset,
    RulesetV2,
)
from tercel.features.campaigns.rulesets.programs import find_connected_programs
from tercel.features.setup.additional_costs.resource import find_available_costs
from tercel.features.setup.attributes.store import select_attributes
from tercel.features.setup.custom_effects.resource import find_usable_custom_effects
from tercel.features.setup.webhooks.resource import find_usable_webhooks
from tercel.rules.blocks.forms import Names
from tercel.rules.blocks.rulesets import from_blocks, to_blocks

_BLOCK_FIELDS = {
    "promotion_rules": "promotionRules",
    "selectors": "selectors",
    "bundles": "bundles",
    "parameters": "parameters",
}


async def content_of(tx: Transaction, account_id: int, application_id: int, new: NewRuleset) -> Content:
    """Return the content of a revision, whichever form it was sent in.

    Raises:
        InvalidError: both forms or none, or the blocks cannot be read; every problem points at its place.
    """
    strikethrough = [] if new.strikethrough_rules is UNSET else new.strikethrough_rules
    sent = {wire: value for name, wire in _BLOCK_FIELDS.items() if (value := getattr(new, name)) is not UNSET}
    if not sent:
        _require_language(new)
        assert new.rules is not UNSET, "just required"
        assert new.bindings is not UNSET, "just required"
        return Content(
            rules=new.rules, strikethrough_rules=strikethrough, bindings=new.bindings, locate=lambda at: at
        )
    _refuse_language(new)
    names = await known_names(tx, account_id, application_id)
    converted = from_blocks({**sent, "strikethroughRules": strikethrough}, names)
    return Content(
        rules=converted.data["rules"],
        strikethrough_rules=converted.data["strikethroughRules"],
        bindings=converted.data["bindings"],
        locate=converted.pointer,
    )


def _require_language(new: NewRuleset) -> None:
    missing = [name for name in ("rules", "bindings") if getattr(new, name) is UNSET]
    details = "is required unless the rule set is sent as blocks in `promotionRules`"
    if missing:
        raise InvalidError(
            *(Problem(title="required", details=f"{name} {details}", pointer=f"/{name}") for name in missing)
        )


def _refuse_language(new: NewRuleset) -> None:
    surplus = [name for name in ("rules", "bindings") if getattr(new, name) is not UNSET]
    details = "a rule set is sent either in the rule language or as blocks"
    problems = [Problem(title="conflict", details=details, pointer=f"/{name}") for name in surplus]
    if new.promotion_rules is UNSET:
        details = "is required when a rule set is sent as blocks"
        problems.append(
            Problem(title="required", details=f"promotionRules {details}", pointer="/promotionRules")
        )
    if problems:
        raise InvalidError(*problems)


async def block_form(tx: Transaction, account_id: int, application_id: int, ruleset: Ruleset) -> RulesetV2:
    """Return a rule set as blocks; expressions without a block of their own are ``passthrough`` blocks."""
    document = {
        "rules": ruleset.rules,
        "strikethroughRules": ruleset.strikethrough_rules,
        "bindings": ruleset.bindings,
    }
    return RulesetV2(
        id=ruleset.id,
        created=ruleset.created,
        user_id=ruleset.user_id,
        campaign_id=ruleset.campaign_id,
        activated_at=ruleset.activated_at,
        **await blocks_of(tx, account_id, application_id, document, f"ruleset/{ruleset.id}"),
    )


async def blocks_of(
    tx: Transaction, account_id: int, application_id: int, document: dict[str, Any], place: str
) -> dict[str, list[Any]]:
    """Return the members of a rule set's block form; ids of blocks are derived from the place."""
    names = await known_names(tx, account_id, application_id)
    shown = to_blocks(document, place, names)
    parts = {name: shown[wire] for name, wire in _BLOCK_FIELDS.items()}
    return {**parts, "strikethrough_rules": shown["strikethroughRules"]}


async def known_names(tx: Transaction, account_id: int, application_id: int) -> Names:
    """Return what the rules of an application may refer to, with names and titles."""
    costs = await find_available_costs(tx, account_id, application_id)
    attributes = await tx.all(select_attributes(account_id))
    effects = await find_usable_custom_effects(tx, account_id, application_id)
    programs = await find_connected_programs(tx, account_id, application_id)
    webhooks = await find_usable_webhooks(tx, account_id, application_id)
    records: dict[str, list[dict[str, Any]]] = {
        "additionalCosts": [{"id": row.id, "name": row.name, "title": row.title} for row in costs],
        "attributes": [
            {"id": row.id, "entity": row.entity, "name": row.name, "title": row.title, "type": row.type}
            for row in attributes
        ],
        "customEffects": [{"id": row.id, "name": row.name, "title": row.title} for row in effects],
        "programs": [{"id": row.id, "name": row.name, "title": row.title} for row in programs],
        "webhooks": [{"id": row.id, "title": row.title} for row in webhooks],
    }
    return Names(records)
