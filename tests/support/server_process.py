"""``tercel serve`` as processes of their own, with everything they say."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.ports import free_port
from tests.support.server import ADMIN_EMAIL, ADMIN_PASSWORD, Server

_TERCEL = str(Path(sys.executable).with_name("tercel"))
_PATIENCE_S = 120


@dataclass(frozen=True)
class ServerProcess(Server):
    """A running server whose output can be read."""

    output: Path
    pid: int

    def said(self) -> str:
        """All that it and its workers have written."""
        return self.output.read_text(encoding="utf-8")


@contextmanager
def serving_process(dsn: str, output: Path, **settings: str) -> Iterator[ServerProcess]:
    """Serve a database for the length of the block; ``settings`` are named as in ``Settings``."""
    port = free_port()
    chosen = {
        "database_url": dsn,
        "port": str(port),
        "admin_email": ADMIN_EMAIL,
        "admin_password": ADMIN_PASSWORD,
        **settings,
    }
    environment = os.environ | {f"TERCEL_{name.upper()}": value for name, value in chosen.items()}
    with output.open("wb") as log:
        process = subprocess.Popen([_TERCEL, "serve"], stdout=log, stderr=subprocess.STDOUT, env=environment)
    server = ServerProcess(f"http://127.0.0.1:{port}", dsn, output, process.pid)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _wait_until_ready(server: ServerProcess) -> None:
    for _ in range(_PATIENCE_S * 10):
        with suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/readyz", timeout=10).status_code == httpx.codes.OK:
                return
        threading.Event().wait(0.1)
    raise AssertionError(f"the server did not come up: {server.said()}")
