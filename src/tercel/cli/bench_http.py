"""Durable session updates over HTTP, beside a constant answer of the same stack in the same run."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
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


#: The constant answer that everything else is compared with.
REFERENCE = "constant answer"
_ONE_CODE = "one limited code closed by all"
_CODE = "BENCH-CODE"


class HttpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement over HTTP. ``problem`` says what was wrong with its answers, or nothing."""

    name: str
    result: LoadResult
    problem: str = ""


def measure(
    *, campaigns: int, lines: int, updates: int, connections: int, workers: int
) -> Iterator[HttpFigures]:
    """Start a server, fill it, and measure one kind of request after the other.

    The limited code may be redeemed by half of the sessions that try it; that exactly as many succeeded is checked.
    """
    workload = generate(lines, campaigns)
    with _server(workers) as url:
        shop = _Shop(url, workload, limit=updates // 2)
        host = urlsplit(url).netloc
        headers = {"Authorization": f"ApiKey-v1 {shop.key}", **_JSON}
        warm_up = [
            _update(host, headers, workload, f"warm-up{n}", state="closed") for n in range(updates // 5)
        ]
        kinds = {
            REFERENCE: [request_bytes("GET", "/healthz", host, {})] * updates,
            "dry update": [_update(host, headers, workload, "dry", dry=True)] * updates,
            "open session updated": [
                _update(host, headers, workload, f"s{n % 1000}") for n in range(updates)
            ],
            "new session closed": [
                _update(host, headers, workload, f"closed{n}", state="closed") for n in range(updates)
            ],
            _ONE_CODE: [
                _update(host, headers, workload, f"code{n}", state="closed", codes=[_CODE])
                for n in range(updates)
            ],
        }
        uvloop.run(run_load(url, warm_up, connections))
        for name, requests in kinds.items():
            result = uvloop.run(run_load(url, requests, connections))
            problem = f"answers with status {result.failures}" if result.failures else ""
            if name == _ONE_CODE and shop.redemptions() != updates // 2:
                problem = f"{shop.redemptions()} redemptions of {updates // 2} allowed"
            yield HttpFigures(name=name, result=result, problem=problem)


def _update(
    host: str,
    headers: dict[str, str],
    workload: Workload,
    session: str,
    *,
    state: str = "open",
    dry: bool = False,
    codes: Sequence[str] = (),
) -> bytes:
    cart = [
        {"sku": line.sku, "category": line.category, "price": line.price / 100, "quantity": line.quantity}
        for line in workload.lines
    ]
    content = {
        "profileId": f"customer-{session}",
        "state": state,
        "cartItems": cart,
        "couponCodes": list(codes),
    }
    body = {"customerSession": content}
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


class _Shop:
    """An application with the workload's campaigns and one that has a limited code."""

    def __init__(self, url: str, workload: Workload, *, limit: int) -> None:
        self._url = url
        log_in = {"email": "admin@example.com", "password": _PASSWORD}
        self._token = _made(url, "/v1/sessions", log_in, None)["token"]
        fields = {"name": "Bench", "timezone": "UTC", "currency": "EUR"}
        self._path = f"/v1/applications/{_made(url, '/v1/applications', fields, self._token)['id']}"
        for promotion in workload.promotions:
            self._campaign(f"Promotion {promotion.id}", ruleset(promotion))
        effect = ["setDiscount", "code", 1]
        rules = [{"title": "code", "condition": ["and", ["couponValid"]], "effects": [effect]}]
        self._coded = self._campaign("Limited", {"rules": rules, "bindings": []})
        coupon = {"usageLimit": limit, "numberOfCoupons": 1, "couponPattern": _CODE, "validCharacters": ["A"]}
        _made(url, f"{self._path}/campaigns/{self._coded}/coupons?silent=no", coupon, self._token, status=200)
        key = {"title": "bench", "expires": _FOREVER}
        self.key: str = _made(url, f"{self._path}/apikeys", key, self._token)["key"]

    def redemptions(self) -> int:
        """How often the limited code was redeemed."""
        path = f"{self._path}/campaigns/{self._coded}/coupons/no_total?value={_CODE}&exactMatch=true"
        _, answer = _call(self._url, "GET", path, token=self._token)
        counted: int = decode_any(answer)["data"][0]["usageCounter"]
        return counted

    def _campaign(self, name: str, rules: dict[str, Any]) -> int:
        fields = {"name": name, "state": "enabled", "tags": [], "features": [], "limits": []}
        campaign: int = _made(self._url, f"{self._path}/campaigns", fields, self._token)["id"]
        _made(self._url, f"{self._path}/campaigns/{campaign}/rulesets", rules, self._token)
        return campaign


def _made(url: str, path: str, body: Any, token: str | None, *, status: int = 201) -> dict[str, Any]:
    answered, answer = _call(url, "POST", path, body, token)
    if answered != status:
        raise RuntimeError(f"POST {path} answered {answered}: {answer!r}")
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
