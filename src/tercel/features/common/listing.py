"""Lists: what is selected, in which order, and what rows become; a page at a time, or all in pieces (behaviour/lists 1)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, Row, Select, Table, func, select
from typing_extensions import TypeVar

from tercel.base.errors import InvalidError
from tercel.base.limits import PAGE_SIZE_MAX, SKIP_MAX
from tercel.base.near import did_you_mean
from tercel.database.transaction import Transaction
from tercel.features.common.envelopes import Counted, Optional, Uncounted
from tercel.features.common.filters import Filter
from tercel.features.common.scope import Scope
from tercel.features.common.texts import camel

PageSize = Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)]
Skip = Annotated[int, Meta(ge=0, le=SKIP_MAX)]
_PIECE = 1000


class Paging(msgspec.Struct, rename="camel"):
    """Which page. ``sort`` is a wire name, with a leading ``-`` for descending."""

    page_size: PageSize = 1000
    skip: Skip = 0
    sort: str | None = None


class ShortPaging(Paging, rename="camel"):
    """Paging of the lists whose pages have 50 rows unless told otherwise."""

    page_size: PageSize = 50


class TotalPaging(Paging, rename="camel"):
    """Paging of the lists that count all rows on request."""

    with_total_result_size: bool = False


P = TypeVar("P", bound=Paging, default=Paging)
F = TypeVar("F", bound=Filter, default=Filter)
S_contra = TypeVar("S_contra", bound=Scope, contravariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[F, P]):
    """The query of a list, read from one query string. ``Paged`` alone has paging and no filter."""

    filter: F
    page: P


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. ``total`` is known only when it was counted."""

    data: list[T]
    has_more: bool
    total: int | None = None


Answer = Callable[[Transaction, Sequence[Row[Any]], S_contra], Awaitable[list[T]]]
"""What rows become, as answered."""


def each(from_row: Callable[[Row[Any]], T]) -> Answer[Scope, T]:
    """Answer each row by itself."""

    async def answer(_tx: Transaction, rows: Sequence[Row[Any]], _scope: Scope) -> list[T]:
        return [from_row(row) for row in rows]

    return answer


def sortable(table: Table, *columns: str) -> dict[str, ColumnElement[Any]]:
    """Return the columns by which rows may be sorted, by their wire names."""
    return {camel(name): table.c[name] for name in columns}


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[S_contra, T]):
    """One kind of list.

    ``key`` tells all rows apart: it is the last in every order, so that pages never overlap, and its own order is that of
    pieces. Without ``sort`` the order is fixed, whatever was asked for.
    """

    select: Callable[[S_contra], Select[Any]]
    answer: Answer[S_contra, T]
    key: ColumnElement[Any]
    sort: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    order: Sequence[ColumnElement[Any]] = ()  # unless told otherwise; without any that of the key

    async def counted(
        self, tx: Transaction, scope: S_contra, asked: Paged[F, P], *where: ColumnElement[bool]
    ) -> Counted[T]:
        """Return a page with the number of all rows that are meant, ``where`` included.

        Raises:
            InvalidError: the rows cannot be sorted so, or members of the filter exclude each other.
        """
        page = await self.page(tx, scope, asked, *where, is_counted=True)
        return Counted(page.total or 0, page.data)

    async def uncounted(
        self, tx: Transaction, scope: S_contra, asked: Paged[F, P], *where: ColumnElement[bool]
    ) -> Uncounted[T]:
        """Return a page that tells whether another follows; raises like ``counted``."""
        page = await self.page(tx, scope, asked, *where)
        return Uncounted(page.has_more, page.data)

    async def optional(
        self, tx: Transaction, scope: S_contra, asked: Paged[F, TotalPaging], *where: ColumnElement[bool]
    ) -> Optional[T]:
        """Return a page with the number of all rows or with whether another follows, as was asked; raises like
        ``counted``."""
        if asked.page.with_total_result_size:
            page = await self.page(tx, scope, asked, *where, is_counted=True)
            return Optional(total_result_size=page.total, data=page.data)
        page = await self.page(tx, scope, asked, *where)
        return Optional(has_more=page.has_more, data=page.data)

    async def page(
        self,
        tx: Transaction,
        scope: S_contra,
        asked: Paged[F, P],
        *where: ColumnElement[bool],
        is_counted: bool = False,
    ) -> Page[T]:
        """Return one page; raises like ``counted``."""
        statement = self._selected(scope, asked.filter, where)
        size, skip = asked.page.page_size, asked.page.skip
        rows = await tx.all(statement.order_by(*self._ordered(asked.page.sort)).limit(size + 1).offset(skip))
        total = None
        if is_counted:
            total = await tx.scalar(select(func.count()).select_from(statement.subquery()))
        return Page(await self.answer(tx, rows[:size], scope), len(rows) > size, total)

    async def pieces(
        self, tx: Transaction, scope: S_contra, which: Filter, *where: ColumnElement[bool]
    ) -> AsyncIterator[list[T]]:
        """Yield all rows that are meant, in the order of their keys; only one piece of them is held at a time."""
        statement = self._selected(scope, which, where).order_by(self.key).limit(_PIECE)
        rows = await tx.all(statement)
        while rows:
            yield await self.answer(tx, rows, scope)
            rows = await tx.all(statement.where(self.key > getattr(rows[-1], str(self.key.key))))

    def stream(
        self, scope: S_contra, which: Filter, sort: str | None = None
    ) -> Callable[[Transaction], AsyncGenerator[list[T], None]]:
        """Return what yields all rows that are meant in a transaction, in the order that was asked for; one piece is held at a time.

        Raises:
            InvalidError: as for ``counted``, and before anything is read.
        """
        statement = self._selected(scope, which, ()).order_by(*self._ordered(sort))

        async def pieces(tx: Transaction) -> AsyncGenerator[list[T], None]:
            async with aclosing(tx.pieces(statement, _PIECE)) as found:
                async for rows in found:
                    yield await self.answer(tx, rows, scope)

        return pieces

    def _selected(self, scope: S_contra, which: Filter, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
        return self.select(scope).where(*which.conditions(scope), *where)

    def _ordered(self, sort: str | None) -> Sequence[ColumnElement[Any]]:
        if not (sort and self.sort):
            return self.order or [self.key]
        name = sort.removeprefix("-")
        column = self.sort.get(name)
        if column is None:
            names = ", ".join(f'"{known}"' for known in sorted(self.sort))
            details = f"sort must be one of the following: {names}{did_you_mean(name, self.sort)}"
            raise InvalidError.parameter("sort", "enum", details)
        return [column.desc() if sort.startswith("-") else column.asc(), self.key]
