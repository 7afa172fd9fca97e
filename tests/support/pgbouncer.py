"""A real PgBouncer between tests and their database."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.support.ports import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(
    PGBOUNCER is None, reason="PgBouncer is not installed: apt install pgbouncer"
)


class PgBouncer:
    """PgBouncer at one address, which can be started anew."""

    def __init__(self, dsn: str, directory: Path, mode: Literal["session", "transaction"]) -> None:
        database = conninfo_to_dict(dsn)
        port = free_port()
        self.dsn = f"host=127.0.0.1 port={port} user=tercel dbname=shop sslmode=disable gssencmode=disable"
        self._configuration = directory / f"{mode}.ini"
        (directory / "users.txt").write_text('"tercel" ""\n')
        self._configuration.write_text(f"""
[databases]
shop = host={database["host"]} dbname={database["dbname"]} user=tercel
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {directory / "users.txt"}
pool_mode = {mode}
default_pool_size = 40
{_user(Path(str(database["host"])))}
""")
        directory.chmod(0o755)
        self._start()

    def _start(self) -> None:
        assert PGBOUNCER is not None, "tests that need it are marked"
        self._process = subprocess.Popen([PGBOUNCER, self._configuration], stderr=subprocess.PIPE, text=True)

    def stop(self) -> None:
        """End it at once; its connections are lost."""
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        """End it, and start it again."""
        self.stop()
        self._start()


def _user(socket_directory: Path) -> str:
    """It refuses to run as root; the owner of the server may use the server's socket."""
    return "" if os.getuid() else f"user = {pwd.getpwuid(socket_directory.stat().st_uid).pw_name}"


@contextmanager
def pgbouncer(dsn: str, directory: Path, mode: Literal["session", "transaction"]) -> Iterator[PgBouncer]:
    """Run PgBouncer before a database for the length of the block."""
    running = PgBouncer(dsn, directory, mode)
    try:
        yield running
    finally:
        running.stop()
