"""The disk of the embedded database fills up in the middle of a rush, and is cleared again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.books import check_books
from tests.faults.rush import Rush
from tests.faults.service import Service, ended, wait_until

BACK_WITHIN_S = 60
#: Room for an empty database and a segment of its log.
_SIZE = "256m"
_BLOCK = bytes(4096)
_MEGABYTE = 1024 * 1024
_LOG_FILES = 256 // 16
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small_disk(open_directory: Path) -> Iterator[Path]:
    """A file system of its own, small enough to be filled."""
    directory = open_directory / "disk"
    directory.mkdir()
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=755", "tmpfs", str(directory)]
    try:
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
    except FileNotFoundError as error:
        pytest.skip(f"a file system to fill cannot be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"a file system to fill cannot be mounted here: {done.stderr.strip()}")
    if as_root:
        subprocess.run([*as_root, "chown", f"{os.geteuid()}", str(directory)], check=True)
    yield directory
    subprocess.run([*as_root, "umount", str(directory)], check=True)


@pytest.fixture(scope="module")
def service(small_disk: Path, log: Path) -> Iterator[Service]:
    """A service that keeps its database on the small disk."""
    with ended(Service(log, HOME=str(small_disk / "tercel"), LOG_LEVEL="warning")) as started:
        started.start()
        yield started


def _fill(disk: Path) -> Path:
    """Leave nothing."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - _MEGABYTE)
        file.seek(0, os.SEEK_END)
        while True:
            file.write(_BLOCK)
    return ballast


def _crash_for_want_of_log(dsn: str) -> None:
    """Make the database begin new files of its log until there is no room for one."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        with pytest.raises(psycopg.OperationalError):
            _begin_files(connection)
        assert connection.closed


def _begin_files(connection: psycopg.Connection[Any]) -> None:
    for _ in range(_LOG_FILES):
        connection.execute("SELECT pg_switch_wal(), pg_logical_emit_message(true, 'test', 'x')")


@pytest.mark.parametrize("grows", ["tables", "log"])
def test_the_disk_is_full(service: Service, small_disk: Path, grows: str) -> None:
    """Nothing is lost, the service says what is the matter, and it comes back by itself."""
    rush = Rush(service)
    dsn = f"postgresql://tercel@/tercel?host={small_disk}/tercel/database/run"
    back = []

    def fault() -> None:
        ballast = _fill(small_disk)
        if grows == "log":
            _crash_for_want_of_log(dsn)
        wait_until(lambda: service.ask("/readyz") == 503)
        assert service.ask("/healthz") == 200
        ballast.unlink()
        back.append(wait_until(service.is_ready))

    answers = rush.run(fault)
    assert back[0] < BACK_WITHIN_S
    check_books(rush, answers, dsn)
