"""The check of rules before they are saved: only what can be evaluated is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from tercel.base.errors import InvalidError, Problem
from tercel.database.transaction import Transaction
from tercel.evaluation.run import RULE_SCOPE
from tercel.features.additional_costs.store import find_available_costs
from tercel.features.custom_effects.store import find_usable_custom_effects
from tercel.features.rulesets.model import Content
from tercel.features.webhooks.store import find_usable_webhooks
from tercel.rules.check import check_ruleset


async def check_rules(tx: Transaction, account_id: int, application_id: int, content: Content) -> None:
    """Refuse rules that the engine could not run; what is merely suspicious is accepted.

    Raises:
        InvalidError: with every problem, pointing into the request.
    """
    document = {
        "rules": content.rules,
        "bindings": content.bindings,
        "strikethroughRules": content.strikethrough_rules,
    }
    known = await _known(tx, account_id, application_id)
    problems = [
        Problem(title=finding.code, details=finding.message, pointer=content.locate(finding.pointer))
        for finding in check_ruleset(document, RULE_SCOPE, known)
        if finding.severity == "error"
    ]
    for name in ("rules", "strikethroughRules"):
        problems += _ids(document[name], f"/{name}", content.locate)
    if problems:
        raise InvalidError(*problems)


async def _known(tx: Transaction, account_id: int, application_id: int) -> dict[str, frozenset[str]]:
    """Ids and names that rules of the application may refer to; webhooks have no names."""
    costs = await find_available_costs(tx, account_id, application_id)
    effects = await find_usable_custom_effects(tx, account_id, application_id)
    webhooks = await find_usable_webhooks(tx, account_id, application_id)
    return {
        "additionalCosts": frozenset(text for cost in costs for text in (str(cost.id), cost.name)),
        "customEffects": frozenset(text for each in effects for text in (str(each.id), each.name)),
        "webhooks": frozenset(str(webhook.id) for webhook in webhooks),
    }


def _ids(rules: Sequence[Mapping[str, Any]], pointer: str, locate: Callable[[str], str]) -> Iterator[Problem]:
    """Rules without an id get one later; those that have one must differ."""
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        rule_id = rule.get("id")
        if not rule_id:
            continue
        at = locate(f"{pointer}/{index}/id")
        if not _is_uuid(rule_id):
            yield Problem(title="format", details="the id of a rule is a UUID", pointer=at)
        elif rule_id in seen:
            yield Problem(title="duplicate", details="another rule has the same id", pointer=at)
        else:
            seen.add(rule_id)


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
