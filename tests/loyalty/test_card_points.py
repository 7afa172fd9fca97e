"""Points of cards: added and taken by hand, and read (behaviour/loyalty 10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.loyalty.test_cards import Cards
from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import Shop, shop

__all__ = ["shop"]


@pytest.fixture
def cards(shop: Shop) -> Cards:
    made = Cards(shop)
    made.make("CARD-1", "ann")
    return made


def _act(cards: Cards, verb: str, card: str = "CARD-1", **body: Any) -> httpx.Response:
    return cards.management.put(f"{cards.path}/cards/{card}/{verb}_points", json=body)


def _read(cards: Cards, what: str, operation: str, card: str = "CARD-1", **query: Any) -> dict[str, Any]:
    answer = cards.integration.get(f"{cards.path}/cards/{card}/{what}", params=query)
    assert answer.status_code == 200, answer.text
    validate_answer(answer.json(), operation, 200)
    return dict(answer.json())


def test_points_are_added_taken_and_read(cards: Cards) -> None:
    assert _act(cards, "add", points=10).status_code == 204
    assert _act(cards, "add", points=4, subledgerId="fuel", pendingDuration="on_action").status_code == 204
    assert _act(cards, "deduct", points=3).status_code == 204
    balances = _read(cards, "balances", "getLoyaltyCardBalances")
    assert (balances["balance"]["activePoints"], balances["balance"]["spentPoints"]) == (7, 3)
    assert balances["subledgerBalances"]["fuel"]["pendingPoints"] == 4
    assert [each["integrationId"] for each in balances["profiles"]] == ["ann"]
    assert _read(cards, "balances", "getLoyaltyCardBalances", subledgerId="none")["subledgerBalances"] == {}
    made = _read(cards, "transactions", "getLoyaltyCardTransactions")["data"]
    assert [(each["type"], each["amount"], each["cardIdentifier"]) for each in made] == [
        ("subtraction", 3, "CARD-1"),
        ("addition", 4, "CARD-1"),
        ("addition", 10, "CARD-1"),
    ]
    fuel = _read(cards, "transactions", "getLoyaltyCardTransactions", subledgerId=["fuel", "oil"])["data"]
    assert [each["amount"] for each in fuel] == [4]
    left = _read(cards, "points", "getLoyaltyCardPoints")["data"]
    assert [each["amount"] for each in left] == [7]
    logs = cards.management.get(f"{cards.path}/cards/CARD-1/logs").json()
    validate_answer(logs, "getLoyaltyCardTransactionLogs", 200)
    assert len(logs["data"]) == 3
    of_program = cards.management.get(f"{cards.path}/transactions").json()["data"]
    assert {each["cardIdentifier"] for each in of_program} == {"CARD-1"}
    assert cards.management.get(f"{cards.path}/cards/CARD-1").json()["ledger"]["currentBalance"] == 7


def test_a_card_that_is_not_active_neither_earns_nor_spends(cards: Cards) -> None:
    _act(cards, "add", points=10)
    cards.management.put(f"{cards.path}/cards/CARD-1", json={"status": "inactive"})
    for verb in ("add", "deduct"):
        answer = _act(cards, verb, points=1)
        assert (answer.status_code, answer.json()["errors"][0]["title"]) == (400, "state")
    cards.management.put(f"{cards.path}/cards/CARD-1", json={"status": "active"})
    assert _act(cards, "deduct", points=10).status_code == 204


def test_points_follow_a_card_to_its_new_identifier(cards: Cards) -> None:
    _act(cards, "add", points=10)
    path = f"{cards.path}/cards/CARD-1/transfer"
    assert cards.management.put(path, json={"newCardIdentifier": "CARD-2"}).status_code == 204
    assert _read(cards, "balances", "getLoyaltyCardBalances", "CARD-2")["balance"]["activePoints"] == 10
    assert _act(cards, "add", points=1).status_code == 400
    assert _act(cards, "deduct", "CARD-2", points=10).status_code == 204


def test_unknown_cards_and_customers(cards: Cards) -> None:
    assert _act(cards, "add", "NONE", points=1).status_code == 404
    path = f"{cards.path}/profile/ann"
    assert cards.management.put(f"{path}/add_points", json={"points": 1}).status_code == 400
    assert cards.integration.get(f"{path}/balances").status_code == 400


def test_parallel_deductions_never_take_more_than_there_is(cards: Cards) -> None:
    _act(cards, "add", points=65)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: _act(cards, "deduct", points=10).status_code, range(12)))
    assert sorted(answers) == [204] * 6 + [400] * 6


def test_a_key_for_some_applications_reaches_no_points_of_others(
    server: Server, admin: httpx.Client, cards: Cards
) -> None:
    other = make_application(admin)["id"]
    secret = make_management_key(admin, allowedApplicationIds=[other])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        path = f"{cards.path}/cards/CARD-1"
        told = [narrow.put(f"{path}/{verb}_points", json={"points": 1}) for verb in ("add", "deduct")]
        told.append(narrow.get(f"{path}/logs"))
        assert [answer.status_code for answer in told] == [404] * 3
