"""Whole rule sets: the data of the language into block form, and back.

A rule keeps what blocks cannot say under its usual name: its own ``bindings``. Reading a rule set that was written gives
rules that mean the same, mostly the same data; what differs is spelling (a default written out, another order of
settings).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import CHECK_ERRORS_MAX
from tercel.language.reader import ReadError, read
from tercel.language.tree import Call, Literal, Node
from tercel.rules.blocks.bindings import bundle_names, read_bindings, show_bindings
from tercel.rules.blocks.forms import Names
from tercel.rules.blocks.reading import Part, Reader
from tercel.rules.blocks.tables import STRIKETHROUGH_TYPES
from tercel.rules.blocks.writing import Writer

#: Lists of rules: in the language, in block form, and what their blocks may be.
_RULE_LISTS = (
    ("rules", "promotionRules", None),
    ("strikethroughRules", "strikethroughRules", STRIKETHROUGH_TYPES),
)
_KEPT = ("id", "parentId", "title", "description", "bindings")


@dataclass(frozen=True)
class Converted:
    """A rule set as data of the language, and where each part of it was in the document that was read."""

    data: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)

    def pointer(self, at: str) -> str:
        """Lead a pointer into the data back to the block it was read from, or closer where the block keeps its shape."""
        prefix = at
        while prefix and prefix not in self.places:
            prefix = prefix.rpartition("/")[0]
        place = self.places.get(prefix, "")
        is_kept = place.endswith("/expression") or not place.rpartition("/")[0].endswith(
            ("/blocks", "/selectors")
        )
        return place + at.removeprefix(prefix) if is_kept else place


def to_blocks(ruleset: Mapping[str, Any], place: str, names: Names | None = None) -> dict[str, Any]:
    """Return a rule set in block form: ``promotionRules``, ``strikethroughRules``, ``parameters``, ``selectors``,
    ``bundles``.

    Args:
        ruleset: ``rules``, ``bindings`` and ``strikethroughRules`` as data of the language. What cannot be read becomes a
            text.
        place: What the ids of blocks are derived from where a rule has no id of its own.
        names: What references are called.
    """
    known = names or Names()
    bindings = ruleset.get("bindings") or []
    shared = bundle_names(bindings)
    shown: dict[str, Any] = {}
    for source, target, types in _RULE_LISTS:
        rules = ruleset.get(source) or []
        shown[target] = [
            _show_rule(rule, f"{place}/{source}/{index}", Writer(known, shared, types))
            for index, rule in enumerate(rules)
        ]
    return {**shown, **show_bindings(bindings, place, known)}


def _show_rule(rule: Mapping[str, Any], place: str, writer: Writer) -> dict[str, Any]:
    own = Writer(writer.names, writer.bundles | bundle_names(rule.get("bindings") or []), writer.types)
    blocks = own.rule(
        _conditions(rule.get("condition")), _effects(rule.get("effects")), str(rule.get("id") or place)
    )
    kept = {name: rule[name] for name in _KEPT if name in rule}
    return {"title": "", **kept, "blocks": blocks}


def _conditions(data: Any) -> tuple[Node, ...]:
    root = _node(data or ["and", True])
    return root.arguments if isinstance(root, Call) and root.name == "and" else (root,)


def _effects(data: Any) -> tuple[Node, ...]:
    if not isinstance(data, list):
        return ()
    return (_node(data),) if data and isinstance(data[0], str) else tuple(map(_node, data))


def _node(data: Any) -> Node:
    """Read the tree of an expression; data that is no expression becomes a text, which no rule can run either."""
    try:
        return read(data)
    except ReadError:
        return Call("identity", (Literal(str(data)[:1000]),))


def from_blocks(document: Mapping[str, Any], names: Names | None = None) -> Converted:
    """Return a rule set in block form as data of the language: ``rules``, ``strikethroughRules``, ``bindings``.

    Whether the rules can be run is for ``check_ruleset`` to say; ``Converted.pointer`` leads its findings back to the
    document.

    Raises:
        InvalidError: with every problem, pointing into the document.
    """
    known, problems = names or Names(), list[Problem]()
    converted = Converted({"bindings": []}, {"/bindings": "/selectors"})
    for target, source, types in _RULE_LISTS:
        converted.places[f"/{target}"] = f"/{source}"
        reader = Reader(known, problems, types)
        rules = reader.list_of(document.get(source) or [], f"/{source}", "rules")
        converted.data[target] = [
            _read_rule(rule, (f"/{target}/{index}", f"/{source}/{index}"), reader, converted)
            for index, rule in enumerate(rules)
        ]
    for index, (binding, at) in enumerate(read_bindings(document, known, problems)):
        converted.data["bindings"].append(binding)
        converted.places[f"/bindings/{index}"] = at
    if problems:
        raise InvalidError(*problems[:CHECK_ERRORS_MAX])
    return converted


def _read_rule(rule: Any, at: tuple[str, str], reader: Reader, converted: Converted) -> dict[str, Any]:
    place, source = at
    if not isinstance(rule, Mapping):
        reader.refuse(source, "type", "a rule is an object with `title` and `blocks`")
        return {}
    converted.places[place] = source
    for part in ("condition", "effects"):
        converted.places[f"{place}/{part}"] = f"{source}/blocks"
    parts = reader.rule(rule.get("blocks"), f"{source}/blocks")
    _note(parts.conditions, f"{place}/condition", 1, converted)
    _note(parts.effects, f"{place}/effects", 0, converted)
    kept = {name: rule[name] for name in _KEPT if name in rule}
    conditions = [part.data for part in parts.conditions] or [True]
    return {**kept, "condition": ["and", *conditions], "effects": [part.data for part in parts.effects]}


def _note(parts: Sequence[Part], place: str, first: int, converted: Converted) -> None:
    for index, part in enumerate(parts, first):
        converted.places[f"{place}/{index}"] = part.pointer
