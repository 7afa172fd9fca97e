"""Rule sets as functions: what the evaluation runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tercel.language.compiler.compiler import compile_effect, compile_expression
from tercel.language.compiler.named import with_named
from tercel.language.running.run import UNSET, Compiled, Unset
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal, Node, size, walk
from tercel.rules.event_types import with_event_questions
from tercel.rules.requirement import Requirement
from tercel.rules.requirements import requirement_of
from tercel.rules.ruleset import Binding, Rule, Ruleset

#: In ``CompiledRuleset.updates``: a path that is only known when the rule runs.
ANY_PATH = "*"


class RuleSource(NamedTuple):
    """The trees that a rule was compiled from, with the named expressions and the scope that they see: what an
    explanation looks into."""

    conditions: tuple[Node, ...]
    effects: tuple[Node, ...]
    bindings: Mapping[str, Node]
    scope: Scope


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule as functions. ``coupon_condition`` and ``referral_condition`` are the indices of the conditions that ask
    for a valid code, None without one. ``size`` is what one run is charged, ``requirement`` what must hold for it to fire.
    ``unset`` are the slots of all bindings that the rule sees, as they are before it reads any."""

    index: int
    title: str
    identity: str
    conditions: tuple[Compiled, ...]
    effects: tuple[Compiled, ...]
    coupon_condition: int | None
    referral_condition: int | None
    size: int
    requirement: Requirement
    source: RuleSource
    unset: tuple[Unset, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRuleset:
    """All rules with the number of binding slots they need. ``updates`` are the paths of attributes that the rules
    may change, such as ``Session.Attributes.X``; ``ANY_PATH`` stands for one that only the run knows."""

    rules: tuple[CompiledRule, ...]
    slot_count: int = 0
    updates: frozenset[str] = frozenset()


def compile_ruleset(ruleset: Ruleset, scope: Scope) -> CompiledRuleset:
    """Compile all rules; ``scope`` holds the globals. Never fails: what is wrong with an expression is raised by its
    function when it runs."""
    shared = _Bindings(scope)
    for binding in ruleset.bindings:
        shared.add(binding)
    slot_count = shared.slot_count
    rules = []
    for rule in ruleset.rules:
        own = shared.copy()
        for binding in rule.bindings:
            own.add(binding)
        slot_count = max(slot_count, own.slot_count)
        rules.append(_compile_rule(rule, own))
    return CompiledRuleset(tuple(rules), slot_count, frozenset(_updates(ruleset)))


class _Bindings:
    """The names visible so far: each new one sees the earlier ones and takes the next slot."""

    def __init__(self, scope: Scope, nodes: Mapping[str, Node] | None = None, slot_count: int = 0) -> None:
        self.scope = scope
        self.nodes: dict[str, Node] = dict(nodes or {})
        self.slot_count = slot_count

    def copy(self) -> _Bindings:
        return _Bindings(self.scope, self.nodes, self.slot_count)

    def add(self, binding: Binding) -> None:
        node = with_event_questions(binding.expression)
        self.scope = with_named(self.scope, binding.name, self.slot_count, node)
        self.nodes[binding.name] = node
        self.slot_count += 1


def _compile_rule(rule: Rule, bindings: _Bindings) -> CompiledRule:
    conditions = tuple(map(with_event_questions, rule.conditions))
    effects = tuple(map(with_event_questions, rule.effects))
    return CompiledRule(
        index=rule.index,
        title=rule.title,
        identity=rule.identity,
        conditions=()
        if all(map(_is_true, conditions))
        else tuple(compile_expression(node, bindings.scope) for node in conditions),
        effects=tuple(compile_effect(node, bindings.scope) for node in effects),
        coupon_condition=_first_call(conditions, "couponValid"),
        referral_condition=_first_call(conditions, "referralValid"),
        size=sum(map(size, conditions)) + sum(map(size, effects)),
        requirement=requirement_of(conditions, bindings.nodes),
        source=RuleSource(conditions, effects, bindings.nodes, bindings.scope),
        unset=(UNSET,) * bindings.slot_count,
    )


def _is_true(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is True


def _first_call(conditions: tuple[Node, ...], name: str) -> int | None:
    for index, condition in enumerate(conditions):
        if any(isinstance(node, Call) and node.name == name for node in walk(condition)):
            return index
    return None


def _updates(ruleset: Ruleset) -> set[str]:
    roots: list[Node] = []
    for rule in ruleset.rules:
        roots += [*rule.conditions, *rule.effects]
    paths = set()
    for root in roots:
        for node in walk(root):
            if isinstance(node, Call) and node.name == "updateAttribute" and node.arguments:
                path: Any = node.arguments[0]
                paths.add(str(path.value) if isinstance(path, Literal) else ANY_PATH)
    return paths
