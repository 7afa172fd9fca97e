"""Documents of a shape: the smallest, which has what an operation's body must have and nothing else, and a full one."""

from __future__ import annotations

from typing import Any

from msgspec import NODEFAULT, inspect

_A_TIME = "2099-01-01T00:00:00Z"
_SAMPLES = {r"^(/.*|\*)$": "/x", "^[a-fA-F0-9]{16}$": "f" * 16}
"""Texts for patterns that the letter x does not match."""


def minimal(kind: Any) -> Any:
    """A document that decodes as this type."""
    return _of(inspect.type_info(kind), 0)


def full(kind: Any, levels: int = 4) -> Any:
    """A document with every optional member, and something in every list, down to some levels of objects."""
    return _of(inspect.type_info(kind), levels)


def _of(shape: inspect.Type, levels: int) -> Any:
    match shape:
        case inspect.Metadata(type=inner):
            return _of(inner, levels)
        case inspect.StructType(fields=fields, tag=tag, tag_field=tag_field):
            wanted = [field for field in fields if levels or _is_required(field)]
            own = {} if tag is None else {tag_field: tag}
            return own | {field.encode_name: _of(field.type, max(levels - 1, 0)) for field in wanted}
        case inspect.UnionType(types=types):
            return _of(next(each for each in types if not isinstance(each, inspect.NoneType)), levels)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case (
            inspect.ListType(item_type=item, min_length=least)
            | inspect.SetType(item_type=item, min_length=least)
        ):
            count = max(least or 0, 1 if levels else 0)
            return [_of(item, levels)] * count if count else []
        case inspect.DateTimeType():
            return _A_TIME
        case inspect.StrType(min_length=least, pattern=pattern):
            return _SAMPLES.get(pattern or "", "x" * max(least or 0, 1))
        case inspect.IntType(ge=least) | inspect.FloatType(ge=least):
            return max(least or 0, 1)
        case inspect.DecimalType():
            return 1
        case inspect.BoolType():
            return False
        case inspect.DictType():
            return {}
    return None


def _is_required(field: inspect.Field) -> bool:
    return field.required and field.default is NODEFAULT
