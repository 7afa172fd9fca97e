"""The machine stops a worker in the middle of an evaluation: time that passes meanwhile decides about nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests.faults.service import Service
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    Server,
    client,
    make_application,
    make_integration_key,
    make_management_key,
)
from tests.support.shop import ITEMS, Shop, item, rule

LINES, QUANTITY = 30, 320
#: Of computation between two pauses: a part of what the cart takes.
_COMPUTED_S = 0.03
_PAUSE_S = 0.7
_PAUSES_MAX = 5
pytestmark = pytest.mark.slow


@pytest.fixture
def shop(service: Service) -> Iterator[Shop]:
    """A shop of the service, with a tenth off each unit."""
    login = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    token = (
        httpx.post(f"{service.url}/v1/sessions", json=login, timeout=30).raise_for_status().json()["token"]
    )
    server = Server(service.url, "")
    with client(server, f"Bearer {token}") as admin:
        key = make_management_key(admin)
        application = make_application(admin)
        with (
            client(server, f"ManagementKey-v1 {key}") as management,
            client(server, f"ApiKey-v1 {make_integration_key(admin, application['id'])}") as integration,
        ):
            made = Shop(application, management, integration)
            share = [["Item"], ["*", 0.1, [".", "Item", "Price"]]]
            made.campaign(rule(["setDiscountPerItem", "tenth", ITEMS, share]))
            yield made


def test_a_pause_takes_no_discount(service: Service, shop: Shop) -> None:
    cart = [item(f"S{number}", 10 + number, QUANTITY) for number in range(LINES)]
    workers = service.workers()
    with ThreadPoolExecutor(1) as threads:
        closing = threads.submit(shop.put, "s", cartItems=cart, state="closed")
        pauses = 0
        while not closing.done() and pauses < _PAUSES_MAX:
            enough = _computed(workers) + _COMPUTED_S
            while not closing.done() and _computed(workers) < enough:
                threading.Event().wait(0.001)
            if not closing.done():
                _pause(workers)
                pauses += 1
        answer = closing.result(60)
    assert pauses
    assert answer.status_code == 200, answer.text
    kinds = [effect["effectType"] for effect in answer.json()["effects"]]
    assert kinds == ["setDiscountPerItem"] * (LINES * QUANTITY)


def _computed(workers: list[psutil.Process]) -> float:
    return sum(worker.cpu_times().user for worker in workers)


def _pause(workers: list[psutil.Process]) -> None:
    for worker in workers:
        worker.suspend()
    threading.Event().wait(_PAUSE_S)  # the fault itself
    for worker in workers:
        worker.resume()
