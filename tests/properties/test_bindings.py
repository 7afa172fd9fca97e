"""A binding is its expression: read in one rule it tells nothing to another, and has what the expression has there (behaviour/evaluation 8)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.base.codec import decode_any, encode
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.evaluation.snapshot import LimitFacts, Snapshot, Wants
from tests.properties import worlds

_EFFORT = settings(max_examples=100, deadline=None)

#: Effects that tell what the names mean and change nothing.
_TELLING = [
    ["showNotification", "Info", "picked", ["toString", ["catch", -1, ["count", worlds.PICKED]]]],
    ["showNotification", "Info", "amount", ["toString", ["catch", -1, worlds.AMOUNT]]],
    ["showNotification", "Info", "sales", ["toString", ["catch", -1, [".", "Profile", "TotalSales"]]]],
]


def _outcome(application: ApplicationFacts, snapshot: Snapshot, ruleset: dict, **facts: Any) -> Outcome:
    return evaluate(
        build_program(application, [CampaignFacts(id=1, ruleset=ruleset, **facts)]),
        replace(snapshot, wants=Wants(failures=True)),
    )


def _told(outcome: Outcome) -> list[Any]:
    return [(effect.rule_index, decode_any(encode(effect.props))) for effect in outcome.effects]


def _failures(outcome: Outcome) -> list[Any]:
    return [(each.rule_index, each.condition_index, each.effect_index) for each in outcome.failures]


def _written_out(data: Any, meanings: dict[str, Any]) -> Any:
    """An expression with what its names mean in their place."""
    match data:
        case [".", str(name), *rest] if name in meanings:
            value = meanings[name]
            return ["do", value, [["bound"], [".", "bound", *rest]]] if rest else value
        case [".", str(name)] if name.removesuffix(" item count") in meanings:
            return ["count", meanings[name.removesuffix(" item count")]]
        case list():
            return [_written_out(part, meanings) for part in data]
    return data


def _without_bindings(ruleset: dict) -> dict:
    def meanings(bindings: list[dict], outer: dict[str, Any]) -> dict[str, Any]:
        found = dict(outer)
        for binding in bindings:
            found[binding["name"]] = _written_out(binding["expression"], found)
        return found

    shared = meanings(ruleset["bindings"], {})
    rules = []
    for rule in ruleset["rules"]:
        own = meanings(rule["bindings"], shared)
        parts = {name: _written_out(rule[name], own) for name in ("condition", "effects")}
        rules.append({**rule, **parts, "bindings": []})
    return {"bindings": [], "rules": rules}


@_EFFORT
@given(
    worlds.applications,
    worlds.snapshots(),
    worlds.rulesets(worlds.binding_expressions, min_size=2, max_size=4),
    st.lists(worlds.limits, max_size=2),
)
def test_bindings_are_their_expressions(
    application: ApplicationFacts, snapshot: Snapshot, ruleset: dict, limits: list[LimitFacts]
) -> None:
    bound = _outcome(application, snapshot, ruleset, limits=tuple(limits))
    written_out = _outcome(application, snapshot, _without_bindings(ruleset), limits=tuple(limits))
    assert [effect for effect in _told(bound) if "details" not in effect[1]] == [
        effect for effect in _told(written_out) if "details" not in effect[1]
    ]
    assert _failures(bound) == _failures(written_out)


@_EFFORT
@given(worlds.applications, worlds.snapshots(), worlds.rulesets(min_size=2, max_size=4))
def test_a_rule_reads_what_it_would_read_alone(
    application: ApplicationFacts, snapshot: Snapshot, ruleset: dict
) -> None:
    """Where rules change nothing that others see."""
    snapshot = replace(snapshot, coupons={})
    rules = [{**rule, "effects": _TELLING} for rule in ruleset["rules"]]
    alone = [_outcome(application, snapshot, {**ruleset, "rules": [rule]}) for rule in rules]
    together = _outcome(application, snapshot, {**ruleset, "rules": rules})
    assert [props for _, props in _told(together)] == [props for each in alone for _, props in _told(each)]
    assert len(together.failures) == sum(len(each.failures) for each in alone)
