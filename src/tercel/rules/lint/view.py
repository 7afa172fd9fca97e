"""A rule set as the lints look at it: rules with their names resolved, and what firing proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tercel.language.compiler.compiler import compile_expression
from tercel.language.compiler.shapes import shape_of
from tercel.language.functions.all import find_function
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal, Node, walk
from tercel.rules.event_types import with_event_questions
from tercel.rules.lint.expand import can_be_written_out, expanded
from tercel.rules.lint.proof.effort import Effort
from tercel.rules.lint.proof.facts import Facts, assume
from tercel.rules.lint.setting import Setting
from tercel.rules.ruleset import Binding, Rule, Ruleset

#: Effects of failed conditions that change nothing that conditions read.
_HARMLESS = {"showNotification", "customEffect", "customEffectPerItem"}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule. ``conditions`` and ``effects`` have their bindings written out; ``scope`` sees what the rule sees.

    ``is_understood`` says that its conditions can be reasoned about: nothing moves while they are computed. ``effort``
    counts the work of reasoning.
    """

    rule: Rule
    conditions: tuple[Node, ...]
    effects: tuple[Node, ...]
    scope: Scope
    is_understood: bool
    effort: Effort

    @property
    def at(self) -> str:
        """The pointer of the rule."""
        return f"/rules/{self.rule.index}"

    def no_facts(self) -> Facts:
        """Return the facts before any condition is known to hold."""
        return Facts(self.scope, effort=self.effort)

    def facts(self, *, without: int | None = None) -> Facts:
        """Return the facts that follow when all conditions hold, or all but one."""
        facts = self.no_facts()
        for index, condition in enumerate(self.conditions if self.is_understood else ()):
            if index != without:
                facts = assume(facts, condition)
        return facts

    def demands(self, amount: Decimal) -> bool:
        """Tell whether a condition demands at least that amount of any value; the lint leaves it to the author which."""
        bounds = (known.numbers.low for known in self.facts().known.values())
        return any(low is not None and low >= amount for low in bounds)

    def calls(self, name: str) -> Iterator[Call]:
        """Yield the calls of a function in the rule's conditions and effects."""
        for root in (*self.conditions, *self.effects):
            for node in walk(root):
                if isinstance(node, Call) and node.name == name:
                    yield node

    def plain_effects(self) -> Iterator[Call]:
        """Yield the effects that are computed whenever the rule fires, as the Rule Builder writes them."""
        for effect in self.effects:
            match effect:
                case Call(name="catch", arguments=(Literal(value=None), Call() as inner)):
                    yield inner  # what catches is `noop`, folded
                case Call():
                    yield effect


@dataclass(frozen=True, slots=True)
class View:
    """A rule set in its setting. ``data`` is the document, ``scope`` sees the globals and the shared bindings;
    ``globals`` sees the globals alone."""

    ruleset: Ruleset
    rules: tuple[RuleView, ...]
    scope: Scope
    globals: Scope
    setting: Setting
    data: Any

    def bindings(self) -> Iterator[Binding]:
        """Yield all bindings, the shared ones first."""
        yield from self.ruleset.bindings
        for rule in self.ruleset.rules:
            yield from rule.bindings

    def roots(self) -> Iterator[Node]:
        """Yield all expressions as written."""
        for binding in self.bindings():
            yield binding.expression
        for rule in self.ruleset.rules:
            yield from rule.conditions
            yield from rule.effects


def view_of(ruleset: Ruleset, scope: Scope, setting: Setting, data: Any) -> View:
    """Resolve the names of a rule set that has no errors."""
    shared = _Names(scope, {}, 0)
    for binding in ruleset.bindings:
        shared.add(binding)
    is_calm = not any(map(_may_move, _all_roots(ruleset)))
    effort = Effort()
    return View(
        ruleset,
        tuple(_view_of_rule(rule, shared, effort, is_calm=is_calm) for rule in ruleset.rules),
        shared.scope,
        scope,
        setting,
        data,
    )


class _Names:
    """The names visible so far, each with its meaning if it can be written out."""

    def __init__(self, scope: Scope, meanings: dict[str, Node], slot: int) -> None:
        self.scope = scope
        self.meanings = dict(meanings)
        self.slot = slot

    def add(self, binding: Binding) -> None:
        node = with_event_questions(binding.expression)
        meaning = expanded(node, self.meanings)
        self.meanings.pop(binding.name, None)
        if can_be_written_out(meaning, self.scope):
            self.meanings[binding.name] = meaning
        compiled = compile_expression(node, self.scope)
        self.scope = self.scope.with_binding(binding.name, self.slot, compiled, shape_of(node, self.scope))
        self.slot += 1


def _view_of_rule(rule: Rule, shared: _Names, effort: Effort, *, is_calm: bool) -> RuleView:
    names = _Names(shared.scope, shared.meanings, shared.slot)
    for binding in rule.bindings:
        names.add(binding)
    conditions = tuple(expanded(with_event_questions(node), names.meanings) for node in rule.conditions)
    effects = tuple(expanded(with_event_questions(node), names.meanings) for node in rule.effects)
    reacts_within = any(map(_reacts_within, conditions))
    return RuleView(rule, conditions, effects, names.scope, is_calm and not reacts_within, effort)


def _reacts_within(condition: Node) -> bool:
    """Tell whether effects of a failed condition may be computed and the rule go on: only a whole condition ends it."""
    inner = (
        condition.arguments[0] if isinstance(condition, Call) and condition.name == "onFailure" else condition
    )
    return any(isinstance(node, Call) and node.name == "onFailure" for node in walk(inner))


def _may_move(root: Node) -> bool:
    """Tell whether the effects of a failed condition may change values that conditions read."""
    return any(
        isinstance(effect, Call)
        and (function := find_function(effect.name)) is not None
        and function.is_effect
        and effect.name not in _HARMLESS
        for node in walk(root)
        if isinstance(node, Call) and node.name == "onFailure"
        for argument in node.arguments[1:]
        for effect in walk(argument)
    )


def _all_roots(ruleset: Ruleset) -> Iterator[Node]:
    for bindings in (ruleset.bindings, *(rule.bindings for rule in ruleset.rules)):
        yield from (binding.expression for binding in bindings)
    for rule in ruleset.rules:
        yield from rule.conditions
