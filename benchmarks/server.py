"""A server of its own for a benchmark, and the calls that prepare it."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from tercel.base.codec import decode_any, encode
from tercel.settings import environment_without_settings

JSON = {"Content-Type": "application/json"}
_PASSWORD = "of a server that lives for a minute"  # noqa: S105  # no secret
_START_SECONDS = 180
_STOP_SECONDS = 60


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Yield a directory for a database that is thrown away afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tercel-bench-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def serving(home: Path, *, workers: int, variables: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the address of a server over the database of ``home``, which is created when there is none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    environment = {
        **environment_without_settings(),
        "TERCEL_ADMIN_PASSWORD": _PASSWORD,
        "TERCEL_LOG_LEVEL": "warning",
        **(variables or {}),
    }
    options = ["--home", str(home), "--port", port, "--workers", str(workers)]
    command = [sys.executable, "-m", "tercel", "serve", *options]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=_STOP_SECONDS)


def cpu_seconds(home: Path) -> dict[int, float]:
    """Processor time that each process of the server over a home, and of its database, has used so far."""
    postmaster = int((home / "database" / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    roots = [each for each in psutil.Process().children() if str(home) in each.cmdline()]
    used = {}
    for root in (*roots, psutil.Process(postmaster)):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used[process.pid] = times.user + times.system
    return used


def cpu_spent(before: dict[int, float], after: dict[int, float]) -> float:
    """Processor time between two looks; what a process used that ended in between is lost, not subtracted."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def log_in(url: str) -> str:
    """Return a token of the administrator."""
    token: str = made(url, "/v1/sessions", {"email": "admin@example.com", "password": _PASSWORD})["token"]
    return token


def made(
    url: str, path: str, body: Any, token: str | None = None, *, method: str = "POST", status: int = 201
) -> dict[str, Any]:
    """Return the answer to a request that must succeed."""
    answered, answer = call(url, method, path, body, token and f"Bearer {token}")
    if answered != status:
        raise RuntimeError(f"{method} {path} answered {answered}: {answer!r}")
    decoded: dict[str, Any] = decode_any(answer)
    return decoded


def call(
    url: str, method: str, path: str, body: Any = None, authorization: str | None = None
) -> tuple[int, bytes]:
    """Status and body of one request."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {**JSON, **({"Authorization": authorization} if authorization else {})}
    try:
        connection.request(method, path, None if body is None else encode(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if call(url, "GET", "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server to measure did not start")
