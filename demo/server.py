"""The server that the demonstration talks to: a process of its own over a database of its own, emptied first."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
import psycopg

from demo.client import Client
from demo.errors import DemoError
from tercel.database.embedded import running_database
from tercel.database.server.account import choose_account
from tercel.settings import Settings, environment_without_settings

#: Another one than that of ``tercel serve``, so that both run side by side.
PORT = 8080
_READY_S = 60
_LOOK_EVERY_S = 0.1
_STOP_S = 30
_LOG_LINES_SHOWN = 15


class Server(msgspec.Struct, kw_only=True):
    """A server process that was started; it may not answer yet. ``is_left`` lets it outlive the demonstration."""

    process: subprocess.Popen[bytes]
    settings: Settings
    log: Path
    is_left: bool = False

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.settings.host}:{self.settings.port}"

    async def wait_until_ready(self) -> None:
        """Wait until it answers requests.

        Raises:
            DemoError: it ended instead, or takes too long; the message has the end of its log.
        """
        client = Client(self.settings.host, self.settings.port)
        deadline = time.monotonic() + _READY_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if (await client.send("GET", "/readyz")).status == 200:
                    client.close()
                    return
            except OSError:
                pass
            await asyncio.sleep(_LOOK_EVERY_S)
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        raise DemoError("\n  ".join([f"the server did not start; the end of `{self.log}` says:", *lines]))


def choose_home(settings: Settings, directory: Path) -> Path:
    """Choose the directory of the demonstration's database: ``.demo`` here, if PostgreSQL may live here, else in our
    home."""
    here = directory / ".demo"
    if not os.access(directory, os.W_OK):
        return settings.home / "demo"
    account = choose_account(here / "database" / "data")
    return here if account.can_reach(directory) else settings.home / "demo"


def demo_settings(settings: Settings, home: Path, port: int | None, workers: int) -> Settings:
    """Settings for the server: nothing of an installation that may exist beside it, and a clock that we set."""
    return msgspec.structs.replace(
        settings,
        home=home,
        database_url=None,
        port=_free_port(settings.host, port or PORT, is_fixed=port is not None),
        workers=workers,
        admin_email="admin@example.com",
        admin_password=secrets.token_urlsafe(9),
        log_level="warning",
        rate_limit=0,
        trust_clock_header=True,
    )


@contextmanager
def running_server(settings: Settings) -> Iterator[Server]:
    """Start a server over an empty database and stop it at the end, unless it is left running.

    One that an earlier demonstration left here is stopped first.

    Raises:
        DemoError: another demonstration runs in the same place.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _alone_in(settings.home):
        stop_left(settings.home)
        with running_database(settings) as dsn:
            _make_empty(dsn)
            log = settings.home / "server.log"
            server = Server(process=_start(settings, log), settings=settings, log=log)
            try:
                yield server
            finally:
                if server.is_left:
                    _pid_file(settings.home).write_text(str(server.process.pid), encoding="ascii")
                else:
                    _stop(server.process)


def stop_left(home: Path) -> bool:
    """Stop the server that a demonstration left running here; whether there was one."""
    file = _pid_file(home)
    try:
        process = psutil.Process(int(file.read_text(encoding="ascii")))
        is_ours = "serve" in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return False
    file.unlink()
    if is_ours:
        process.terminate()
        process.wait(_STOP_S)
    return is_ours


def _pid_file(home: Path) -> Path:
    return home / "server.pid"


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    with (home / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"another demonstration runs in `{home}`: stop it, or choose another place with `--home`"
            )
            raise DemoError(message) from None
        yield


def _make_empty(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _start(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    program = Path(sysconfig.get_path("scripts")) / "tercel"
    with log.open("wb") as output:
        # Because: in a group of its own, Ctrl-C ends this process first, which then stops the server in order.
        return subprocess.Popen(
            [str(program), "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment_without_settings() | settings.to_environment(),
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port(host: str, wanted: int, *, is_fixed: bool) -> int:
    """Return the wanted port, or another one when it is taken and ``is_fixed`` is false."""
    for port in (wanted, 0):
        try:
            with socket.create_server((host, port)) as listening:
                return int(listening.getsockname()[1])
        except OSError as error:
            if is_fixed or not port:
                raise DemoError(f"port {port} of `{host}` cannot be used: {error.strerror}") from error
    raise AssertionError("port 0 is always free or an error")
