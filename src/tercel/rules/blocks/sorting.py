"""The sort step: several keys, each up or down.

The language has one function for numbers, one for texts and one for times, blocks have one step for all: which function
a key needs is told by what is known of it. A sort that this would not give again stays part of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tercel.language.functions.all import find_function
from tercel.language.reader import ReadError, read
from tercel.language.tree import Call, Lambda, Literal, Node, Read
from tercel.language.values.kinds import (
    ANY,
    STRING,
    TIME,
    Kind,
)
from tercel.rules.blocks.codecs import PATH
from tercel.rules.blocks.forms import Names, Reading, Writing

_FUNCTIONS = {STRING: "sortByString", TIME: "sortByTime"}
_NUMERIC = "sortByNumber"
_TEXT_FIELDS = {"name", "sku", "category", "product", "selectedpricetype"}
_DIRECTIONS = {"asc": False, "desc": True}


def take_sorts(node: Node, place: str, writing: Writing) -> tuple[Node, dict[str, Any] | None]:
    """Take all sorts off the outside of an expression: what they sort, and their step if there are any."""
    fields: list[dict[str, Any]] = []
    while (found := _sort(node, writing.names)) is not None:
        node, key, is_descending = found
        shown = PATH.show(key, f"{place}/fields/{len(fields)}/expression", writing)
        fields.append({"expression": shown, "direction": "desc" if is_descending else "asc"})
    return node, {"type": "sort", "fields": fields} if fields else None


def _sort(node: Node, names: Names) -> tuple[Node, Node, bool] | None:
    match node:
        case Call(arguments=(items, Lambda(parameter="Item", body=key))):
            is_descending = False
        case Call(
            arguments=(items, Lambda(parameter="Item", body=key), Literal(value=bool() as is_descending))
        ):
            pass
        case _:
            return None
    return (items, key, is_descending) if node.name == _function(key, names) else None


def read_sorts(items: Any, step: Mapping[str, Any], at: str, reading: Reading) -> Any:
    """Return the data that sorts by all keys of a step: by the last key first, because sorting keeps the order of
    equals."""
    fields = step.get("fields")
    if not isinstance(fields, Sequence) or isinstance(fields, str) or not fields:
        reading.refuse(
            f"{at}/fields", "type", "must be a list of at least one object with `expression` and `direction`"
        )
        return items
    for index, field in reversed(list(enumerate(fields))):
        items = _read_sort(items, field, f"{at}/fields/{index}", reading)
    return items


def _read_sort(items: Any, field: Any, at: str, reading: Reading) -> Any:
    if not isinstance(field, Mapping):
        reading.refuse(at, "type", "must be an object with `expression` and `direction`")
        return items
    if field.get("direction") not in _DIRECTIONS:
        reading.refuse(f"{at}/direction", "enum", "must be one of `asc`, `desc`")
        return items
    key = PATH.read(field.get("expression"), f"{at}/expression", reading)
    try:
        function = _function(read(key), reading.names)
    except ReadError as error:
        reading.refuse(f"{at}/expression", "expression", error.message)
        return items
    flag = [True] if _DIRECTIONS[field["direction"]] else []
    return [function, items, [["Item"], key], *flag]


def _function(key: Node, names: Names) -> str:
    return _FUNCTIONS.get(_kind(key, names), _NUMERIC)


def _kind(key: Node, names: Names) -> Kind:
    match key:
        case Read(segments=(Literal(value="Item"), Literal(value=str() as field))):
            return STRING if field.lower() in _TEXT_FIELDS else ANY
        case Read(segments=(Literal(value="Item"), Literal(value="Attributes"), Literal(value=name))):
            record = names.find("attributes", entity="CartItem", name=name) or {}
            return next((kind for kind in (STRING, TIME) if record.get("type") == kind.value), ANY)
        case Call(name=name):
            function = find_function(name)
            return ANY if function is None else function.result
    return ANY
