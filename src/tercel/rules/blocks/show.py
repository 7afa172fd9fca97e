"""An expression as the block of the first form that fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from tercel.language.printer import to_data
from tercel.language.tree import Call, Node
from tercel.rules.blocks.fields import set_field
from tercel.rules.blocks.forms import ABSENT, Default, Form, NoBlockError, Writing, match

_NAMESPACE = UUID("6f1f3b9c-6c0e-5d0a-9a53-2f6a6e0f7c11")


def block_id(place: str) -> str:
    """Return the id of the block at a place: the same place always has the same."""
    return str(uuid5(_NAMESPACE, place))


def by_function(forms: Iterable[Form]) -> dict[str, list[Form]]:
    """Forms by the function that their pattern calls, in order."""
    found: dict[str, list[Form]] = {}
    for form in forms:
        found.setdefault(form.pattern[0], []).append(form)
    return found


def show(
    forms: Mapping[str, Iterable[Form]], node: Node, place: str, writing: Writing
) -> dict[str, Any] | None:
    """Return the block of an expression; None when no form fits. ``forms`` are by the function that they call."""
    if not isinstance(node, Call):
        return None
    for form in forms.get(node.name, ()):
        block: dict[str, Any] = {"id": block_id(place), "type": form.type}
        if fill(form, node, block, place, writing):
            return block
    return None


def fill(form: Form, node: Node, block: dict[str, Any], place: str, writing: Writing) -> bool:
    """Put the fields of a form into an object; whether the form fits."""
    found = match(form.pattern, node)
    if found is None:
        return False
    for path, constant in form.fields.items():
        value = constant.value if isinstance(constant, Default) else constant
        if value is not ABSENT:
            set_field(block, path, value)
    try:
        for hole, part in found:
            value = hole.codec.show(part, f"{place}/{hole.path}", writing)
            if value is not ABSENT:
                set_field(block, hole.path, value)
    except NoBlockError:
        return False
    return True


def passthrough(node: Node, place: str) -> dict[str, Any]:
    """Return a block that holds the expression itself."""
    data = to_data(node)
    expression = data if isinstance(data, list) else ["identity", data]
    return {"id": block_id(place), "type": "passthrough", "expression": expression}
