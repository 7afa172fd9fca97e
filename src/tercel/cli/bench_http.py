"""Durable session updates over HTTP, beside a constant answer of the same stack in the same run."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvloop

from tercel.base.codec import decode_any, encode
from tercel.cli.bench_workload import Workload, generate, ruleset
from tercel.cli.load_client import LoadResult, request_bytes, run_load
from tercel.settings import environment_without_settings

_PASSWORD = "of a server that lives for a minute"  # noqa: S105  # no secret
_START_SECONDS = 60
_FOREVER = "2099-01-01T00:00:00Z"
_JSON = {"Content-Type": "application/json"}


class HttpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement over HTTP."""

    name: str
    result: LoadResult


def measure(
    *, campaigns: int, lines: int, updates: int, connections: int, workers: int
) -> Iterator[HttpFigures]:
    """Start a server, fill it, and measure one kind of request after the other."""
    workload = generate(lines, campaigns)
    with _server(workers) as url:
        key = _set_up(url, workload)
        host = urlsplit(url).netloc
        headers = {"Authorization": f"ApiKey-v1 {key}", **_JSON}
        constant = [request_bytes("GET", "/healthz", host, {})] * updates
        kinds = {
            "constant answer": constant,
            "dry update": [_update(host, headers, workload, "dry", dry=True)] * updates,
            "open session updated": [
                _update(host, headers, workload, f"s{n % 1000}") for n in range(updates)
            ],
            "new session closed": [
                _update(host, headers, workload, f"closed{n}", state="closed") for n in range(updates)
            ],
        }
        for name, requests in kinds.items():
            uvloop.run(run_load(url, requests[: updates // 10], connections))
            yield HttpFigures(
                name=name, result=uvloop.run(run_load(url, _fresh(name, requests, updates), connections))
            )


def _fresh(name: str, requests: list[bytes], updates: int) -> list[bytes]:
    """The requests that the warm-up did not use up: a closed session cannot be closed again."""
    return requests[updates // 10 :] if name == "new session closed" else requests


def _update(
    host: str,
    headers: dict[str, str],
    workload: Workload,
    session: str,
    *,
    state: str = "open",
    dry: bool = False,
) -> bytes:
    cart = [
        {"sku": line.sku, "category": line.category, "price": line.price / 100, "quantity": line.quantity}
        for line in workload.lines
    ]
    body = {"customerSession": {"profileId": f"customer-{session}", "state": state, "cartItems": cart}}
    path = f"/v2/customer_sessions/{session}" + ("?dry=true" if dry else "")
    return request_bytes("PUT", path, host, headers, encode(body))


@contextmanager
def _server(workers: int) -> Iterator[str]:
    """A server with an empty database of its own."""
    home = Path(tempfile.mkdtemp(prefix="tercel-bench-"))
    home.chmod(0o755)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **environment_without_settings(),
        "TERCEL_ADMIN_PASSWORD": _PASSWORD,
        "TERCEL_LOG_LEVEL": "warning",
    }
    command = [
        sys.executable,
        "-m",
        "tercel",
        "serve",
        "--home",
        str(home),
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if _call(url, "GET", "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server to measure did not start")


def _set_up(url: str, workload: Workload) -> str:
    """An application with the workload's campaigns; its integration key."""
    token = _made(url, "/v1/sessions", {"email": "admin@example.com", "password": _PASSWORD}, None)["token"]
    application = _made(
        url, "/v1/applications", {"name": "Bench", "timezone": "UTC", "currency": "EUR"}, token
    )["id"]
    path = f"/v1/applications/{application}"
    for promotion in workload.promotions:
        fields = {
            "name": f"Promotion {promotion.id}",
            "state": "enabled",
            "tags": [],
            "features": [],
            "limits": [],
        }
        campaign = _made(url, f"{path}/campaigns", fields, token)["id"]
        _made(url, f"{path}/campaigns/{campaign}/rulesets", ruleset(promotion), token)
    key: str = _made(url, f"{path}/apikeys", {"title": "bench", "expires": _FOREVER}, token)["key"]
    return key


def _made(url: str, path: str, body: Any, token: str | None) -> dict[str, Any]:
    status, answer = _call(url, "POST", path, body, token)
    if status != 201:
        raise RuntimeError(f"POST {path} answered {status}: {answer!r}")
    decoded: dict[str, Any] = decode_any(answer)
    return decoded


def _call(url: str, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {**_JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        connection.request(method, path, None if body is None else encode(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
