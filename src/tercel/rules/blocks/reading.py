"""The blocks of a rule as data of the language, with every problem noted at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tercel.base.errors import Problem
from tercel.language.functions.all import find_function
from tercel.language.reader import ReadError, read
from tercel.rules.blocks.choose import data_of_block, read_passthrough
from tercel.rules.blocks.forms import Names, Reading
from tercel.rules.blocks.kinds import CODE_CHECKS, failing_with, in_place, is_effect
from tercel.rules.blocks.tables import CHECKS_BY_TYPE, EFFECTS_BY_TYPE, TYPES_WITH_ERRORS, TYPES_WITH_FAILURE
from tercel.rules.blocks.writing import OPTIONAL_TAG

_UNKNOWN: list[Any] = ["noop"]


class Part(NamedTuple):
    """One block as data: what it means, and where it stands in the document that was sent."""

    data: Any
    pointer: str


class Rule(NamedTuple):
    """The blocks of a rule, taken apart."""

    conditions: list[Part]
    effects: list[Part]


class _Read(NamedTuple):
    data: Any
    is_effect: bool
    type: str = ""


@dataclass(frozen=True)
class Reader:
    """Reads blocks. ``types`` are the types that may be used besides ``passthrough``; None for all."""

    names: Names
    problems: list[Problem] = field(default_factory=list)
    types: frozenset[str] | None = None

    def rule(self, blocks: Any, at: str) -> Rule:
        """Take the blocks of a rule apart."""
        rule = Rule([], [])
        for index, block in enumerate(self.list_of(blocks, at)):
            pointer = f"{at}/{index}"
            found = self._block(block, pointer)
            inner = f"{pointer}/expression" if found.type == "passthrough" else pointer
            if found.is_effect:
                rule.effects.append(Part(found.data, inner))
            elif not rule.effects or found.type in CODE_CHECKS:
                rule.conditions.append(Part(found.data, inner))
            else:
                rule.effects.append(Part(in_place(found.data), pointer))
        return rule

    def checks(self, blocks: Any, at: str) -> list[Any]:
        """Return the data of a list of checks."""
        return [self._check(block, f"{at}/{index}") for index, block in enumerate(self.list_of(blocks, at))]

    def _check(self, block: Any, at: str) -> Any:
        found = self._block(block, at)
        if found.is_effect:
            self.refuse(at, "effect", "an effect cannot stand among checks; put it behind them")
        return found.data

    def _reactions(self, blocks: Any, at: str) -> list[Any]:
        return [
            self._reaction(block, f"{at}/{index}") for index, block in enumerate(self.list_of(blocks, at))
        ]

    def _reaction(self, block: Any, at: str) -> Any:
        found = self._block(block, at)
        if not found.is_effect and found.type != "passthrough":
            self.refuse(at, "check", "a check cannot stand among reactions; they are effects")
        return found.data

    def _block(self, block: Any, at: str) -> _Read:
        kind = block.get("type") if isinstance(block, Mapping) else None
        if not isinstance(block, Mapping) or not isinstance(kind, str):
            self.refuse(at, "type", "a block is an object with a `type`")
            return _Read(_UNKNOWN, is_effect=False)
        if kind == "passthrough":
            return self._passthrough(block, at)
        if self.types is not None and kind not in self.types:
            self.refuse(f"{at}/type", "enum", f"blocks of type `{kind[:50]}` cannot stand here")
            return _Read(_UNKNOWN, is_effect=False)
        if kind == "group":
            return self._group(block, at)
        if kind in CHECKS_BY_TYPE:
            data = data_of_block(CHECKS_BY_TYPE[kind], block, at, self._context)
            return _Read(self._with_failure(data, block, at), is_effect=False, type=kind)
        if kind in EFFECTS_BY_TYPE:
            data = data_of_block(EFFECTS_BY_TYPE[kind], block, at, self._context)
            return _Read(self._with_reactions(data, block, at), is_effect=True, type=kind)
        self.refuse(f"{at}/type", "enum", f"there are no blocks of type `{kind[:50]}`")
        return _Read(_UNKNOWN, is_effect=False)

    def _passthrough(self, block: Mapping[str, Any], at: str) -> _Read:
        expression = read_passthrough(block, at, self._context)
        try:
            node = read(expression, f"{at}/expression")
        except ReadError as error:
            self.refuse(error.pointer, "unreadable", error.message)
            return _Read(_UNKNOWN, is_effect=False, type="passthrough")
        return _Read(expression, is_effect(node), "passthrough")

    def _group(self, block: Mapping[str, Any], at: str) -> _Read:
        parts = [
            self._block(part, f"{at}/blocks/{index}")
            for index, part in enumerate(self.list_of(block.get("blocks"), f"{at}/blocks"))
        ]
        if not any(part.is_effect for part in parts):
            data = self._checks_of_group([part.data for part in parts], block, at)
            return _Read(self._with_failure(data, block, at), is_effect=False, type="group")
        if block.get("operator") != "all" or not all(part.is_effect for part in parts):
            self.refuse(
                at, "effect", "a group with effects has the operator `all` and holds nothing but effects"
            )
        data = [part.data for part in parts]
        return _Read(self._with_reactions(data, block, at), is_effect=True, type="group")

    def _checks_of_group(self, checks: list[Any], block: Mapping[str, Any], at: str) -> Any:
        context = Reading(self.names, self.problems, lambda *_: checks)
        if block.get("onError"):
            self.refuse(f"{at}/onError", "check", "checks raise no errors; only effects have `onError`")
        return data_of_block(CHECKS_BY_TYPE["group"], {**block, "blocks": checks}, at, context)

    def _with_failure(self, check: Any, block: Mapping[str, Any], at: str) -> Any:
        if "onFailure" not in block:
            return check
        reactions = self._reactions(block["onFailure"], f"{at}/onFailure")
        return ["onFailure", check, *reactions] if reactions else check

    def _with_reactions(self, effect: Any, block: Mapping[str, Any], at: str) -> Any:
        """Add to an effect the reactions to its errors, and make it optional if its tag says so."""
        reactions: dict[str, Any] = {}
        if "onFailure" in block and self._may_have(block, "onFailure", TYPES_WITH_FAILURE, at):
            failure = self._reactions(block["onFailure"], f"{at}/onFailure")
            reactions = {name: failing_with(failure) for name in _errors(effect) if failure}
        if "onError" in block and self._may_have(block, "onError", TYPES_WITH_ERRORS, at):
            reactions.update(self._by_error(block["onError"], f"{at}/onError"))
        if reactions:
            effect = ["onError", ["kv", *([name, reaction] for name, reaction in reactions.items())], effect]
        tags = block.get("tags")
        return ["catch", ["noop"], effect] if isinstance(tags, list) and OPTIONAL_TAG in tags else effect

    def _by_error(self, value: Any, at: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            self.refuse(at, "type", "must be an object with lists of blocks by the names of errors")
            return {}
        found = {name: self._reactions(blocks, f"{at}/{name}") for name, blocks in value.items()}
        return {name: _joined(reactions) for name, reactions in found.items()}

    def _may_have(self, block: Mapping[str, Any], name: str, types: frozenset[str], at: str) -> bool:
        if block["type"] in types:
            return True
        self.refuse(f"{at}/{name}", "unknown", f"blocks of type `{block['type']}` have no `{name}`")
        return False

    def list_of(self, value: Any, at: str, what: str = "blocks") -> list[Any]:
        """Return a list as it is; refuse anything else and return an empty list."""
        if isinstance(value, list):
            return value
        self.refuse(at, "type", f"must be a list of {what}")
        return []

    def refuse(self, at: str, title: str, details: str) -> None:
        """Note a problem."""
        self._context.refuse(at, title, details)

    @property
    def _context(self) -> Reading:
        return Reading(self.names, self.problems, self.checks)


def _joined(effects: list[Any]) -> Any:
    """Effects as one: none, itself, or all in order."""
    if len(effects) < 2:
        return effects[0] if effects else ["noop"]
    return effects


def _errors(effect: Any) -> list[str]:
    """List the errors that an effect, or the effects of a group, can fail with."""
    calls = [effect] if isinstance(effect, list) and effect and isinstance(effect[0], str) else effect or []
    functions = [
        find_function(call[0]) for call in calls if isinstance(call, list) and isinstance(call[0], str)
    ]
    errors = [name for function in functions if function is not None for name in function.errors]
    return list(dict.fromkeys(errors))
