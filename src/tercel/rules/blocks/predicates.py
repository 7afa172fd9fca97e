"""The test of a filter step: checks of attributes, groups of them, or any expression as ``passthrough``.

An item whose attribute is not set must drop out instead of stopping the filter, so each check stands in
``["catch", false, …]``. A test that is written without it means something else and becomes ``passthrough``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.language.tree import Call, Literal, Node
from tercel.rules.blocks.choose import data_of_block, read_passthrough
from tercel.rules.blocks.families.declared import declared_forms
from tercel.rules.blocks.forms import Codec, Reading, Writing
from tercel.rules.blocks.show import block_id, by_function, passthrough, show

_ATTRIBUTE_CHECKS = [form for form in declared_forms(effects=False) if form.type == "checkAttribute"]
_CHECKS = by_function(_ATTRIBUTE_CHECKS)
_FALSE = Literal(value=False)


def _show(node: Node, place: str, writing: Writing) -> dict[str, Any]:
    match node:
        case Call(name="catch", arguments=(Literal(value=False) as default, test)) if default.value is False:
            block = _show_caught(test, place, writing)
        case Call(name="and", arguments=parts):
            block = _group("all", parts, place, writing)
        case Call(name="or", arguments=parts):
            block = _group("atLeastOne", parts, place, writing)
        case Call(name="not", arguments=(Call(name="or", arguments=parts),)):
            block = _group("none", parts, place, writing)
        case _:
            block = None
    return block or passthrough(node, place)


def _show_caught(test: Node, place: str, writing: Writing) -> dict[str, Any] | None:
    if isinstance(test, Call) and test.name == "and":
        # Because: the first part that is false or fails ends both, so each part may as well be caught by itself.
        caught = tuple(Call("catch", (_FALSE, part)) for part in test.arguments)
        return _group("all", caught, place, writing)
    return show(_CHECKS, test, place, writing)


def _group(operator: str, parts: tuple[Node, ...], place: str, writing: Writing) -> dict[str, Any]:
    blocks = [_show(part, f"{place}/blocks/{index}", writing) for index, part in enumerate(parts)]
    return {"id": block_id(place), "type": "group", "operator": operator, "blocks": blocks}


def _read(block: Any, at: str, reading: Reading) -> Any:
    kind = block.get("type") if isinstance(block, Mapping) else None
    if kind == "checkAttribute":
        return ["catch", False, data_of_block(_ATTRIBUTE_CHECKS, block, at, reading)]
    if kind == "passthrough":
        return read_passthrough(block, at, reading)
    if kind == "group":
        return _read_group(block, at, reading)
    reading.refuse(f"{at}/type", "enum", "must be one of `checkAttribute`, `group`, `passthrough`")
    return None


def _read_group(block: Mapping[str, Any], at: str, reading: Reading) -> Any:
    parts = block.get("blocks")
    if not isinstance(parts, list):
        reading.refuse(f"{at}/blocks", "type", "must be a list of blocks")
        return None
    tests = [_read(part, f"{at}/blocks/{index}", reading) for index, part in enumerate(parts)]
    match block.get("operator"):
        case "all":
            return ["and", *tests]
        case "atLeastOne":
            return ["or", *tests]
        case "none":
            return ["not", ["or", *tests]]
    reading.refuse(f"{at}/operator", "enum", "must be one of `all`, `atLeastOne`, `none`")
    return None


#: The test of an item.
PREDICATE = Codec(_show, _read)
