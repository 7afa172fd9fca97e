"""Load what a batch needs: one statement per kind of key, all sent at once.

No locks are taken. A batch that lost its race too often runs once more command by command with ``FOR UPDATE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from tercel.database.round_trip import Send, Statement, round_trip
from tercel.pipeline.aggregate import Work
from tercel.pipeline.needs import Keys, Needs
from tercel.pipeline.owner import Owner

Parameter = Keys[Any] | Callable[[Owner], int]
"""What a statement is given: keys that were asked for, or a constant of the owner."""


class Load(NamedTuple):
    """One statement: its parameters in order, where its rows go, the alias of what may be locked, and when it is sent."""

    sql: str
    parameters: tuple[Parameter, ...]
    take: Callable[[Work, Iterable[Any]], None]
    locks: str | None = None
    is_always: bool = False  # in every round, whatever is asked for


async def load(
    connection: AsyncConnection[Any],
    loads: Sequence[Load],
    needs: Needs,
    work: Work,
    *,
    locking: bool = False,
    send: Send = round_trip,
) -> None:
    """Fill the working copy with the rows the needs name, in one round trip unless they are sent otherwise."""
    named = needs.keys()
    chosen = [each for each in loads if each.is_always or not named.isdisjoint(each.parameters)]
    statements = []
    for sql, parameters, _, locks, _ in chosen:
        if locking and locks:
            sql = f"{sql} FOR UPDATE OF {locks}"  # noqa: PLW2901  # the same statement, with its lock
        statements.append(Statement(sql, [_spell(each, needs, work.owner) for each in parameters]))
    for each, rows in zip(chosen, await send(connection, statements), strict=True):
        each.take(work, rows)


def _spell(parameter: Parameter, needs: Needs, owner: Owner) -> bytes:
    if isinstance(parameter, Keys):
        return parameter.document(needs.get(parameter, _NONE))
    return str(parameter(owner)).encode()


_NONE: frozenset[Any] = frozenset()
