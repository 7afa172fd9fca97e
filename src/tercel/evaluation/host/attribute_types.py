"""Check values that a rule sets against the definition of the attribute (behaviour/definitions 2; behaviour/effects 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.limits import ATTRIBUTE_LIST_LENGTH_MAX, ATTRIBUTE_TEXT_LENGTH_MAX
from tercel.evaluation.facts import AttributeType
from tercel.language.errors import RangeError, TypeMismatchError
from tercel.language.values.kinds import Location

_IS_OF: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, Decimal),
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, datetime),
    "location": lambda value: isinstance(value, Location),
}


def check_value(name: str, value: Any, declared: AttributeType) -> None:
    """Refuse what a request could not set either.

    Raises:
        TypeMismatchError: the value is not of the attribute's type.
        RangeError: it is too large, or not among the values that the attribute is restricted to.
    """
    elements = _elements(value, declared.kind)
    if elements is None:
        raise TypeMismatchError(f"the attribute `{name}` takes a value of type `{declared.kind}`")
    if len(elements) > ATTRIBUTE_LIST_LENGTH_MAX:
        raise RangeError(f"the attribute `{name}` takes at most {ATTRIBUTE_LIST_LENGTH_MAX} elements")
    if any(isinstance(each, str) and len(each) > ATTRIBUTE_TEXT_LENGTH_MAX for each in elements):
        raise RangeError(f"the attribute `{name}` takes at most {ATTRIBUTE_TEXT_LENGTH_MAX} characters")
    if declared.allowed is not None and not declared.allowed.issuperset(elements):
        raise RangeError(f"the attribute `{name}` is restricted to other values")


def _elements(value: Any, kind: str) -> list[Any] | None:
    """Return the value as a list of elements, a single value as a list of one; None when it is not of the kind."""
    is_list = kind.startswith("(list ")
    if is_list is not isinstance(value, list):
        return None
    elements = value if is_list else [value]
    is_of = _IS_OF[kind.removeprefix("(list ").removesuffix(")")]
    return elements if all(is_of(each) for each in elements) else None
