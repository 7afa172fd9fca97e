"""A loyalty club for tests: a program of an application, its customers and their points, over the real APIs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from tests.support.server import created
from tests.support.shop import Shop

_NUMBERS: Iterator[int] = count(1)


def make_program(management: httpx.Client, application: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Create a program of an application; ``settings`` go before the defaults."""
    body = {
        "name": f"club{application['id']}_{next(_NUMBERS)}",
        "title": "Club",
        "subscribedApplications": [application["id"]],
        "defaultValidity": "unlimited",
        "defaultPending": "immediate",
        "allowSubledger": True,
        "sandbox": application["sandbox"],
        "timezone": "Europe/Berlin",
        **settings,
    }
    return created(management.post("/v1/loyalty_programs", json=body))


class Club:
    """A program that an application is connected with."""

    def __init__(self, shop: Shop, **settings: Any) -> None:
        self.shop = shop
        self.program = make_program(shop.management, shop.application, **settings)
        self.id = self.program["id"]
        self.path = f"/v1/loyalty_programs/{self.id}"
        self.ann = shop.ann

    def act(self, verb: str, customer: str | None = None, **body: Any) -> httpx.Response:
        """Add or deduct points, and return the answer whatever it is."""
        path = f"{self.path}/profile/{customer or self.ann}/{verb}_points"
        return self.shop.management.put(path, json=body)

    def add(self, points: float, customer: str | None = None, **body: Any) -> None:
        """Add points that must be accepted."""
        answer = self.act("add", customer, points=points, **body)
        assert answer.status_code == 204, answer.text

    def deduct(self, points: float, customer: str | None = None, **body: Any) -> None:
        """Deduct points that must be there."""
        answer = self.act("deduct", customer, points=points, **body)
        assert answer.status_code == 204, answer.text

    def balance(self, customer: str | None = None, subledger: str = "", **query: Any) -> dict[str, Any]:
        """The balances of a customer's ledger that are not zero, by their first words."""
        path = f"{self.path}/profile/{customer or self.ann}/balances"
        answer = self.shop.integration.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        ledger = found["subledgerBalances"].get(subledger, {}) if subledger else found["balance"]
        words = ("active", "pending", "spent", "expired", "negative")
        return {word: ledger[f"{word}Points"] for word in words if ledger.get(f"{word}Points")}

    def transactions(self, customer: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """The transactions of a customer, oldest first."""
        path = f"{self.path}/profile/{customer or self.ann}/transactions"
        answer = self.shop.integration.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["data"]))


@pytest.fixture
def club(shop: Shop) -> Club:
    """A program of the shop."""
    return Club(shop)
