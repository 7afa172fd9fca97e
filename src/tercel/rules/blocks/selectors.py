"""Cart item filters as selectors: a source and the steps that work on it (behaviour/evaluation 10).

Steps are taken off the expression from the outside; what is left when no step fits is the source, so that every filter
has this form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.language.tree import Call, Node
from tercel.rules.blocks.choose import by_type, data_of_block
from tercel.rules.blocks.codecs import INDEX, PATH
from tercel.rules.blocks.families.references import REFERENCES
from tercel.rules.blocks.forms import Block, Codec, Default, Form, Hole, Reading, Writing, match
from tercel.rules.blocks.predicates import PREDICATE
from tercel.rules.blocks.show import by_function, fill
from tercel.rules.blocks.sorting import read_sorts, take_sorts

_INNER = "inner"
#: The list that a step works on: no field of the step, but what the steps before it give.
_ITEMS = Hole(_INNER, Codec(lambda *_: None, lambda value, *_: value))
_ALL_THERE_ARE = {"partial": Default(value=True)}


def _form(step_type: str, pattern: Any, **fields: Any) -> Form:
    return Form({"type": step_type, **fields}, pattern)


_STEPS = [
    _form("filter", ["filter", _ITEMS, Block("Item", Hole("predicate", PREDICATE))]),
    _form(
        "select",
        ["take", _ITEMS, Hole("count", INDEX)],
        operator="many",
        **{"from": "start"},
        **_ALL_THERE_ARE,
    ),
    _form(
        "select",
        ["takeLast", _ITEMS, Hole("count", INDEX)],
        operator="many",
        **{"from": "end"},
        **_ALL_THERE_ARE,
    ),
    _form(
        "select",
        ["slice", _ITEMS, Hole("from", INDEX), Hole("to", INDEX)],
        operator="between",
        **_ALL_THERE_ARE,
    ),
    _form(
        "select",
        ["list", ["item", _ITEMS, Hole("index", INDEX)]],
        operator="one",
        partial=Default(value=False),
    ),
    _form("map", ["map", _ITEMS, Block("Item", Hole("expression", PATH))]),
    _form("reduce", ["max", _ITEMS], operator="max"),
    _form("reduce", ["min", _ITEMS], operator="min"),
    _form("reduce", ["sum", _ITEMS], operator="sum"),
    _form("reduce", ["count", _ITEMS], operator="count"),
    _form("reduce", ["isEmpty", _ITEMS], operator="empty"),
    _form("reverse", ["reverse", _ITEMS]),
    _form("filterAndMapValues", ["valueMapItems", _ITEMS, Hole("valueMap", REFERENCES["valueMaps"])]),
]
_BY_FUNCTION = by_function(_STEPS)
_BY_TYPE = by_type(_STEPS)


def show_selector(expression: Node, place: str, writing: Writing) -> dict[str, Any]:
    """Return the ``source`` and ``steps`` of a filter's expression."""
    steps: list[dict[str, Any]] = []
    node, step = _take_step(expression, f"{place}/steps/0", writing)
    while step is not None:
        steps.append(step)
        node, step = _take_step(node, f"{place}/steps/{len(steps)}", writing)
    return {"source": PATH.show(node, f"{place}/source", writing), "steps": steps[::-1]}


def _take_step(node: Node, place: str, writing: Writing) -> tuple[Node, dict[str, Any] | None]:
    inner, sort = take_sorts(node, place, writing)
    if sort is not None or not isinstance(node, Call):
        return inner, sort
    for form in _BY_FUNCTION.get(node.name, ()):
        step: dict[str, Any] = {"type": form.type}
        if fill(form, node, step, place, writing):
            found = match(form.pattern, node) or []
            del step[_INNER]
            return next(part for hole, part in found if hole is _ITEMS), step
    return node, None


def read_selector(selector: Mapping[str, Any], at: str, reading: Reading) -> Any:
    """Return the data of a selector's source and steps."""
    data = PATH.read(selector.get("source"), f"{at}/source", reading)
    steps = selector.get("steps")
    if not isinstance(steps, list):
        reading.refuse(f"{at}/steps", "type", "must be a list of steps")
        return data
    for index, step in enumerate(steps):
        data = _read_step(data, step, f"{at}/steps/{index}", reading)
    return data


def _read_step(items: Any, step: Any, at: str, reading: Reading) -> Any:
    kind = step.get("type") if isinstance(step, Mapping) else None
    if kind == "sort":
        return read_sorts(items, step, at, reading)
    if not isinstance(kind, str) or kind not in _BY_TYPE:
        known = ", ".join(f"`{name}`" for name in sorted([*_BY_TYPE, "sort"]))
        reading.refuse(f"{at}/type", "enum", f"must be one of {known}")
        return items
    return data_of_block(_BY_TYPE[kind], {**step, _INNER: items}, at, reading)
