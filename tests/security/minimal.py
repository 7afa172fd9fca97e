"""The smallest document of a shape: what an operation's body must have, and nothing else."""

from __future__ import annotations

from typing import Any

from msgspec import NODEFAULT, inspect

_A_TIME = "2099-01-01T00:00:00Z"


def minimal(kind: Any) -> Any:
    """A document that decodes as this type."""
    return _of(inspect.type_info(kind))


def _of(shape: inspect.Type) -> Any:
    match shape:
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.StructType(fields=fields):
            return {field.encode_name: _of(field.type) for field in fields if _is_required(field)}
        case inspect.UnionType(types=types):
            return _of(next(each for each in types if not isinstance(each, inspect.NoneType)))
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case (
            inspect.ListType(item_type=item, min_length=least)
            | inspect.SetType(item_type=item, min_length=least)
        ):
            return [_of(item)] * least if least else []
        case inspect.DateTimeType():
            return _A_TIME
        case inspect.StrType(min_length=least, pattern=pattern):
            return "/x" if pattern is not None and pattern.startswith("^(/") else "x" * max(least or 0, 1)
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
