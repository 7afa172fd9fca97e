"""A server that is told to stop answers what it has taken, and what it has answered is kept."""

import http.client
import itertools
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from tercel.database.embedded import running_database
from tercel.settings import load
from tests.support.process import Serving, serving_process, shop_of, wait_until
from tests.support.server import ADMIN_PASSWORD
from tests.support.shop import item, rule

pytestmark = pytest.mark.slow
_CLIENTS = 8
_STOP_AFTER = 100
#: Without the mend it would take for ever, or as long as the times that a test sets.
_WITHIN_S = 120
_ADMIN = {"TERCEL_ADMIN_PASSWORD": ADMIN_PASSWORD}
_LOCK_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def home(open_directory: Path, request: pytest.FixtureRequest) -> Path:
    return open_directory / request.node.name.replace("[", "-").rstrip("]").replace("+", "-")


@pytest.fixture
def dsn(home: Path) -> Iterator[str]:
    """The database, which also runs when no server uses it."""
    with running_database(load({"TERCEL_HOME": str(home)})) as address:
        yield address


class Rush:
    """Clients that close carts over connections that they keep, until nobody accepts them any more."""

    def __init__(self, serving: Serving, key: str) -> None:
        self._serving = serving
        self._headers = {"Authorization": f"ApiKey-v1 {key}", "Content-Type": "application/json"}
        self._numbers = itertools.count(1)
        self.enough = threading.Event()
        self.answered: dict[int, int] = {}
        self.lost: list[int] = []  # on a connection that was in use: the server had promised to read on
        self.untaken: list[int] = []  # on a new connection that was closed before a word was said

    def run(self) -> None:
        """One client: new connections as long as there are any."""
        while self._use_one_connection():
            pass

    def _use_one_connection(self) -> bool:
        # Closed by hand: http.client forgets its socket when what it sends is refused.
        with closing(http.client.HTTPConnection("127.0.0.1", self._serving.port, timeout=60)) as connection:
            try:
                connection.connect()
            except OSError:
                return False
            return self._close_carts(connection)

    def _close_carts(self, connection: http.client.HTTPConnection) -> bool:
        """Use the connection until the server closes it: whether another one is worth trying."""
        is_new = True
        while True:
            number = next(self._numbers)
            try:
                response = self._close_cart(connection, number)
            except (OSError, http.client.HTTPException):
                (self.untaken if is_new else self.lost).append(number)
                return is_new
            self.answered[number] = response.status
            if len(self.answered) >= _STOP_AFTER:
                self.enough.set()
            if response.will_close:
                return True
            is_new = False

    def _close_cart(self, connection: http.client.HTTPConnection, number: int) -> http.client.HTTPResponse:
        session = {
            "profileId": f"p{number}",
            "state": "closed",
            "couponCodes": ["CODE"],
            "cartItems": [item("A", 10)],
        }
        body = json.dumps({"customerSession": session})
        connection.request("PUT", f"/v2/customer_sessions/cart-{number}", body, self._headers)
        response = connection.getresponse()
        response.read()
        return response


@pytest.mark.parametrize("workers", ["1", "2"])
def test_whatever_was_read_under_load_is_answered_and_kept(home: Path, dsn: str, workers: str) -> None:
    with serving_process(home, "--workers", workers, **_ADMIN) as serving, shop_of(serving) as (shop, key):
        campaign = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
        shop.coupon(campaign, "CODE", usageLimit=999_999)
        rush = Rush(serving, key)
        with ThreadPoolExecutor(_CLIENTS) as pool:
            running = [pool.submit(rush.run) for _ in range(_CLIENTS)]
            assert rush.enough.wait(_WITHIN_S)
            serving.process.send_signal(signal.SIGTERM)
            for each in running:
                each.result()
        assert serving.process.wait(_WITHIN_S) == 0
    assert rush.lost == []
    assert set(rush.answered.values()) == {200}
    with psycopg.connect(dsn) as connection:
        stored = connection.execute("SELECT integration_id FROM sessions WHERE state = 'closed'").fetchall()
        used = connection.execute("SELECT usage_counter FROM coupons").fetchone()
    assert {name for (name,) in stored} == {f"cart-{number}" for number in rush.answered}
    assert used == (len(rush.answered),)


