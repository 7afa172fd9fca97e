"""Documents into rule sets, collecting everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import (
    BINDINGS_MAX,
    CHECK_ERRORS_MAX,
    EFFECTS_PER_RULE_MAX,
    NAME_LENGTH_MAX,
    RULES_PER_RULESET_MAX,
    RULESET_NODES_MAX,
)
from tercel.language.reader import ReadError, read
from tercel.language.tree import Call, Node, size
from tercel.rules.ruleset import Binding, Rule, Ruleset


class RulesetError(InvalidError):
    """The document is no rule set; each problem points at a place of it."""


def read_ruleset(data: Any) -> Ruleset:
    """Read the decoded JSON of a rule set: ``{rules, bindings, strikethroughRules}``; other keys are ignored.

    Raises:
        RulesetError: with every problem found.
    """
    ruleset, problems = read_leniently(data)
    if problems:
        raise RulesetError(*problems)
    return ruleset


def read_leniently(data: Any) -> tuple[Ruleset, list[Problem]]:
    """Read as far as possible: what could be read, and the problems with the rest."""
    reading = _Reading()
    return reading.ruleset(data), reading.problems[:CHECK_ERRORS_MAX]


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.nodes_left = RULESET_NODES_MAX

    def refuse(self, pointer: str, message: str) -> None:
        self.problems.append(Problem(title="unreadable", details=message, pointer=pointer))

    def ruleset(self, data: Any) -> Ruleset:
        if not isinstance(data, Mapping):
            self.refuse("", "a rule set is an object with `rules` and `bindings`")
            return Ruleset(())
        rules = self.list_of(data.get("rules", []), "/rules", RULES_PER_RULESET_MAX)
        strikethrough = self.list_of(
            data.get("strikethroughRules") or [], "/strikethroughRules", RULES_PER_RULESET_MAX
        )
        bindings = self.bindings(data.get("bindings") or [], "/bindings")
        read_rules = [self.rule(rule, index, f"/rules/{index}") for index, rule in enumerate(rules)]
        return Ruleset(tuple(rule for rule in read_rules if rule), bindings, tuple(strikethrough))

    def list_of(self, data: Any, pointer: str, limit: int) -> list[Any]:
        if not isinstance(data, list):
            self.refuse(pointer, "expected a list")
            return []
        if len(data) > limit:
            self.refuse(pointer, f"more than {limit} entries; split the rules over several campaigns")
            return []
        return data

    def rule(self, data: Any, index: int, at: str) -> Rule | None:
        if not isinstance(data, Mapping):
            self.refuse(at, "a rule is an object with `title`, `condition` and `effects`")
            return None
        title = self.title(data.get("title", ""), f"{at}/title")
        bindings = self.bindings(data.get("bindings") or [], f"{at}/bindings")
        conditions = self.conditions(data.get("condition"), f"{at}/condition")
        effects = self.effects(data.get("effects"), f"{at}/effects")
        return Rule(index, title, conditions, effects, bindings, str(data.get("id") or ""))

    def title(self, data: Any, at: str) -> str:
        if isinstance(data, str) and len(data) <= NAME_LENGTH_MAX:
            return data
        self.refuse(at, f"a title is a text of at most {NAME_LENGTH_MAX} characters")
        return ""

    def bindings(self, data: Any, at: str) -> tuple[Binding, ...]:
        found = [
            self.binding(part, f"{at}/{index}")
            for index, part in enumerate(self.list_of(data, at, BINDINGS_MAX))
        ]
        return tuple(binding for binding in found if binding)

    def binding(self, data: Any, at: str) -> Binding | None:
        if not isinstance(data, Mapping) or not isinstance(data.get("name"), str) or not data["name"]:
            self.refuse(at, "a binding is an object with a `name` and an `expression`")
            return None
        expression = self.expression(data.get("expression"), f"{at}/expression")
        if expression is None:
            return None
        return Binding(data["name"], expression, str(data.get("type") or ""), at)

    def conditions(self, data: Any, at: str) -> tuple[Node, ...]:
        if not isinstance(data, list) or not data:
            self.refuse(at, 'a condition is a list with at least one element, such as `["and", true]`')
            return ()
        root = self.expression(data, at)
        if isinstance(root, Call) and root.name == "and":
            return root.arguments
        return () if root is None else (root,)

    def effects(self, data: Any, at: str) -> tuple[Node, ...]:
        if isinstance(data, list) and data and isinstance(data[0], str):
            effect = self.expression(data, at)  # one effect written flat (behaviour/language 1)
            return () if effect is None else (effect,)
        effects = [
            self.expression(part, f"{at}/{index}")
            for index, part in enumerate(self.list_of(data, at, EFFECTS_PER_RULE_MAX))
        ]
        return tuple(effect for effect in effects if effect is not None)

    def expression(self, data: Any, at: str) -> Node | None:
        if not isinstance(data, list):
            self.refuse(at, "an expression is a list that starts with the name of a function")
            return None
        if self.nodes_left <= 0:
            return None
        try:
            node = read(data, at)
        except ReadError as error:
            self.refuse(error.pointer, error.message)
            return None
        self.nodes_left -= size(node)
        if self.nodes_left < 0:
            message = f"the rule set has more than {RULESET_NODES_MAX} nodes; split it over several campaigns"
            self.refuse(at, message)
            return None
        return node
