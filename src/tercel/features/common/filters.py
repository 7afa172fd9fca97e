"""Filters: structs whose members say themselves which rows they mean.

One struct is the query of a list and its documentation, the condition on the rows, and the body or query of what deletes or
exports the same rows. A member that is not given means any row. What a member means is a named function: an annotation is
evaluated where the names of its module cannot be seen by a lambda.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, or_, true

from tercel.features.common.scope import Scope

#: An instant as callers send it.
Moment = Annotated[datetime, Meta(tz=True)]
V = TypeVar("V")


class Means(Generic[V]):
    """What the value of a member means for the rows: a condition, made of the value and of where the request works."""

    def __init__(self, condition: Callable[[V, Scope], ColumnElement[bool]]) -> None:
        self.condition = condition


def means(condition: Callable[[V], ColumnElement[bool]]) -> Means[V]:
    """Keep the rows for which the condition made of the value holds."""
    return Means(lambda value, _: condition(value))


def text(condition: Callable[[str], ColumnElement[bool]]) -> Means[str]:
    """Make the meaning of a text member, of which an empty one means any row."""
    return Means(lambda value, _: condition(value) if value else true())


def equals(column: ColumnElement[V]) -> Means[V]:
    """Keep the rows with this value."""
    return means(lambda value: column == value)


def contains(*columns: ColumnElement[str]) -> Means[str]:
    """Keep the rows with this text in one of the columns, in any case."""
    return means(lambda value: or_(*(column.icontains(value, autoescape=True) for column in columns)))


def one_of(column: ColumnElement[V]) -> Means[list[V]]:
    """Keep the rows with one of these values; none means any."""
    return means(lambda values: column.in_(values) if values else true())


def since(column: ColumnElement[datetime]) -> Means[datetime]:
    """Keep the rows from this instant on: intervals are half-open."""
    return means(lambda moment: column >= moment)


def until(column: ColumnElement[datetime]) -> Means[datetime]:
    """Keep the rows before this instant."""
    return means(lambda moment: column < moment)


class Filter(msgspec.Struct, kw_only=True, rename="camel"):
    """Which rows are meant: those that all given members mean."""

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on the rows. Override this to add what several members mean together.

        Raises:
            InvalidError: two members exclude each other.
        """
        for name, meaning in _meanings(type(self)).items():
            value = getattr(self, name)
            if value is not None:
                yield meaning.condition(value, scope)


@cache
def _meanings(kind: type[Filter]) -> Mapping[str, Means[Any]]:
    """Return the meanings of a filter's members, by name."""
    hints = get_type_hints(kind, include_extras=True)
    found = {name: next(_meaning(hints[name]), None) for name in kind.__struct_fields__}
    return {name: meaning for name, meaning in found.items() if meaning is not None}


def _meaning(hint: Any) -> Iterator[Means[Any]]:
    yield from (each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Means))
    for part in get_args(hint):
        yield from _meaning(part)
