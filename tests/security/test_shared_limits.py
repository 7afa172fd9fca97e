"""Limits hold for all workers of a server together, and what a caller is told who meets one (behaviour/requests 10)."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest

from tercel.base.limits import LOG_INS_PER_EMAIL_AND_ADDRESS_MAX
from tercel.features.access.throttles.counts import ROW_BYTES
from tercel.settings import Settings
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    Server,
    client,
    make_application,
    make_integration_key,
    serving,
)
from tests.support.server_process import ServerProcess, serving_process

WORKERS = 2
RATE, CODES, STRANGERS = 20, 10, 10


@pytest.fixture(scope="module")
def two_workers(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    output = tmp_path_factory.mktemp("server") / "output"
    limits = {"rate_limit": str(RATE), "unknown_codes_limit": str(CODES), "trust_clock_header": "true"}
    with serving_process(module_database_url, output, workers=str(WORKERS), **limits) as server:
        yield server


@pytest.fixture(scope="module")
def integration_key(two_workers: ServerProcess) -> str:
    right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    token = httpx.post(f"{two_workers.url}/v1/sessions", json=right, timeout=60).json()["token"]
    with client(two_workers, f"Bearer {token}") as admin:
        return make_integration_key(admin, make_application(admin)["id"])


def statuses(ask: Callable[[int], httpx.Response], times: int) -> Counter[int]:
    """Ask on many connections at once, so that every worker gets some."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(times)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    return Counter(answer.status_code for answer in answers)


def rows_in_use(server: ServerProcess, name: str) -> int:
    """How many workers have counted in a table."""
    for child in psutil.Process(server.pid).children(recursive=True):
        with suppress(psutil.Error):
            directory = child.environ().get("PROMETHEUS_MULTIPROC_DIR")
            if directory is not None:
                table = (Path(directory) / name).read_bytes()
                rows = [table[start : start + ROW_BYTES] for start in range(0, len(table), ROW_BYTES)]
                return sum(any(row) for row in rows)
    raise AssertionError("the server has no workers")


@pytest.mark.slow
def test_a_rate_holds_for_all_workers(two_workers: ServerProcess, integration_key: str) -> None:
    headers = {"Authorization": f"ApiKey-v1 {integration_key}"}

    def ask(_: int) -> httpx.Response:
        return httpx.get(f"{two_workers.url}/v2/customer_sessions/none", headers=headers, timeout=60)

    started = time.monotonic()
    found = statuses(ask, 300)
    seconds = math.ceil(time.monotonic() - started) + 1
    assert set(found) <= {404, 429}
    assert RATE <= found[404] <= (RATE + WORKERS - 1) * seconds
    assert rows_in_use(two_workers, "rates") == WORKERS


@pytest.mark.slow
def test_unknown_codes_are_counted_by_all_workers(
    two_workers: ServerProcess, module_database_url: str
) -> None:
    assert module_database_url == two_workers.dsn
    right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    token = httpx.post(f"{two_workers.url}/v1/sessions", json=right, timeout=60).json()["token"]
    with client(two_workers, f"Bearer {token}") as admin:
        application_id = make_application(admin)["id"]
        keys = [make_integration_key(admin, application_id) for _ in range(4)]

    def ask(number: int) -> httpx.Response:
        authorization = f"ApiKey-v1 {keys[number % len(keys)]}"
        headers = {"Authorization": authorization, "X-Tercel-Now": "2031-01-01T00:00:00Z"}
        session = {"profileId": f"guesser of {application_id}", "couponCodes": [f"guess-{number}"]}
        path = f"{two_workers.url}/v2/customer_sessions/guess-{number}"
        return httpx.put(path, json={"customerSession": session}, headers=headers, timeout=60)

    found = statuses(ask, 60)
    assert set(found) == {200, 429}
    assert found[200] <= CODES + WORKERS - 1


@pytest.mark.slow
def test_log_ins_are_counted_by_all_workers(two_workers: ServerProcess) -> None:
    def ask(number: int) -> httpx.Response:
        guess = {"email": "guessed@example.com", "password": f"guess {number}"}
        return httpx.post(f"{two_workers.url}/v1/sessions", json=guess, timeout=60)

    assert statuses(ask, 14) == {
        401: LOG_INS_PER_EMAIL_AND_ADDRESS_MAX,
        429: 14 - LOG_INS_PER_EMAIL_AND_ADDRESS_MAX,
    }


@pytest.fixture(scope="module")
def guarded(module_database_url: str, settings: Settings) -> Iterator[Server]:
    """A server that minds strangers."""
    with serving(
        module_database_url, msgspec.structs.replace(settings, stranger_rate_limit=STRANGERS)
    ) as running:
        yield running


def test_an_address_that_tries_keys_must_wait_and_known_callers_need_not(guarded: Server) -> None:
    right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    token = httpx.post(f"{guarded.url}/v1/sessions", json=right, timeout=60).json()["token"]
    found: Counter[int] = Counter()
    started = time.monotonic()
    with client(guarded, f"Bearer {token}") as admin, client(guarded) as stranger:
        while 429 not in found or found[401] < STRANGERS:
            answer = stranger.get(
                "/v1/applications", headers={"Authorization": f"Bearer {len(found)}{found.total()}"}
            )
            found[answer.status_code] += 1
            if answer.status_code == 429:
                assert answer.headers["Retry-After"] == "1"
            assert admin.get("/v1/applications").status_code == 200
            assert time.monotonic() - started < 60, found
        others = {"Authorization": "Bearer x", "X-Forwarded-For": "203.0.113.9"}
        assert stranger.get("/v1/applications", headers=others).status_code == 401
    assert found[401] <= STRANGERS * (math.ceil(time.monotonic() - started) + 1)
