"""Plain nouns: rows of one table that callers create, read, change and delete one by one (behaviour/definitions 7).

A noun says what its rows are called, what is unique about them and what stays; its service checks what is special. The statements, and
the refusals where a row is missing or a name is taken, are the same for all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic

import msgspec
from sqlalchemy import Row, Table, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.database.revisions import touch_account, touch_application
from tercel.database.transaction import Transaction
from tercel.features.common.listing import Answer, Listing, S_contra, T, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.common.texts import camel

Values = Mapping[str, Any]
"""What is written into columns, by their names."""


def shown_as(struct: type[T]) -> Answer[Scope, T]:
    """Return an answer that makes each row a struct, whose members are filled from the columns of their names."""

    def from_row(row: Row[Any]) -> T:
        return msgspec.convert(row, struct, from_attributes=True)

    return each(from_row)


@dataclass(frozen=True, kw_only=True)
class Resource(Listing[S_contra, T], Generic[S_contra, T]):
    """A list whose rows are also written one by one.

    ``unique`` is the column whose value no two rows of an account or application share; ``fixed`` are columns that no change may touch.
    ``changed`` is the column of the moment of the last change.
    """

    noun: str  # as in "there is no additional cost `7`"
    table: Table
    unique: str | None = None
    fixed: Collection[str] = ()
    changed: str = "modified"

    async def get(self, tx: Transaction, scope: S_contra, row_id: int) -> T:
        """Return one row, as answered.

        Raises:
            NotFoundError: the scope holds none with this id.
        """
        return (await self.answer(tx, [await self._row(tx, scope, row_id)], scope))[0]

    async def create(self, tx: Transaction, scope: S_contra, values: Values) -> T:
        """Write a new row, and return it as answered.

        Raises:
            ConflictError: the unique value is taken.
        """
        written = insert(self.table).values(**_place(scope, self.table), **values)
        row_id = await tx.scalar(written.on_conflict_do_nothing().returning(self.key))
        if row_id is None:
            raise self._taken(values)
        await _touch(tx, scope)
        return await self.get(tx, scope, row_id)

    async def change(self, tx: Transaction, scope: S_contra, row_id: int, values: Values) -> T:
        """Write columns of a row, and return it as answered.

        Raises:
            ConflictError: another row has the unique value.
            InvalidError: a fixed column would change.
            NotFoundError: the scope holds none with this id.
        """
        current = await self._row(tx, scope, row_id)
        for column in self.fixed:
            if values[column] != getattr(current, column):
                words = column.replace("_", " ")
                details = f"the {words} of {_a(self.noun)} cannot change: create another one"
                raise InvalidError.at(f"/{camel(column)}", "readOnly", details)
        # Because: this lock keeps two rows from taking one value at the same time.
        await _touch(tx, scope)
        if self.unique is not None and self.unique not in self.fixed:
            await self._refuse_namesake(tx, scope, row_id, values)
        mine = (self.key == row_id, *scope.holds(self.table))
        await tx.execute(update(self.table).where(*mine).values(**values, **{self.changed: func.now()}))
        return await self.get(tx, scope, row_id)

    async def delete(self, tx: Transaction, scope: S_contra, row_id: int) -> None:
        """Delete a row.

        Raises:
            NotFoundError: the scope holds none with this id.
        """
        await self._row(tx, scope, row_id)
        await _touch(tx, scope)
        await tx.execute(delete(self.table).where(self.key == row_id, *scope.holds(self.table)))

    async def _row(self, tx: Transaction, scope: S_contra, row_id: int) -> Row[Any]:
        row = await tx.one_or_none(self.select(scope).where(self.key == row_id))
        if row is None:
            raise NotFoundError(f"there is no {self.noun} `{row_id}`")
        return row

    async def _refuse_namesake(self, tx: Transaction, scope: S_contra, row_id: int, values: Values) -> None:
        assert self.unique is not None, "without a unique column there are no namesakes"
        column = self.table.c[self.unique]
        others = (*scope.holds(self.table), self.key != row_id, column == values[self.unique])
        if await tx.scalar(select(self.key).where(*others)) is not None:
            raise self._taken(values)

    def _taken(self, values: Values) -> ConflictError:
        assert self.unique is not None, "only a unique value can be taken"
        details = f"there is already {_a(self.noun)} `{values[self.unique]}`"
        return ConflictError(
            details, [Problem(title="unique", details=details, pointer=f"/{camel(self.unique)}")]
        )


def _place(scope: Scope, table: Table) -> dict[str, int]:
    """Return the columns that place a row into a scope."""
    if isinstance(scope, ApplicationScope) and "application_id" in table.c:
        return {"application_id": scope.application_id}
    return {"account_id": scope.account_id}


async def _touch(tx: Transaction, scope: Scope) -> None:
    """Tell caches that definitions of the scope changed."""
    if isinstance(scope, ApplicationScope):
        await touch_application(tx, scope.application_id)
    else:
        await touch_account(tx, scope.account_id)


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
