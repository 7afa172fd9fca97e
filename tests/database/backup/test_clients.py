"""PostgreSQL's own programs: found, run, and ended when what wanted them fails."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tercel.database.backup.clients import Client
from tercel.database.backup.errors import BackupError
from tercel.database.server.programs import MAJOR_VERSION

Running = AbstractContextManager[subprocess.Popen[bytes]]
_WAITS = "--command=SELECT pg_sleep(600)"


@pytest.fixture
def psql() -> Client:
    return Client.find("psql", 15)


def test_a_program_is_ended_when_the_block_fails(psql: Client, server_url: str) -> None:
    found: list[subprocess.Popen[bytes]] = []
    with pytest.raises(ZeroDivisionError):
        _fail_while(psql.running(server_url, _WAITS), found)
    assert found[0].returncode == -signal.SIGKILL


def test_what_it_says_last_is_told(psql: Client, server_url: str) -> None:
    with pytest.raises(BackupError) as raised, psql.running(server_url, "--command=SELECT nonsense"):
        pass
    assert "psql failed: " in str(raised.value)
    assert 'column "nonsense" does not exist' in str(raised.value)


def test_a_pipe_that_nobody_reads_is_its_failure(psql: Client, server_url: str) -> None:
    """Whoever writes notices the end of the program first, and knows nothing about why."""
    with pytest.raises(BackupError, match="psql failed: "):
        _write_after_the_end(psql.running(server_url, _WAITS, stdin=subprocess.PIPE))


def _fail_while(running: Running, found: list[subprocess.Popen[bytes]]) -> None:
    with running as process:
        found.append(process)
        _ = 1 / 0


def _write_after_the_end(running: Running) -> None:
    with running as process:
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.write(b"x")
        process.stdin.flush()


def test_a_program_that_succeeds_says_nothing(psql: Client, server_url: str) -> None:
    with psql.running(server_url, "--command=SELECT 42", "--tuples-only", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read().strip() == b"42"
    assert process.returncode == 0


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory on the path where made up programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def _program(directory: Path, version: str) -> None:
    path = directory / "pg_dump"
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    path.chmod(0o755)


def test_our_own_program_is_taken_when_it_is_new_enough(programs: Path) -> None:
    _program(programs, "99.2")
    assert Client.find("pg_dump", int(MAJOR_VERSION)).version == int(MAJOR_VERSION)


def test_else_the_one_on_the_path(programs: Path) -> None:
    _program(programs, "99.2")
    assert Client.find("pg_dump", 99).version == 99
    with pytest.raises(BackupError, match="the newest `pg_dump` here is 99"):
        Client.find("pg_dump", 100)


@pytest.mark.parametrize("said", [None, "unknown"])
def test_else_it_says_what_is_missing(programs: Path, said: str | None) -> None:
    if said:
        _program(programs, said)
    with pytest.raises(BackupError, match=f"the newest `pg_dump` here is {MAJOR_VERSION}"):
        Client.find("pg_dump", 99)
