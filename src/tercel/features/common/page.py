"""Pages of lists: how many rows, from where, in which order (management.md 0.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Row, Select, func, select

from tercel.base.errors import InvalidError
from tercel.database.transaction import Transaction

T = TypeVar("T")


class PageRequest(msgspec.Struct, frozen=True):
    """What was asked for. ``sort`` is a wire name, with a leading ``-`` for descending."""

    page_size: int
    skip: int = 0
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. ``total`` is known only when it was counted."""

    data: list[T]
    total: int | None = None
    has_more: bool | None = None


def order_by(
    statement: Select[Any],
    sort: str | None,
    *,
    allowed: Mapping[str, ColumnElement[Any]],
    default: ColumnElement[Any],
) -> Select[Any]:
    """Order by the wanted field, then by ``default`` so that pages never overlap.

    Raises:
        InvalidError: the field cannot be sorted by.
    """
    if not sort:
        return statement.order_by(default)
    name = sort.removeprefix("-")
    column = allowed.get(name)
    if column is None:
        names = ", ".join(f'"{known}"' for known in sorted(allowed))
        raise InvalidError.parameter("sort", "enum", f"sort must be one of the following: {names}")
    return statement.order_by(column.desc() if sort.startswith("-") else column.asc(), default)


async def fetch_page(
    tx: Transaction,
    statement: Select[Any],
    page: PageRequest,
    *,
    counted: bool,
    row: Callable[[Row[Any]], T],
) -> Page[T]:
    """Fetch one page of an ordered statement; count all its rows only when asked to."""
    rows = await tx.all(statement.limit(page.page_size + 1).offset(page.skip))
    total = None
    if counted:
        total = await tx.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    data = [row(found) for found in rows[: page.page_size]]
    return Page(data=data, total=total, has_more=len(rows) > page.page_size)
