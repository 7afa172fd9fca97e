"""Many statements in one round trip to the server: sent together, answered together.

psycopg's own pipeline mode awaits its way through every statement, which cost a batch of the evaluation more time than its
decisions. Here each statement is prepared once per connection and everything goes out in one flush; the rest is
psycopg: its connection, what it makes of values and its errors.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple, Protocol, cast
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import (
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
    error_from_result,
)
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from tercel.database.rows.arrays import Binary

_PLACEHOLDER = re.compile(r"%s")
#: What is prepared on a connection no longer fits the tables, is gone, or was there before: a new connection prepares anew.
STALE = (FeatureNotSupported, InvalidSqlStatementName, DuplicatePreparedStatement)
_FAILURES = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE, ExecStatus.EMPTY_QUERY})


class Statement(NamedTuple):
    """SQL with ``%s`` for each of its parameters, and these as the server reads them from text, or from ``Binary``."""

    sql: str
    parameters: Sequence[bytes] = ()


class _Prepared(NamedTuple):
    name: bytes
    sql: bytes


class _Connection:
    """What this process knows of a connection: the statements prepared on it, how many round trips it made, at which one its plans are
    discarded next, and whether it was told to keep them."""

    def __init__(self) -> None:
        self.prepared: set[bytes] = set()
        self.trips = 0
        self.plans_end = _FIRST_PLANS_END
        self.keeps_plans = False


BEGIN = Statement("BEGIN")
COMMIT = Statement("COMMIT")

#: Rows are found the same way whatever the parameters are, so nothing needs to be planned twice. The server finds that out by
#: itself, and forgets it for hundreds of executions whenever statistics tell that tables have grown; so it is told. Not at
#: once: what is planned while tables are empty, as on a new installation, does not fit them a moment later.
_KEEP_PLANS = "SET plan_cache_mode = force_generic_plan"
_TRIPS_BEFORE_PLANS_ARE_KEPT = 50
#: Plans are made anew each time the number of round trips has doubled. Because: one that was made while tables were empty is kept until they
#: are analysed, however large they become, and takes any index for as good as the right one.
_DISCARD_PLANS = "DISCARD PLANS"
_FIRST_PLANS_END = 10

_connections: WeakKeyDictionary[AsyncConnection[Any], _Connection] = WeakKeyDictionary()


class Send(Protocol):
    """Runs statements and returns the rows of each."""

    async def __call__(
        self, connection: AsyncConnection[Any], statements: Sequence[Statement], /
    ) -> list[list[tuple[Any, ...]]]: ...


async def round_trip(
    connection: AsyncConnection[Any], statements: Sequence[Statement]
) -> list[list[tuple[Any, ...]]]:
    """Run the statements in order and wait for all of them; the rows of each.

    Statements after one that fails are not run. Between ``BEGIN`` and ``COMMIT`` they are one transaction, which is
    rolled back when one of them fails.

    Raises:
        psycopg.Error: what the server says of the first one that failed.
    """
    known = _connections.setdefault(connection, _Connection())
    known.trips += 1
    pgconn = connection.pgconn
    is_idle = pgconn.transaction_status == TransactionStatus.IDLE  # a transaction could roll it back
    if is_idle and not known.keeps_plans and known.trips >= _TRIPS_BEFORE_PLANS_ARE_KEPT:
        await connection.execute(_KEEP_PLANS)
        known.keeps_plans = True
    if is_idle and known.trips >= known.plans_end:
        await connection.execute(_DISCARD_PLANS)
        known.plans_end *= 2
    pgconn.enter_pipeline_mode()
    try:
        results = await connection.wait(_exchange(connection, statements, known.prepared))
    finally:
        _leave(pgconn)
    failure = next((result for result in results if result.status in _FAILURES), None)
    if failure is not None:
        error = error_from_result(failure, connection.info.encoding)
        if isinstance(error, STALE):
            await connection.close()
        elif statements[0] is BEGIN:
            with suppress(psycopg.Error):  # a connection that was lost has nothing to roll back
                await connection.rollback()
        raise error
    return [_rows(connection, result) for result in results]


async def one_by_one(
    connection: AsyncConnection[Any], statements: Sequence[Statement]
) -> list[list[tuple[Any, ...]]]:
    """Run the statements in order on a connection of the management pool, whose rollbacks forget what is prepared; the rows of each.

    Raises:
        psycopg.Error: what the server says of the first one that failed.
    """
    found = []
    for sql, parameters in statements:
        cursor = await connection.execute(cast("Any", sql), [each.decode() for each in parameters])
        found.append(await cursor.fetchall() if cursor.description else [])
    return found


def _exchange(
    connection: AsyncConnection[Any], statements: Sequence[Statement], known: set[bytes]
) -> PQGen[list[PGresult]]:
    """Send everything, then read until the server has answered everything; what the statements themselves came to."""
    pgconn = connection.pgconn
    to_come = _send(pgconn, statements, known)
    while pgconn.flush():
        if (yield Wait.RW) & Ready.R:  # the server may wait for us to read before it reads on
            pgconn.consume_input()
    results: list[PGresult] = []
    while (result := (yield from _next_result(pgconn))).status != ExecStatus.PIPELINE_SYNC:
        if not to_come:
            # Because: a pooler between the server and us may close the connection with a message after the last answer.
            pgconn.finish()
            reason = result.error_message.decode(connection.info.encoding, "replace").strip()
            raise psycopg.OperationalError(f"the connection was lost: {reason}")
        name = to_come.popleft()
        if name is None or result.status in _FAILURES:
            results.append(result)
        elif result.status == ExecStatus.COMMAND_OK:
            known.add(name)
    return results


def _next_result(pgconn: PGconn) -> PQGen[PGresult]:
    while True:
        while pgconn.is_busy():
            if (yield Wait.R):
                pgconn.consume_input()
        result = pgconn.get_result()
        if result is not None:
            return result
        if pgconn.status == ConnStatus.BAD:  # else it was the end of one statement's answer
            raise psycopg.OperationalError("the connection was lost")


def _send(pgconn: PGconn, statements: Sequence[Statement], known: set[bytes]) -> deque[bytes | None]:
    """Queue the statements, after their preparation where it is missing; of each answer to come what it prepares, or None."""
    to_come: deque[bytes | None] = deque()
    for statement in statements:
        prepared = _prepared(statement.sql)
        if prepared.name not in known and prepared.name not in to_come:
            pgconn.send_prepare(prepared.name, prepared.sql)
            to_come.append(prepared.name)
        parameters = statement.parameters
        formats = [isinstance(each, Binary) for each in parameters]
        pgconn.send_query_prepared(prepared.name, parameters, formats, Format.BINARY)
        to_come.append(None)
    pgconn.pipeline_sync()
    return to_come


def _rows(connection: AsyncConnection[Any], result: PGresult) -> list[tuple[Any, ...]]:
    if not result.ntuples:
        return []
    transformer = Transformer(connection)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)


def _leave(pgconn: PGconn) -> None:
    """Make the connection an ordinary one again; close it if it still waits for answers."""
    try:
        pgconn.exit_pipeline_mode()
    except psycopg.Error:
        with suppress(psycopg.Error):
            pgconn.finish()


@cache
def _prepared(sql: str) -> _Prepared:
    """Return a statement's name and its text with numbered parameters.

    The name is a hash of the text: where a pooler gives processes the same connection, none runs another's statement.
    """
    numbers = count(1)
    text = _PLACEHOLDER.sub(lambda _: f"${next(numbers)}", sql).encode()
    return _Prepared(f"tercel_{sha256(text).hexdigest()[:12]}".encode(), text)