@contextmanager
def _held_up(serving: Serving, dsn: str, shop: Any) -> Iterator[tuple[Any, psycopg.Connection]]:
    """A request that waits in the database until the connection that holds it up rolls back."""
    with psycopg.connect(dsn) as holding, psycopg.connect(dsn, autocommit=True) as watching:
        holding.execute("LOCK TABLE sessions")
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(shop.put, "held", state="open", cartItems=[item("A", 10)])
            wait_until(lambda: watching.execute(_LOCK_WAITS).fetchone() == (1,))
            yield answer, holding
            holding.rollback()


def _tell_everybody(serving: Serving) -> None:
    """What a process manager does that tells all processes of a service."""
    os.killpg(serving.process.pid, signal.SIGTERM)


def _accepts(serving: Serving) -> bool:
    # Because: a connection that nobody takes any more may stay open, and what is held up is answered within ten seconds.
    return serving.status("/healthz", timeout_s=2) != 0


@pytest.mark.parametrize("tell", [Serving.press_ctrl_c, _tell_everybody], ids=["Ctrl+C", "everybody"])
def test_a_request_under_way_is_answered_although_nothing_new_is_accepted(
    home: Path, dsn: str, tell: Callable[[Serving], None]
) -> None:
    with (
        serving_process(home, "--workers", "2", **_ADMIN) as serving,
        shop_of(serving) as (shop, _),
        _held_up(serving, dsn, shop) as (answer, holding),
    ):
        tell(serving)
        wait_until(lambda: not _accepts(serving))
        assert serving.process.poll() is None
        holding.rollback()
        response: httpx.Response = answer.result(_WITHIN_S)
        assert (response.status_code, response.headers["connection"]) == (200, "close")
        assert serving.process.wait(_WITHIN_S) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_second_signal_ends_it_at_once(home: Path, dsn: str, workers: str) -> None:
    variables = {"TERCEL_SHUTDOWN_SECONDS": "600", "TERCEL_SHUTDOWN_DELAY_SECONDS": "300", **_ADMIN}
    with serving_process(home, "--workers", workers, **variables) as serving:
        serving.process.send_signal(signal.SIGTERM)
        wait_until(lambda: serving.status("/readyz") == 503)
        serving.process.send_signal(signal.SIGTERM)
        serving.process.wait(_WITHIN_S)


def test_a_worker_that_hangs_holds_up_nobody_else(home: Path, dsn: str) -> None:
    """Another one that dies is replaced, and all others stop when they are told to."""
    with serving_process(home, "--workers", "2", **{"TERCEL_SHUTDOWN_SECONDS": "600", **_ADMIN}) as serving:
        hanging, other = _workers(serving)
        hanging.suspend()
        other.kill()
        wait_until(lambda: set(_workers(serving)) - {hanging, other} != set())
        serving.process.send_signal(signal.SIGTERM)
        wait_until(lambda: _workers(serving) == [hanging])
        hanging.resume()
        assert serving.process.wait(_WITHIN_S) == 0


def _workers(serving: Serving) -> list[psutil.Process]:
    """The processes of the server that answer requests."""
    found = []
    for child in psutil.Process(serving.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


def test_it_ends_within_its_bound_when_an_answer_never_comes(home: Path, dsn: str) -> None:
    with (
        serving_process(home, **{"TERCEL_SHUTDOWN_SECONDS": "1", **_ADMIN}) as serving,
        shop_of(serving) as (shop, _),
        _held_up(serving, dsn, shop) as (answer, _),
    ):
        serving.process.send_signal(signal.SIGTERM)
        serving.process.wait(_WITHIN_S)
        response: httpx.Response = answer.result(_WITHIN_S)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert "repeat it with the same Idempotency-Key" in response.text


def test_while_load_balancers_are_given_time_it_serves_but_is_not_ready(home: Path, dsn: str) -> None:
    with (
        serving_process(
            home, "--workers", "2", **{"TERCEL_SHUTDOWN_DELAY_SECONDS": "10", **_ADMIN}
        ) as serving,
        shop_of(serving) as (shop, _),
    ):
        serving.process.send_signal(signal.SIGTERM)
        wait_until(lambda: serving.status("/readyz") == 503)
        assert serving.status("/healthz") == 200
        response = shop.put("late", state="open", cartItems=[item("A", 10)])
        assert (response.status_code, response.headers["connection"]) == (200, "close")
        assert serving.process.wait(_WITHIN_S) == 0
    assert not _accepts(serving)
