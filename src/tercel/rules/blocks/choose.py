"""The form of a block, by its constants, and the data it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tercel.rules.blocks.fields import get_field
from tercel.rules.blocks.forms import ABSENT, Default, Form, Hole, Reading, Rest, build, holes_of, is_same


def by_type(forms: Iterable[Form]) -> dict[str, list[Form]]:
    """Forms by the type of their block, in order."""
    found: dict[str, list[Form]] = {}
    for form in forms:
        found.setdefault(form.type, []).append(form)
    return found


def data_of_block(forms: Sequence[Form], block: Mapping[str, Any], at: str, reading: Reading) -> Any:
    """Return the data of a block whose type has these forms; problems are noted, and leave null."""
    form = _choose(forms, block, at, reading)
    if form is None:
        return None
    return build(form.pattern, values_of(form, block, at, reading))


def values_of(form: Form, block: Mapping[str, Any], at: str, reading: Reading) -> dict[str, Any]:
    """Read the fields of a block, by the paths of the form's holes."""
    return {
        hole.path: _value(hole, get_field(block, hole.path), at, reading) for hole in holes_of(form.pattern)
    }


def read_passthrough(block: Mapping[str, Any], at: str, reading: Reading) -> Any:
    """Return the expression of a ``passthrough`` block."""
    expression = block.get("expression")
    if isinstance(expression, list) and expression:
        return expression
    reading.refuse(f"{at}/expression", "type", "must be a list that starts with the name of a function")
    return None


def _value(hole: Hole | Rest, value: Any, at: str, reading: Reading) -> Any:
    pointer = f"{at}/{hole.path}"
    if value is not ABSENT or hole.codec.is_optional:
        return hole.codec.read(value, pointer, reading)
    if isinstance(hole, Hole) and hole.default is not ABSENT:
        return hole.default
    reading.refuse(pointer, "required", "the block needs this field")
    return None


def _choose(forms: Sequence[Form], block: Mapping[str, Any], at: str, reading: Reading) -> Form | None:
    left = list(forms)
    for path in dict.fromkeys(path for form in forms for path in form.fields):
        value = get_field(block, path)
        kept = [form for form in left if path not in form.fields or _agrees(form.fields[path], value)]
        if not kept:
            _refuse(left, path, value, at, reading)
            return None
        left = kept
    return left[0]


def _agrees(constant: Any, value: Any) -> bool:
    if isinstance(constant, Default):
        return value is ABSENT or is_same(value, constant.value)
    return is_same(value, constant)


def _refuse(forms: Sequence[Form], path: str, value: Any, at: str, reading: Reading) -> None:
    constants = [form.fields[path] for form in forms if path in form.fields]
    plain = [constant.value if isinstance(constant, Default) else constant for constant in constants]
    words = ", ".join(dict.fromkeys(f"`{_text(word)}`" for word in plain if word is not ABSENT))
    title = "required" if value is ABSENT else "enum"
    reading.refuse(f"{at}/{path}", title, f"must be one of {words}")


def _text(constant: Any) -> str:
    return str(constant).lower() if isinstance(constant, bool) else str(constant)
