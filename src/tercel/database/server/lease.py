"""Who uses the embedded server: file locks, which the kernel drops when a process dies, however it dies.

``lock`` is held alone while a process starts or stops the server. ``lease`` is held in common by every process that
uses it: a process that leaves and gets it exclusively was the last one and stops the server. The lease file also tells on which
machine the users are: another machine (or container) that shares the directory cannot see their server's process, so it
must not start a second one on the same data.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tercel.database.server.errors import EmbeddedDatabaseError

_LOCK_WAIT_S = 120


class Lease:
    """One process's share in the server of a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: int | None = None

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Be the only process that starts or stops the server."""
        file = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock_within(file, _LOCK_WAIT_S, self._directory)
            yield
        finally:
            os.close(file)

    def join(self) -> None:
        """Become a user of the server. Call it inside ``exclusively``.

        Raises:
            EmbeddedDatabaseError: processes of another machine use this directory.
        """
        file = os.open(self._directory / "lease", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        machine = _machine()
        try:
            if _try_lock(file, fcntl.LOCK_EX):
                os.ftruncate(file, 0)
                os.pwrite(file, machine.encode(), 0)
            elif (other := os.pread(file, 1000, 0).decode()) != machine:
                raise EmbeddedDatabaseError(
                    f"the database in `{self._directory}` is used by tercel on `{other.split()[0]}`, and this is"
                    f" `{machine.split()[0]}`: stop it there, choose another `TERCEL_HOME`, or set"
                    " `TERCEL_DATABASE_URL` to a server that both can reach"
                )
            fcntl.flock(file, fcntl.LOCK_SH)
        except BaseException:
            os.close(file)
            raise
        self._file = file

    def leave(self) -> bool:
        """Stop being a user; return True when no user is left. Call it inside ``exclusively``."""
        assert self._file is not None, "leave follows join"
        file, self._file = self._file, None
        try:
            return _try_lock(file, fcntl.LOCK_EX)
        finally:
            os.close(file)


def _machine() -> str:
    """Name and process namespace of this machine: two containers of one host do not see each other's processes."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        namespace = Path("-")
    return f"{socket.gethostname()} {namespace}"


def _try_lock(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_within(file: int, seconds: float, directory: Path) -> None:
    deadline = time.monotonic() + seconds
    while not _try_lock(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            raise EmbeddedDatabaseError(
                f"another process has been starting or stopping the database in `{directory}` for {seconds:.0f}"
                " seconds: end that process and try again"
            )
        time.sleep(0.05)
