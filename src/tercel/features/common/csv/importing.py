"""Imports: the lines of a file as structs, piece by piece, all or none (behaviour/csv 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import inspect
from sqlalchemy import insert, update

from tercel.base.errors import InvalidError, Problem, TooLargeError
from tercel.base.limits import IMPORT_LINES_MAX, REFUSED_LINES_SHOWN_MAX
from tercel.database.tables.files import imports
from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import reader_of
from tercel.features.common.csv.reading import Line, problem_at, read_lines
from tercel.features.common.scope import Scope

_PIECE = 2_000

L = TypeVar("L", bound=msgspec.Struct)


class Numbered(NamedTuple, Generic[L]):
    """A line of a file with its number, where the header has 1."""

    number: int
    line: L


class Import(msgspec.Struct, kw_only=True, rename="camel"):
    """What an import is answered: ``amount`` counts the rows that were written."""

    id: int
    created: datetime
    account_id: int
    user_id: int
    entity: str
    amount: int


Write = Callable[[int, Sequence[Numbered[L]]], Awaitable[int]]
"""Writes a piece for the import of this id; returns how many rows that made."""


class Importing(Generic[L]):
    """Reads files whose lines are structs of one kind: members are named like columns, and those without a default are required."""

    def __init__(self, kind: type[L], entity: str) -> None:
        fields = inspect.type_info(kind).fields  # type: ignore[attr-defined]
        self._kind = kind
        self._entity = entity
        self._readers = {field.encode_name: reader_of(field.type) for field in fields}
        self._required = [field.encode_name for field in fields if field.required]

    async def run(self, tx: Transaction, scope: Scope, file: BinaryIO, write: Write[L]) -> Import:
        """Write what a file holds, in this transaction; what is in the way of one line is in the way of all.

        Raises:
            InvalidError: lines cannot be accepted; the first of them are named.
            TooLargeError: there are too many lines.
        """
        begun = insert(imports).values(
            **scope.columns(imports), user_id=scope.user_id, entity=self._entity, amount=0
        )
        row = await tx.one(begun.returning(imports.c.id, imports.c.created))
        pieces, amount, refused = self._pieces(file), 0, Refused()
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            lines = refused.sort_out(piece)
            if lines and not refused:
                try:
                    amount += await write(row.id, lines)
                except InvalidError as error:
                    refused.add(*error.problems)
        refused.refuse()
        await tx.execute(update(imports).where(imports.c.id == row.id).values(amount=amount))
        return Import(
            id=row.id,
            created=row.created,
            account_id=scope.account_id,
            user_id=scope.user_id,
            entity=self._entity,
            amount=amount,
        )

    def _pieces(self, file: BinaryIO) -> Iterator[list[Numbered[L] | Problem]]:
        piece: list[Numbered[L] | Problem] = []
        for count, line in enumerate(read_lines(file, self._readers, self._required), start=1):
            if count > IMPORT_LINES_MAX:
                raise TooLargeError(f"a file must have at most {IMPORT_LINES_MAX} lines: split it")
            piece.append(line if isinstance(line, Problem) else self._read(line))
            if len(piece) == _PIECE:
                yield piece
                piece = []
        if piece:
            yield piece

    def _read(self, line: Line) -> Numbered[L] | Problem:
        values = {}
        for name, cell in line.cells.items():
            if not cell:
                continue
            try:
                values[name] = self._readers[name](cell)
            except ValueError as error:
                return problem_at(line.number, "format", f"{name} {error}")
        missing = next((name for name in self._required if name not in values), None)
        if missing is not None:
            return problem_at(line.number, "required", f"{missing} must not be empty")
        try:
            return Numbered(line.number, msgspec.convert(values, self._kind))
        except msgspec.ValidationError as error:
            reason, _, place = str(error).partition(" - at `$.")
            return problem_at(line.number, "invalid", f"{place.rstrip('`')}: {reason.lower()}")


class Refused:
    """The lines of a file that cannot be accepted: the first of them, and how many there are."""

    def __init__(self) -> None:
        self._shown: list[Problem] = []
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, *problems: Problem) -> None:
        """Remember problems."""
        self._count += len(problems)
        self._shown += problems[: REFUSED_LINES_SHOWN_MAX - len(self._shown)]

    def sort_out(self, piece: Sequence[Numbered[L] | Problem]) -> list[Numbered[L]]:
        """Return the lines of a piece that can be accepted, and remember the others."""
        self.add(*(each for each in piece if isinstance(each, Problem)))
        return [each for each in piece if not isinstance(each, Problem)]

    def refuse(self) -> None:
        """Refuse the file if any line of it was refused.

        Raises:
            InvalidError: that is so.
        """
        if self:
            more = self._count - len(self._shown)
            rest = f"; {more} more are not shown" if more else ""
            raise InvalidError(
                *self._shown, message=f"nothing was imported: {self._count} lines cannot be accepted{rest}"
            )
