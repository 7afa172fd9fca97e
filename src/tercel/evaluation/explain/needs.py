"""Needs of a failing condition, and the choice of those worth reporting (docs/explanation.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from tercel.base.numbers import ZERO
from tercel.evaluation.explain.cart_needs import cart_need
from tercel.evaluation.explain.code_needs import code_need
from tercel.evaluation.explain.people_needs import people_need
from tercel.evaluation.explain.site import Site, quiet
from tercel.evaluation.explain.time_needs import time_need
from tercel.evaluation.explanation import Need
from tercel.language.printer import sentence
from tercel.language.tree import Call, Literal, Node

_FAMILIES = (cart_need, code_need, people_need, time_need)

# From what a customer can do at once to what no customer can bring about.
_RANKS = {"amount": 0, "items": 0, "attribute": 1, "profile": 1, "time": 2, "code": 3, "unknown": 4}
_NEVER = datetime.max.replace(tzinfo=UTC)


class Failing(NamedTuple):
    """A part of a failing condition that must become true, with the index of the condition."""

    condition_index: int
    node: Node


def needs_of_rule(site: Site) -> list[Need] | None:
    """Return the needs of the failing conditions of the rule; empty when none fails.

    None when they are not known, because one of several failing parts is not understood.
    """
    failing = [
        Failing(index, part)
        for index, condition in enumerate(site.source.conditions)
        for part in failing_parts(site, quiet(condition))
    ]
    needs = _at_one_time(site, [(part, need_of(site, part.node)) for part in failing])
    is_unknown = any(need.kind == "unknown" for need in needs)
    return None if is_unknown and len(failing) > 1 else needs


def failing_parts(site: Site, node: Node) -> list[Node]:
    """Return the parts of a condition that must all become true; empty when it is true."""
    if site.holds(node):
        return []
    match node:
        case Call(name="and", arguments=arguments):
            return [failing for part in arguments for failing in failing_parts(site, part)] or [node]
        case Call(name="catch", arguments=(Literal(value=False), inner)):
            return failing_parts(site, inner) or [node]
    return [node]


def need_of(site: Site, node: Node) -> Need:
    """Return the need of a failing part; of several ways the smallest that takes one change."""
    match node:
        case Call(name="or", arguments=arguments) if arguments:
            ways = [failing_parts(site, part) for part in arguments]
            needs = [need_of(site, way[0]) if len(way) == 1 else _unknown(node) for way in ways]
            return min(needs, key=lambda need: smallness([need]))
    found = (family(site, node) for family in _FAMILIES)
    return next((need for need in found if need is not None), _unknown(node))


def _at_one_time(site: Site, found: list[tuple[Failing, Need]]) -> list[Need]:
    """Pair the needs with their conditions; where several wait for a time, replace it by the first time at which all are true."""
    waiting = tuple(part.node for part, need in found if need.kind == "time")
    joint = time_need(site, Call("and", waiting)) if len(waiting) > 1 else None
    if len(waiting) > 1 and joint is None:
        return [_unknown(Call("and", waiting))]
    needs = [
        replace(need, condition_index=part.condition_index)
        for part, need in found
        if joint is None or need.kind != "time"
    ]
    return needs if joint is None else [*needs, joint]


def _unknown(node: Node) -> Need:
    return Need(kind="unknown", sentence=sentence(node))


def smallness(needs: list[Need]) -> tuple[Any, ...]:
    """Return a sort key that puts small changes first: by the hardest kind, then number, time and amount."""
    times = [need.at for need in needs if need.at is not None]
    return (
        max((_RANKS[need.kind] for need in needs), default=0),
        len(needs),
        max(times, default=_NEVER),
        sum((need.amount or ZERO for need in needs), Decimal(0)),
        sum(need.items or 0 for need in needs),
    )
