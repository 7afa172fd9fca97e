"""What a database tells of itself: connections of this process, and what the server sees of all its clients."""

from __future__ import annotations

from typing import Any, LiteralString, NamedTuple

from psycopg import AsyncConnection

#: A longer outbox is not counted to its end.
OUTBOX_COUNTED = 10_000
_OUTBOX_WAITING: LiteralString = "FROM outbox WHERE sent_at IS NULL"

# Locks are of the whole server: only the waits of this database count. A look must never become a load itself.
_PATIENCE: LiteralString = "SET LOCAL statement_timeout = '2s'"
_SERVER: LiteralString = """SELECT
    (SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()),
    (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - l.waitstart)), 0)::float8
        FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()),
    (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()),
    pg_database_size(current_database()),
    (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8,
    CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE')
        THEN (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) ELSE -1 END"""
_OUTBOX: LiteralString = f"""SELECT
    (SELECT count(*) FROM (SELECT 1 {_OUTBOX_WAITING} LIMIT {OUTBOX_COUNTED}) AS w),
    (SELECT extract(epoch FROM clock_timestamp() - created)::float8 {_OUTBOX_WAITING} ORDER BY id LIMIT 1)"""
_JOBS: LiteralString = """SELECT count(*), extract(epoch FROM clock_timestamp() - min(created))::float8
    FROM jobs WHERE status = 'pending'"""


class ConnectionFigures(NamedTuple):
    """The connections of one pool now, and since its process began: waits for a connection, and their seconds."""

    in_use: int
    idle: int
    waiting: int = 0
    waits: int = 0
    waited_s: float = 0.0


class ServerFigures(NamedTuple):
    """One look at the server."""

    lock_waiters: int
    longest_lock_wait_s: float
    deadlocks: int
    size_bytes: int
    wal_position_bytes: float
    synchronous_standbys: int  # -1 where the role may not see them
    outbox_waiting: int  # at most OUTBOX_COUNTED
    outbox_oldest_s: float
    jobs_pending: int
    jobs_oldest_s: float


async def look_at_server(connection: AsyncConnection[Any]) -> ServerFigures:
    """Ask the server.

    Raises:
        psycopg.Error: it does not answer within seconds.
    """
    async with connection.transaction():
        await connection.execute(_PATIENCE)
        server = await (await connection.execute(_SERVER)).fetchone()
        outbox = await (await connection.execute(_OUTBOX)).fetchone()
        jobs = await (await connection.execute(_JOBS)).fetchone()
    assert server is not None
    assert outbox is not None
    assert jobs is not None
    return ServerFigures._make((*server, *(value or 0 for value in (*outbox, *jobs))))
