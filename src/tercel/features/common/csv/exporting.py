"""Exports: a list as a file, piece by piece from one snapshot of the database (behaviour/csv 4)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic

from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import DateFormat, write_cell
from tercel.features.common.csv.records import Entity, record_export
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Listing, S_contra, T
from tercel.features.common.scope import Scope

Column = Callable[[T, S_contra], Any]
"""What a row has in a column."""


def member(name: str) -> Column[Any, Scope]:
    """Return the column that holds a member of each row."""
    return lambda row, _: getattr(row, name)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file on its way out: its name, and what yields its content within a transaction that reads."""

    name: str
    content: Callable[[Transaction], AsyncGenerator[bytes, None]]


@dataclass(frozen=True, kw_only=True)
class Export(Generic[S_contra, T]):
    """A list as a file: its columns by their names, in their order. What is of an ``entity`` is recorded when it goes out."""

    name: str
    entity: Entity | None = None
    listing: Listing[S_contra, T]
    columns: Mapping[str, Column[T, S_contra]]

    async def begin(
        self,
        tx: Transaction,
        scope: S_contra,
        which: Filter,
        *,
        times: DateFormat | None = None,
        sort: str | None = None,
    ) -> File:
        """Record that the rows that are meant go out, and return their file; raises like ``file``."""
        assert self.entity is not None, "an export that is recorded is of an entity"
        file = self.file(scope, which, times=times, sort=sort)
        await record_export(tx, scope, self.entity, which)
        return file

    def file(
        self, scope: S_contra, which: Filter, *, times: DateFormat | None = None, sort: str | None = None
    ) -> File:
        """Return the file of the rows that are meant.

        Raises:
            InvalidError: the rows cannot be sorted so, or members of the filter exclude each other.
        """
        pieces = self.listing.stream(scope, which, sort)

        async def content(tx: Transaction) -> AsyncGenerator[bytes, None]:
            yield _lines([list(self.columns)])
            async with aclosing(pieces(tx)) as found:
                async for rows in found:
                    yield _lines(
                        [
                            write_cell(column(row, scope), times or "ISO8601")
                            for column in self.columns.values()
                        ]
                        for row in rows
                    )

        return File(name=self.name, content=content)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
