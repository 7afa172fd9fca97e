"""PostgreSQL's own client programs, run against the database of an address."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tercel.database.backup.errors import BackupError
from tercel.database.server.errors import EmbeddedDatabaseError
from tercel.database.server.programs import installed_programs
from tercel.settings import environment_without_settings

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_SAID_LINES = 5


class Client:
    """A client program and its major version."""

    def __init__(self, program: Path, version: int) -> None:
        self._program = program
        self.version = version

    @classmethod
    def find(cls, name: str, least: int) -> Client:
        """Return the program that comes with Tercel, else the machine's own, of at least this major version.

        Raises:
            BackupError: there is none; clients read older servers but never newer ones.
        """
        found = [cls(program, _version(program)) for program in _candidates(name)]
        for client in found:
            if client.version >= least:
                return client
        newest = max((client.version for client in found), default=None)
        has = f"the newest `{name}` here is {newest}" if newest else f"there is no `{name}` here"
        raise BackupError(
            f"PostgreSQL {least} needs the client programs of version {least} or newer, and {has}: install them so"
            " that they are found on the PATH"
        )

    @contextmanager
    def running(self, dsn: str, *arguments: str, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
        """Yield the running program; it is ended when the block fails.

        Raises:
            BackupError: the program failed, even if the block succeeded; with the program's message.
        """
        parts: dict[str, Any] = dict(conninfo_to_dict(dsn))
        password = parts.pop("password", None)
        environment = {**environment_without_settings(), "LC_ALL": "C"}
        if password is not None:  # not on the command line, which every user of the machine can see
            environment["PGPASSWORD"] = str(password)
        command = [str(self._program), f"--dbname={make_conninfo(**parts)}", "--no-password", *arguments]
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, stderr=said, env=environment, **pipes)
            has_ended_early = False
            try:
                yield process
            except BrokenPipeError:
                has_ended_early = True  # its words say why
            except BaseException:
                process.kill()
                raise
            finally:
                _close(process.stdin)
                process.wait()
                _close(process.stdout)
            if process.returncode or has_ended_early:
                raise BackupError(f"{self._program.name} failed: {_words(said)}")


def _candidates(name: str) -> Iterator[Path]:
    with suppress(EmbeddedDatabaseError):  # no programs come with Tercel on this platform
        yield installed_programs() / name
    if on_path := shutil.which(name):
        yield Path(on_path)


def _version(program: Path) -> int:
    result = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    match = _VERSION.search(result.stdout)
    return int(match.group(1)) if match else 0


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(
            BrokenPipeError
        ):  # what was still to be written is of no use to a program that has ended
            pipe.close()


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-_SAID_LINES:]) or "it said nothing"
