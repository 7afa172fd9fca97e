"""What a type expects at a place of a document: used to explain refusals, and to find what msgspec lets pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

Kind = Any
"""A type, as annotations write it: a class, a union, a list of something."""
Check = Callable[[inspect.Type, object], bool]


@lru_cache
def shape_of(kind: Kind) -> inspect.Type:
    """Return the description of a type."""
    return inspect.type_info(kind)


def names_of(shape: inspect.Type, wanted: tuple[type[inspect.Type], ...]) -> frozenset[str]:
    """Wire names of all fields, at any depth, that may hold one of the wanted kinds."""
    found: set[str] = set()
    _collect(shape, wanted, found, set())
    return frozenset(found)


def _collect(
    shape: inspect.Type, wanted: tuple[type[inspect.Type], ...], found: set[str], seen: set[type]
) -> None:
    for option in options(shape):
        if isinstance(option, inspect.StructType) and option.cls not in seen:
            seen.add(option.cls)
            for field in option.fields:
                if any(isinstance(leaf, wanted) for leaf in _leaves(field.type)):
                    found.add(field.encode_name)
                _collect(field.type, wanted, found, seen)
        elif isinstance(option, inspect.ListType):
            _collect(option.item_type, wanted, found, seen)
        elif isinstance(option, inspect.DictType):
            _collect(option.value_type, wanted, found, seen)


def options(shape: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return the alternatives of a union, or the type alone."""
    if isinstance(shape, inspect.UnionType):
        return tuple(_bare(option) for option in shape.types)
    return (_bare(shape),)


def child(shape: inspect.Type, key: str | int) -> inspect.Type | None:
    """Return the type expected under a key or an index, or None."""
    for option in options(shape):
        if isinstance(option, inspect.StructType):
            found = _fields_of(option.cls).get(key)
            if found is not None:
                return found
        elif isinstance(option, inspect.ListType) and isinstance(key, int):
            return option.item_type
        elif isinstance(option, inspect.DictType):
            return option.value_type
    return None


@cache
def _fields_of(struct: type) -> dict[str | int, inspect.Type]:
    """Return the types of a struct's fields by their names on the wire."""
    described = shape_of(struct)
    assert isinstance(described, inspect.StructType), "only structs have fields"
    return {field.encode_name: field.type for field in described.fields}


def choices(shape: inspect.Type, steps: Sequence[str | int]) -> list[object]:
    """Return the values allowed at the end of a path, in the order of their declaration."""
    holder: inspect.Type | None = shape
    hint: Kind = None
    for step in steps:
        hint = _hint(holder, step) or hint
        holder = child(holder, step) if holder is not None else None
    return list(_literals(hint))


def _hint(holder: inspect.Type | None, name: str | int) -> Kind:
    """Return the annotation of a field; msgspec's own description of it has lost the order of the values."""
    for option in options(holder) if holder is not None else ():
        if isinstance(option, inspect.StructType):
            for field in option.fields:
                if field.encode_name == name:
                    return _hints_of(option.cls)[field.name]
    return None


@cache
def _hints_of(struct: type) -> dict[str, Kind]:
    """Return the annotations of a struct, evaluated once: that takes longer than the rest of a refusal."""
    return get_type_hints(struct, include_extras=True)


def _literals(hint: Kind) -> Iterator[object]:
    origin: object = get_origin(hint)
    if origin is Literal:
        yield from get_args(hint)
    elif isinstance(hint, type) and issubclass(hint, Enum):
        yield from (member.value for member in hint)
    else:
        for part in get_args(hint):
            yield from _literals(part)


def find(
    shape: inspect.Type | None, value: object, checks: Sequence[Check], pointer: str = ""
) -> Iterator[tuple[str, Check]]:
    """Pointers to the values for which a check holds, where the type expects something, with that check."""
    if shape is None:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from find(child(shape, key), item, checks, f"{pointer}/{escape(key)}")
    elif isinstance(value, list):
        of_each = child(shape, 0)
        if of_each is not None:
            for index, item in enumerate(value):
                yield from find(of_each, item, checks, f"{pointer}/{index}")
    else:
        yield from ((pointer, check) for check in checks if check(shape, value))


def is_quoted_number(shape: inspect.Type, value: object) -> bool:
    """Tell whether the value is a text where only an exact number is allowed: msgspec would convert it."""
    kinds = options(shape)
    expects_number = any(isinstance(kind, inspect.DecimalType) for kind in kinds)
    return (
        expects_number and isinstance(value, str) and not any(isinstance(k, inspect.StrType) for k in kinds)
    )


def is_naive_time(shape: inspect.Type, value: object) -> bool:
    """Tell whether the value is a time without an offset where an instant is expected."""
    expects_time = any(isinstance(kind, inspect.DateTimeType) for kind in options(shape))
    return expects_time and isinstance(value, str) and not _has_offset(value)


def is_off_calendar(shape: inspect.Type, value: object) -> bool:
    """Tell whether a time with an offset lies outside the years 1 to 9999 in UTC, where it cannot be stored."""
    expects_time = any(isinstance(kind, inspect.DateTimeType) for kind in options(shape))
    if not (expects_time and isinstance(value, str)):
        return False
    try:
        msgspec.convert(value, datetime).astimezone(UTC)
    except OverflowError:
        return True
    return False


def _has_offset(text: str) -> bool:
    return text[-1:] in {"Z", "z"} or text[-6:-5] in {"+", "-"} or text[-5:-4] in {"+", "-"}


def escape(key: str) -> str:
    """Escape a key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _bare(shape: inspect.Type) -> inspect.Type:
    return shape.type if isinstance(shape, inspect.Metadata) else shape


def _leaves(shape: inspect.Type) -> Iterator[inspect.Type]:
    for option in options(shape):
        if isinstance(option, inspect.ListType):
            yield from _leaves(option.item_type)
        elif isinstance(option, inspect.DictType):
            yield from _leaves(option.value_type)
        else:
            yield option
