"""Searching stored attributes: a row matches when it has every wanted attribute with exactly that value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, cast
from sqlalchemy.dialects.postgresql import JSONB


def has_attributes(column: ColumnElement[Any], wanted: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a JSONB column; further attributes of the row do not matter, null means not set."""
    values = {name: value for name, value in wanted.items() if value is not None}
    if values:
        yield column.contains(values)
    for name, value in wanted.items():
        if value is None:
            yield ~column.has_key(name)
        elif isinstance(value, list | dict):
            # Because: `@>` finds lists that merely contain these elements.
            yield column[name] == cast(value, JSONB)
