"""Where the attack takes place: several server processes on several ports over one PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg

from tercel.settings import environment_without_settings
from tests.attack.offer import EVENT, MOOD, NAME, POINTS
from tests.attack.wire import Wire
from tests.support.ports import free_port
from tests.support.proxy import before_database

_PASSWORD = "of servers under attack"
_EMAIL = "admin@example.com"
_START_SECONDS = 120
_HELD_UP = 1 / 7
_TERCEL = str(Path(sys.executable).with_name("tercel"))


class Arena:
    """Running servers. Clients take turns in which one they talk to."""

    def __init__(self, urls: Sequence[str], environment: dict[str, str], token: str, log: Path) -> None:
        self.urls = urls
        self.token = token
        self._environment = environment
        self._log = log

    def management(self, number: int = 0) -> Wire:
        """A connection of the administrator."""
        return Wire(self.urls[number % len(self.urls)], f"Bearer {self.token}")

    def shop(self, number: int, key: str) -> Wire:
        """A connection of a shop's client: a third of them to the first port, the others to the second."""
        return Wire(self.urls[number % len(self.urls)], f"ApiKey-v1 {key}")

    def verify(self) -> str:
        """What ``tercel verify`` finds wrong; empty when nothing."""
        done = subprocess.run([_TERCEL, "verify"], env=self._environment, capture_output=True, text=True, timeout=300,
                              check=False)  # fmt: skip
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def sent(self, application_id: int) -> Counter[str]:
        """How many requests to other systems wait in the outbox, by what they name."""
        statement = "SELECT payload ->> 'payload' FROM outbox WHERE kind = 'webhook' AND application_id = %s"
        with psycopg.connect(self._environment["TERCEL_DATABASE_URL"]) as connection:
            return Counter(name for (name,) in connection.execute(statement, [application_id]))

    def errors(self) -> str:
        """What the servers logged as errors."""
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if "[error" in line or line.startswith("Traceback"))


@contextmanager
def arena(
    database_url: str, home: Path, workers: Sequence[int] = (1, 2), *, lag_s: float = 0
) -> Iterator[Arena]:
    """Start a server for each number of workers, all at once and on an empty database, and stop them afterwards.

    With ``lag_s`` there is a network between them and the database that holds up one message in seven for so long: what was read
    is old when something is written, and others do a lot in between.
    """
    with contextlib.ExitStack() as networks:
        address = database_url
        if lag_s:
            network, address = networks.enter_context(before_database(database_url))
            chance = Random(0)
            network.hold_up(lambda: lag_s if chance.random() < _HELD_UP else 0)
        yield from _arena(database_url, address, home, workers)


def _arena(database_url: str, address: str, home: Path, workers: Sequence[int]) -> Iterator[Arena]:
    """Servers that reach the database at ``address``; whoever counts and verifies goes there directly."""
    environment = {
        **environment_without_settings(),
        "TERCEL_DATABASE_URL": database_url,
        "TERCEL_HOME": str(home),
        "TERCEL_ADMIN_PASSWORD": _PASSWORD,
        "TERCEL_TRUST_CLOCK_HEADER": "true",
        "TERCEL_LOG_LEVEL": "warning",
        "NO_COLOR": "1",
    }
    ports = [free_port() for _ in workers]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    log = (home / "servers.log").open("ab")
    processes = [
        _start(port, number, {**environment, "TERCEL_DATABASE_URL": address}, log.fileno())
        for port, number in zip(ports, workers, strict=True)
    ]
    try:
        token = asyncio.run(_log_in(urls, processes))
        asyncio.run(_define(urls[0], token))
        # Connections are dealt out evenly over processes, not over ports.
        shares = [url for url, number in zip(urls, workers, strict=True) for _ in range(number)]
        yield Arena(shares, environment, token, home / "servers.log")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()
        log.close()


def _start(port: int, workers: int, environment: dict[str, str], log: int) -> subprocess.Popen[bytes]:
    command = [_TERCEL, "serve", "--port", str(port), "--workers", str(workers)]
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=os.sep)


async def _log_in(urls: Sequence[str], processes: Sequence[subprocess.Popen[bytes]]) -> str:
    """Wait until every server is ready; the administrator's token."""
    deadline = time.monotonic() + _START_SECONDS
    for url in urls:
        while not await _is_ready(url):
            if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
                raise AssertionError("a server did not start: see servers.log in its home")
            await asyncio.sleep(0.1)
    async with Wire(urls[0], "") as anybody:
        answer = await anybody.json("POST", "/v1/sessions", {"email": _EMAIL, "password": _PASSWORD})
    token: str = answer["token"]
    return token


async def _define(url: str, token: str) -> None:
    """What belongs to the account, which all battles share: attributes of events and customers."""
    fields = {"description": "", "suggestions": [], "editable": True}
    async with Wire(url, f"Bearer {token}") as administrator:
        for name, more in (
            (NAME, {"entity": "Event", "eventType": EVENT, "type": "string"}),
            (MOOD, {"entity": "CustomerProfile", "type": "number"}),
            (POINTS, {"entity": "CustomerProfile", "type": "number"}),
        ):
            await administrator.json(
                "POST", "/v1/attributes", {**fields, **more, "name": name, "title": name}
            )


async def _is_ready(url: str) -> bool:
    async with Wire(url, "") as anybody:
        try:
            await anybody.json("GET", "/readyz")
        except (OSError, AssertionError, asyncio.IncompleteReadError):
            return False
    return True
