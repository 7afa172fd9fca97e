"""Bindings in block form: cart item filters are selectors, bundles and everything else stay as they are.

The three lists of the block form lose the order that bindings have among each other, and a binding sees those before
it. Unless parameters, selectors and bundles, in this order, are the order of the bindings, every entry says its
``position``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tercel.base.errors import Problem
from tercel.language.reader import ReadError, read
from tercel.rules.blocks.forms import Names, Reading, Writing
from tercel.rules.blocks.selectors import read_selector, show_selector

_FILTER = "cartItemFilter"
_BUNDLE = "bundle"
_LISTS = ("parameters", "selectors", "bundles")
_POSITION = "position"
_OF_SELECTOR = {"name", "type", "source", "steps", _POSITION}


def bundle_names(bindings: Sequence[Any]) -> frozenset[str]:
    """Return the names of the bindings that are bundles."""
    return frozenset(each["name"] for each in bindings if each.get("type") == _BUNDLE and "name" in each)


def show_bindings(bindings: Sequence[Mapping[str, Any]], place: str, names: Names) -> dict[str, list[Any]]:
    """``parameters``, ``selectors`` and ``bundles`` of a rule set."""
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    writing = Writing(names, bundle_names(bindings), lambda *_: [])
    for position, binding in enumerate(bindings):
        selector = _selector(binding, f"{place}/selectors/{position}", writing)
        kind = "bundles" if binding.get("type") == _BUNDLE else "parameters"
        lists["selectors" if selector else kind].append((position, selector or dict(binding)))
    positions = [position for name in _LISTS for position, _ in lists[name]]
    is_usual = positions == sorted(positions)
    return {
        name: [entry if is_usual else {**entry, _POSITION: position} for position, entry in entries]
        for name, entries in lists.items()
    }


def _selector(binding: Mapping[str, Any], place: str, writing: Writing) -> dict[str, Any] | None:
    if binding.get("type") != _FILTER or not isinstance(binding.get("expression"), list):
        return None
    try:
        expression = read(binding["expression"])
    except ReadError:
        return None
    further = {name: value for name, value in binding.items() if name not in {"name", "type", "expression"}}
    head = {"name": binding.get("name"), "type": "selector"}
    return {**further, **head, **show_selector(expression, place, writing)}


def read_bindings(
    document: Mapping[str, Any], names: Names, problems: list[Problem]
) -> list[tuple[Any, str]]:
    """Read the bindings of a document in block form, in their order, each with its pointer."""
    reading = Reading(names, problems, lambda *_: [])
    found: list[tuple[int, Any, str]] = []
    for name in _LISTS:
        entries = document.get(name) or []
        if not isinstance(entries, list):
            reading.refuse(f"/{name}", "type", "must be a list")
            continue
        for index, entry in enumerate(entries):
            at = f"/{name}/{index}"
            position = entry.get(_POSITION) if isinstance(entry, Mapping) else None
            binding = _binding(name, entry, at, reading)
            found.append((position if isinstance(position, int) else len(found), binding, at))
    found.sort(key=lambda each: each[0])
    return [(binding, at) for _, binding, at in found]


def _binding(list_name: str, entry: Any, at: str, reading: Reading) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        reading.refuse(at, "type", "must be an object")
        return {}
    if list_name == "selectors":
        further = {name: value for name, value in entry.items() if name not in _OF_SELECTOR}
        expression = read_selector(entry, at, reading)
        if not isinstance(expression, list):
            expression = ["identity", expression]
        return {**further, "name": entry.get("name"), "type": _FILTER, "expression": expression}
    usual = {"type": _BUNDLE} if list_name == "bundles" else {}
    return {**usual, **{name: value for name, value in entry.items() if name != _POSITION}}
