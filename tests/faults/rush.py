"""A rush on one limited code: many clients that repeat each order with the same key until it is answered."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import httpx

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
from tests.support.shop import Shop, rule

CLIENTS = 12
ORDERS = 150
LIMIT = 70
CODE = "RUSH"
#: In the middle of both the rush and the limit.
FAULT_AFTER = 40
_INSIST_S = 180
_PAUSE_S = 0.1
_WHEN = ["and", ["couponValid"]]
_DISCOUNT = ["setDiscount", "rush", 1]
#: Later, and safe to repeat with the same key: overload and faults, or an earlier try that is still under way.
_LATER = {409, 503}


@dataclass
class Answers:
    """What the clients saw: final answers by order, and everything else they met on the way."""

    bodies: dict[int, dict[str, Any]] = field(default_factory=dict)
    refusals: list[httpx.Response] = field(default_factory=list)
    losses: list[httpx.TransportError] = field(default_factory=list)

    def accepted(self) -> list[int]:
        """The orders whose code was accepted."""
        return [number for number, body in self.bodies.items() if "acceptCoupon" in _effects(body)]


class Rush:
    """A campaign with one code for ``LIMIT`` orders, and the clients that want it."""

    def __init__(self, service: Service | Server) -> None:
        self._server = Server(service.url, "")
        login = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        token = (
            httpx.post(f"{service.url}/v1/sessions", json=login, timeout=30)
            .raise_for_status()
            .json()["token"]
        )
        with client(self._server, f"Bearer {token}") as admin:
            self._management_key = make_management_key(admin)
            with self.management() as management:
                self.application = make_application(management)
                self._key = make_integration_key(admin, self.application["id"])
                with self.integration() as integration:
                    shop = Shop(self.application, management, integration)
                    campaign = shop.campaign(rule(_DISCOUNT, when=_WHEN))
                    shop.coupon(campaign, CODE, usageLimit=LIMIT)

    def integration(self, timeout: float = 30) -> httpx.Client:
        """A client of the shop."""
        return httpx.Client(timeout=timeout, **self._address())

    def management(self) -> httpx.Client:
        """A client of the shop's marketing."""
        return client(self._server, f"ManagementKey-v1 {self._management_key}")

    def run(self, fault: Callable[[], None]) -> Answers:
        """Send all orders, with the fault while they are under way, until each has its answer.

        Whoever is done before it has struck sends the last one again, so that it always meets somebody.
        """
        answers, is_middle, is_hopeless = Answers(), threading.Event(), threading.Event()

        def strike() -> None:
            is_middle.wait()
            try:
                fault()
            except BaseException:
                is_hopeless.set()
                raise

        def shop(first: int) -> None:
            with self.integration() as integration:
                for number in range(first, ORDERS, CLIENTS):
                    self._insist(integration, number, answers, is_hopeless)
                    if len(answers.bodies) >= FAULT_AFTER:
                        is_middle.set()
                while is_middle.is_set() and not struck.done():
                    self._insist(integration, number, answers, is_hopeless)

        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            struck = pool.submit(strike)
            clients = [pool.submit(shop, first) for first in range(CLIENTS)]
            wait(clients)
            is_middle.set()
        for future in (struck, *clients):
            future.result()
        return answers

    def _insist(
        self, integration: httpx.Client, number: int, answers: Answers, is_hopeless: threading.Event
    ) -> None:
        deadline = time.monotonic() + _INSIST_S
        while time.monotonic() < deadline:
            try:
                answer = self.order(integration, number)
            except httpx.TransportError as error:
                answers.losses.append(error)
            else:
                if answer.status_code not in _LATER:
                    assert answer.status_code == 200, answer.text
                    body = answer.json()
                    assert answers.bodies.setdefault(number, body) == body
                    return
                answers.refusals.append(answer)
            if is_hopeless.wait(_PAUSE_S):
                return
        raise AssertionError(f"order {number} was never answered")

    def order(self, integration: httpx.Client, number: int) -> httpx.Response:
        """Close one order, with a key of its own."""
        return integration.request(**self._request(number))

    async def orders_at_once(self, numbers: Sequence[int]) -> dict[int, httpx.Response]:
        """Close orders, all at the same time, and do not insist."""
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=60, **self._address()) as integration:
            requests = [integration.request(**self._request(number)) for number in numbers]
            return dict(zip(numbers, await asyncio.gather(*requests), strict=True))

    def _address(self) -> dict[str, Any]:
        return {"base_url": self._server.url, "headers": {"Authorization": f"ApiKey-v1 {self._key}"}}

    def _request(self, number: int) -> dict[str, Any]:
        session = {
            "profileId": f"customer {number} of {self.application['id']}",
            "state": "closed",
            "couponCodes": [CODE],
            "cartItems": [{"name": "x", "sku": "x", "price": 10, "quantity": 1}],
        }
        return {
            "method": "PUT",
            "url": f"/v2/customer_sessions/order-{number}",
            "json": {"customerSession": session, "responseContent": ["customerSession"]},
            "headers": {"Idempotency-Key": f"order {number}"},
        }


def _effects(body: dict[str, Any]) -> list[str]:
    return [effect["effectType"] for effect in body["effects"]]
