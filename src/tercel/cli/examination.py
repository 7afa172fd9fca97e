"""What ``tercel doctor`` looks at. Each part yields findings, and says what to do about those that are not well."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row

from tercel.base.errors import TercelError
from tercel.cli.serving.listening import holder, is_free
from tercel.database.engine import connections_of_a_worker
from tercel.database.installation import (
    check_revision,
    existing_database,
    find_revision,
    has_database,
)
from tercel.environment import DOTENV
from tercel.settings import Settings, secret_files

_GIGABYTE = 1024**3
_DISK_WARN = 5 * _GIGABYTE
_DISK_FAIL = _GIGABYTE // 2
_SKEW_WARN_S = 1.0
_SKEW_FAIL_S = 30.0
_YEAR_MIN = 2026
_POSTGRESQL_MIN = 150_000
_FACTS = """
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS called,
        current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
        current_setting('synchronous_commit') AS synchronous_commit,
        current_setting('max_connections')::int AS connections, clock_timestamp() AS now"""


class State(Enum):
    """How well something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(NamedTuple):
    """What was looked at, what was found, and what to do; ``advice`` is empty where all is well."""

    state: State
    name: str
    found: str
    advice: str = ""


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at everything but the settings themselves; ``now`` is this machine's time."""
    yield from _files(settings)
    yield from _disk(settings)
    yield _clock(now)
    yield _port(settings)
    try:
        with existing_database(settings, of_any_version=True) as dsn:
            yield from _database(settings, dsn)
    except TercelError as error:
        yield Finding(State.FAIL, "database", error.message)


def _files(settings: Settings) -> Iterator[Finding]:
    for file in [DOTENV.absolute(), *secret_files()]:
        if file.is_file() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield Finding(State.WARN, "files", f"others can read `{file}`", f"`chmod 600 {file}`")
    home = settings.home
    if settings.database_url or not has_database(settings):
        return
    if not os.access(home, os.R_OK | os.X_OK):
        yield Finding(State.FAIL, "files", f"`{home}` is closed to this user", "run tercel as its owner")
        return
    data = home / "database" / "data"
    try:
        is_open = bool(data.stat().st_mode & 0o077)
    except OSError as error:
        yield Finding(State.FAIL, "files", f"`{data}`: {error.strerror}", "run tercel as its owner")
        return
    if is_open:
        yield Finding(State.FAIL, "files", f"others can enter `{data}`", f"`chmod 700 {data}`")
    else:
        yield Finding(State.OK, "files", f"only the owner enters `{data}`")


def _disk(settings: Settings) -> Iterator[Finding]:
    if settings.database_url:
        return
    free = _free(settings.home)
    found = f"{free / _GIGABYTE:,.1f} GB free for `{settings.home}`"
    if free < _DISK_FAIL:
        yield Finding(State.FAIL, "disk", found, "make room: what cannot be written is refused")
    elif free < _DISK_WARN:
        yield Finding(State.WARN, "disk", found, "make room before it is full")
    else:
        yield Finding(State.OK, "disk", found)


def _free(home: Path) -> int:
    """Bytes that are free where a directory is, or will be."""
    for place in (home, *home.parents):
        with suppress(OSError):
            return shutil.disk_usage(place).free
    raise AssertionError("the root of all directories has a disk")


def _clock(now: datetime) -> Finding:
    found = f"this machine says {now:%Y-%m-%d %H:%M} UTC"
    if now.year < _YEAR_MIN:
        return Finding(State.FAIL, "clock", found, "set it: campaigns and keys begin and end by it")
    return Finding(State.OK, "clock", found)


def _port(settings: Settings) -> Finding:
    where = f"port {settings.port} of `{settings.host}`"
    if is_free(settings.host, settings.port):
        return Finding(State.OK, "port", f"{where} is free: no server runs there")
    who = holder(settings.port)
    if "`tercel serve`" in who:
        return Finding(State.OK, "port", f"a server of tercel answers at {where}")
    return Finding(
        State.WARN, "port", f"{where} cannot be had{who}", "`tercel serve` needs it, or another `--port`"
    )


def _database(settings: Settings, dsn: str) -> Iterator[Finding]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        facts = connection.execute(_FACTS).fetchone()
        assert facts is not None, "this query has one row"
        kind = "yours" if settings.database_url else "embedded"
        found = f"PostgreSQL {facts['called']}, {kind}, answers"
        if facts["version"] < _POSTGRESQL_MIN:
            yield Finding(State.FAIL, "database", found, "use version 15 or newer")
            return
        yield Finding(State.OK, "database", found)
        yield _schema(dsn)
        yield from _options(settings, facts)
        yield _skew(facts["now"])
        yield _administrator(connection)


def _schema(dsn: str) -> Finding:
    revision = find_revision(dsn)
    assert revision is not None, "the installation exists"
    try:
        check_revision(revision)
    except TercelError as error:
        return Finding(State.FAIL, "schema", error.message)
    return Finding(State.OK, "schema", f"{revision}, the newest")


def _options(settings: Settings, facts: dict[str, Any]) -> Iterator[Finding]:
    unsafe = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if facts[name] == "off"]
    for name in unsafe:
        advice = f"turn it on: orders that were answered are lost when the machine fails (`{name} = on`)"
        yield Finding(State.FAIL, "options", f"`{name}` is off", advice)
    needed = settings.workers * connections_of_a_worker(settings)
    if needed > facts["connections"]:
        found = (
            f"{settings.workers} workers may want {needed} connections, the server has {facts['connections']}"
        )
        yield Finding(
            State.WARN, "options", found, "raise `max_connections`, or lower `TERCEL_DATABASE_CONNECTIONS`"
        )
    elif not unsafe:
        yield Finding(
            State.OK, "options", f"durable, and {facts['connections']} connections where {needed} are needed"
        )


def _skew(theirs: datetime) -> Finding:
    seconds = abs((datetime.now(UTC) - theirs).total_seconds())
    found = f"database and this machine differ by {seconds:.1f} s"
    if seconds < _SKEW_WARN_S:
        return Finding(State.OK, "clock", found)
    state = State.WARN if seconds < _SKEW_FAIL_S else State.FAIL
    return Finding(state, "clock", found, "let both follow the same time server")


def _administrator(connection: psycopg.Connection[Any]) -> Finding:
    row = connection.execute(
        "SELECT email FROM users WHERE is_admin AND state = 'active' ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        return Finding(State.FAIL, "users", "there is no administrator", "start `tercel serve` once")
    return Finding(State.OK, "users", f"`{row['email']}` is the first administrator")
