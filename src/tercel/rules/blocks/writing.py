"""The conditions and effects of a rule as blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tercel.language.printer import to_data
from tercel.language.reader import read
from tercel.language.tree import Call, Literal, Node
from tercel.language.tree import Sequence as Steps
from tercel.rules.blocks.forms import Names, Writing
from tercel.rules.blocks.kinds import CODE_CHECKS, as_effect, check_in_place, is_effect
from tercel.rules.blocks.show import block_id, passthrough, show
from tercel.rules.blocks.tables import CHECKS_BY_FUNCTION, EFFECTS_BY_FUNCTION, TYPES_WITH_ERRORS

#: The tag of an effect that may fail without failing its rule: ``["catch", ["noop"], effect]``.
OPTIONAL_TAG = "optional"

_Shown = dict[str, Any]


@dataclass(frozen=True)
class Writer:
    """Shows expressions as blocks. ``types`` are the types that may be used besides ``passthrough``; None for all."""

    names: Names
    bundles: frozenset[str]
    types: frozenset[str] | None = None

    def rule(self, conditions: Sequence[Node], effects: Sequence[Node], place: str) -> list[_Shown]:
        """Return the blocks of a rule: its conditions, then its effects. ``place`` makes the ids of the blocks."""
        if list(conditions) == [Literal(value=True)]:
            conditions = ()  # a rule without checks always goes on
        checks = self.checks(conditions, place)
        shown = [
            self.effect(effect, f"{place}/effects/{index}", is_first=index == 0)
            for index, effect in enumerate(effects)
        ]
        return [*checks, *shown]

    def checks(self, nodes: Sequence[Node], place: str) -> list[_Shown]:
        """Conditions, one block each."""
        return [self.check(node, f"{place}/{index}") for index, node in enumerate(nodes)]

    def check(self, node: Node, place: str) -> _Shown:
        """Return the block of a condition, with the effects that are returned when it fails."""
        match node:
            case Call(name="onFailure", arguments=(condition, _, *_)):
                block = self._show_check(condition, place)
                if block is not None:
                    block["onFailure"] = self._reactions(node.arguments[1:], f"{place}/onFailure")
            case _:
                block = self._show_check(node, place)
        return block or passthrough(node, place)

    def effect(self, node: Node, place: str, *, is_first: bool = True) -> _Shown:
        """Return the block of an effect; only behind another effect can a check stand among effects."""
        check = None if is_first else check_in_place(node)
        if check is not None:
            block = self.check(check, place)
            if block["type"] not in CODE_CHECKS:
                return block
        shown = self._show_effect(node, place)
        if shown is not None:
            return shown
        return passthrough(node if is_effect(node) else read(as_effect(to_data(node))), place)

    def _show_effect(self, node: Node, place: str) -> _Shown | None:
        match node:
            case Call(name="catch", arguments=(Call(name="noop", arguments=()), effect)):
                block = self._show_effect(effect, place)
                if block is None or "tags" in block:
                    return None
                return {**block, "tags": [OPTIONAL_TAG]}
            case Call(name="onError", arguments=(Call(name="kv") as reactions, effect)):
                return self._with_reactions(reactions, effect, place)
            case Steps(nodes=nodes) if all(map(is_effect, nodes)) and self._may_be("group"):
                blocks = [self.effect(part, f"{place}/blocks/{index}") for index, part in enumerate(nodes)]
                return {"id": block_id(place), "type": "group", "operator": "all", "blocks": blocks}
        return self._allowed(show(EFFECTS_BY_FUNCTION, node, place, self._context))

    def _with_reactions(self, reactions: Call, effect: Node, place: str) -> _Shown | None:
        block = self._show_effect(effect, place)
        pairs = list(zip(reactions.arguments[::2], reactions.arguments[1::2], strict=True))
        by_name = {key.value: value for key, value in pairs if isinstance(key, Literal)}
        if block is None or block["type"] not in TYPES_WITH_ERRORS or len(by_name) < len(pairs):
            return None
        if "onError" in block or "tags" in block:
            return None
        block["onError"] = {
            name: self._reactions(_parts(reaction), f"{place}/onError/{name}")
            for name, reaction in by_name.items()
        }
        return block

    def _reactions(self, effects: Sequence[Node], place: str) -> list[_Shown]:
        return [self.effect(effect, f"{place}/{index}") for index, effect in enumerate(effects)]

    def _show_check(self, node: Node, place: str) -> _Shown | None:
        return self._allowed(show(CHECKS_BY_FUNCTION, node, place, self._context))

    def _allowed(self, block: _Shown | None) -> _Shown | None:
        return block if block is not None and self._may_be(block["type"]) else None

    def _may_be(self, block_type: str) -> bool:
        return self.types is None or block_type in self.types

    @property
    def _context(self) -> Writing:
        return Writing(self.names, self.bundles, self.checks)


def _parts(reaction: Node) -> tuple[Node, ...]:
    """Return the effects of a reaction: none, one, or several computed in order."""
    match reaction:
        case Call(name="noop", arguments=()):
            return ()
        case Steps(nodes=nodes) if len(nodes) > 1:
            return nodes
    return (reaction,)
