"""One PostgreSQL cluster: create its data directory, start it, see whether it runs, stop it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from tercel.database.server.account import Account
from tercel.database.server.configuration import render_configuration
from tercel.database.server.errors import EmbeddedDatabaseError
from tercel.database.server.machine import this_machine
from tercel.database.server.programs import MAJOR_VERSION
from tercel.database.server.tuning import tune

SUPERUSER = "tercel"
_SOCKET_PATH_LENGTH_MAX = 100  # the kernel takes 107 characters
_SOCKET = ".s.PGSQL.5432"
_CONFIGURATION = "tercel.conf"
_REMAINS_SECONDS = 30
_LOG_LINES = 10
_START_SECONDS = 600  # recovery after a crash replays at most `max_wal_size` of log


class Cluster:
    """The server of one directory. The caller holds the directory's lock when starting or stopping it."""

    def __init__(self, directory: Path, programs: Path, account: Account) -> None:
        self._directory = directory
        self._programs = programs
        self._account = account
        self._data = directory / "data"
        self._operators = directory.parent / "postgresql.conf"
        self.logs = directory / "log"
        self.sockets = _socket_directory(directory)

    def create_if_missing(self) -> None:
        """Create the data directory in one step that others see."""
        if self._data.exists():
            self._check_version()
            return
        staging = self._directory / "data.new"
        shutil.rmtree(staging, ignore_errors=True)
        self._account.make_private_directory(staging)
        self._run(
            "initdb",
            f"--pgdata={staging}",
            f"--username={SUPERUSER}",
            "--auth-local=trust",  # the socket's directory is the door
            "--auth-host=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-instructions",
        )
        with (staging / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\ninclude_if_exists = '{_CONFIGURATION}'\n")
        staging.rename(self._data)

    def is_running(self) -> bool:
        """Tell whether the server of exactly this directory is alive; a reused process id does not count."""
        pid = _recorded_pid(self._data / "postmaster.pid")
        return pid is not None and _works_in(pid, self._data)

    def start(self, connections: int, overrides: Mapping[str, str]) -> None:
        """Start the server and wait until it accepts connections, after recovery if it crashed.

        ``connections`` are allowed at once; ``overrides`` go before all options but those of the operator's file.
        """
        self._clear_remains()
        for directory in (self.logs, self.sockets):
            self._account.make_private_directory(directory)
        _check_owner(self.sockets, self._account)
        options = {**tune(this_machine(self._directory), connections), **overrides}
        self._configure(
            render_configuration(options, sockets=self.sockets, logs=self.logs, operators=self._operators)
        )
        self._run(
            "pg_ctl", "start", "--wait", f"--timeout={_START_SECONDS}", *self._where(self.logs / "start.log")
        )

    def _configure(self, text: str) -> None:
        """Write the configuration in one step, and only if it changed: the disk may be full."""
        configuration = self._data / _CONFIGURATION
        if configuration.exists() and configuration.read_text(encoding="utf-8") == text:
            return
        new = configuration.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        if self._account.is_other:
            os.chown(new, self._account.uid, self._account.gid)
        new.rename(configuration)

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        if self.is_running():
            self._run("pg_ctl", "stop", "--wait", "--mode=fast", "--timeout=120", *self._where(None))
        if self.sockets.parent != self._directory:
            with suppress(OSError):  # a directory of its own for nothing but the socket; not ours to force
                self.sockets.rmdir()

    def _clear_remains(self) -> None:
        """Clean up after a crash: let the last processes end, and forget process ids that no longer mean the server.

        PostgreSQL refuses to start in both cases. An id may mean another program by now, or a dead process that its
        parent has not reaped, which is usual in containers. PostgreSQL's own guard against two servers on the same
        data, the shared memory it finds by the data directory, stays in force.
        """
        remains = [process for process in psutil.process_iter() if _works_in(process.pid, self._data)]
        psutil.wait_procs(remains, timeout=_REMAINS_SECONDS)
        for record in (self._data / "postmaster.pid", self.sockets / f"{_SOCKET}.lock"):
            pid = _recorded_pid(record)
            if pid is not None and psutil.pid_exists(pid) and not _works_in(pid, self._data):
                record.unlink(missing_ok=True)

    def _where(self, log: Path | None) -> list[str]:
        return ["--silent", f"--pgdata={self._data}", *([f"--log={log}"] if log else [])]

    def _run(self, program: str, *arguments: str) -> None:
        # Because: the server inherits pg_ctl's outputs, so reading a pipe to its end would wait for the server's.
        with tempfile.TemporaryFile() as output:
            command = [str(self._programs / program), *arguments]
            environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
            result = subprocess.run(
                command,
                check=False,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._directory,
                env=environment,
                **self._account.popen_options(),
            )
            if result.returncode:
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
                raise EmbeddedDatabaseError(
                    f"{program} failed for the database in `{self._directory}`: {said}{self._newest_log()}"
                )

    def _newest_log(self) -> str:
        logs = sorted(self.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        lines = logs[-1].read_text(encoding="utf-8", errors="replace").splitlines() if logs else []
        return "".join(f"\n{line}" for line in lines[-_LOG_LINES:])

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != MAJOR_VERSION:
            raise EmbeddedDatabaseError(
                f"the database in `{self._data}` was made by PostgreSQL {found} and this is {MAJOR_VERSION}: move it"
                " with pg_dump and pg_restore"
            )


def _recorded_pid(record: Path) -> int | None:
    try:
        return int(record.read_text(encoding="ascii").splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _works_in(pid: int, data: Path) -> bool:
    """Tell whether a process belongs to the server: its processes, and no others, work in the data directory."""
    try:
        return Path(psutil.Process(pid).cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


def _socket_directory(directory: Path) -> Path:
    """Beside the data, or in the temporary directory where that path is too long for a socket."""
    beside = directory / "run"
    if len(os.fsencode(beside / _SOCKET)) <= _SOCKET_PATH_LENGTH_MAX:
        return beside
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tercel-{name}"


def _check_owner(sockets: Path, account: Account) -> None:
    """Refuse a socket directory of another account: its owner could pose as the server."""
    status = sockets.lstat()
    if status.st_uid != account.uid or status.st_mode & 0o077:
        raise EmbeddedDatabaseError(
            f"`{sockets}` must belong to `{account.name}` alone: remove it and start again"
        )
