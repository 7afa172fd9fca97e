"""Points by hand: when they start and end, what is refused, and what is read of them (behaviour/loyalty 2, 3, 7, 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.base.limits import POINTS_MAX, SUBLEDGER_LENGTH_MAX
from tests.loyalty.club import Club, club
from tests.support.shop import Shop, shop

__all__ = ["club", "shop"]


def test_points_start_and_end_as_the_request_says(club: Club) -> None:
    club.add(1)
    club.add(2, pendingDuration="1D", validityDuration="1D")
    club.add(3, pendingUntil="2099-01-01T00:00:00Z", validUntil="2099-02-01T00:00:00Z")
    club.add(4, pendingDuration="on_action", validityDuration="30D")
    assert club.balance() == {"active": 1, "pending": 9}
    assert club.balance(endDate="2099-01-15T00:00:00Z") == {"active": 4, "pending": 4, "expired": 2}
    assert club.balance(endDate="2020-01-01T00:00:00Z") == {}
    made = club.transactions()
    assert [each["startDate"] for each in made[::2]] == ["immediate", "2099-01-01T00:00:00Z"]
    assert [made[3][name] for name in ("startDate", "expiryDate", "validityDuration")] == [
        "on_action",
        "unlimited",
        "30D",
    ]
    assert [each["amount"] for each in club.transactions(awaitsActivation="true")] == [4]


def test_points_start_and_end_as_the_program_says(shop: Shop) -> None:
    club = Club(shop, defaultPending="1D", defaultValidity="10D_U")
    club.add(1)
    (made,) = club.transactions()
    assert made["startDate"] > made["created"]
    assert made["expiryDate"].endswith((":59:59Z",))


@pytest.mark.parametrize(
    ("body", "pointer", "title"),
    [
        ({"points": 0}, "/points", "minimum"),
        ({"points": -1}, "/points", "minimum"),
        ({"points": float(POINTS_MAX) + 1}, "/points", "maximum"),
        ({"points": 1, "validityDuration": "on_action"}, "/validityDuration", "format"),
        ({"points": 1, "pendingDuration": "unlimited"}, "/pendingDuration", "format"),
        ({"points": 1, "validityDuration": "9999Y"}, "/validityDuration", "format"),
        ({"points": 1, "validUntil": "2020-01-01T00:00:00Z"}, "/validUntil", "range"),
        (
            {"points": 1, "pendingUntil": "2099-02-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z"},
            "/validUntil",
            "range",
        ),
        (
            {"points": 1, "validityDuration": "1D", "validUntil": "2099-01-01T00:00:00Z"},
            "/validUntil",
            "not",
        ),
        (
            {"points": 1, "pendingDuration": "1D", "pendingUntil": "2099-01-01T00:00:00Z"},
            "/pendingUntil",
            "not",
        ),
        ({"points": 1, "applicationId": 2**40}, "/applicationId", "Unknown"),
        ({"points": 1, "subledgerId": "x" * (SUBLEDGER_LENGTH_MAX + 1)}, "/subledgerId", "maxLength"),
        ({"points": "ten"}, "/points", "format"),
    ],
)
def test_wrong_points_are_refused_at_their_place(
    club: Club, body: dict[str, Any], pointer: str, title: str
) -> None:
    answer = club.act("add", **body)
    assert answer.status_code == 400, answer.text
    (problem,) = answer.json()["errors"]
    assert (problem["source"]["pointer"], problem["title"]) == (pointer, title)
    assert club.shop.management.delete(club.path).status_code == 204  # nothing was written


def test_the_most_points_are_accepted(club: Club) -> None:
    club.add(float(POINTS_MAX), subledgerId="x" * SUBLEDGER_LENGTH_MAX)
    assert club.balance(subledger="x" * SUBLEDGER_LENGTH_MAX) == {"active": float(POINTS_MAX)}


def test_subledgers_only_where_the_program_has_them(shop: Shop) -> None:
    club = Club(shop, allowSubledger=False)
    for verb in ("add", "deduct"):
        answer = club.act(verb, points=1, subledgerId="fuel")
        assert answer.status_code in {400, 404}, answer.text
    club.add(1)
    assert club.act("deduct", points=1, subledgerId="fuel").status_code == 400


def test_ledgers_are_apart(club: Club) -> None:
    club.add(10)
    club.add(5, subledgerId="fuel")
    assert (club.balance(), club.balance(subledger="fuel")) == ({"active": 10}, {"active": 5})
    assert club.act("deduct", points=6, subledgerId="fuel").status_code == 400
    club.deduct(5, subledgerId="fuel")
    assert (club.balance(), club.balance(subledger="fuel")) == ({"active": 10}, {"spent": 5})
    assert [each["amount"] for each in club.transactions(subledgerId="")] == [10]
    assert [each["amount"] for each in club.transactions(subledgerId="fuel")] == [5, 5]


def test_only_members_lose_points(club: Club) -> None:
    assert club.act("deduct", "nobody", points=1).status_code == 404
    club.add(5, "newcomer")
    assert club.balance("newcomer") == {"active": 5}
    customers = club.shop.management.get(f"{club.shop.path}/customers", params={"integrationId": "newcomer"})
    assert customers.json()["data"] == []


def test_exact_to_the_last_digit(club: Club) -> None:
    for _ in range(3):
        club.add(0.1)
    club.deduct(0.3)
    assert club.balance() == {"spent": 0.3}


def test_what_was_left_on_a_day(club: Club) -> None:
    club.add(10)
    between = club.transactions()[-1]["created"]
    club.deduct(4)
    assert club.balance(endDate=between) == {"active": 10}
    assert club.balance() == {"active": 6, "spent": 4}


def test_a_customer_joins_once(club: Club) -> None:
    path = f"{club.path}/profile/{club.ann}/join"
    assert club.shop.integration.post(path).status_code in {200, 204}
    answer = club.shop.integration.post(path)
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (400, "unique")


def test_customers_do_not_join_programs_with_cards(shop: Shop) -> None:
    club = Club(shop, cardBased=True)
    assert shop.integration.post(f"{club.path}/profile/ann/join").status_code == 400
    assert club.act("add", points=1).status_code == 400


@pytest.mark.parametrize("value", ["false", "maybe"])
def test_only_waiting_points_can_be_asked_for(club: Club, value: str) -> None:
    club.add(1)
    path = f"{club.path}/profile/{club.ann}/transactions"
    answer = club.shop.integration.get(path, params={"awaitsActivation": value})
    assert answer.status_code == 400


def test_lists_are_narrowed(club: Club) -> None:
    club.add(1)
    club.add(2)
    first, second = club.transactions()
    assert club.transactions(transactionUUIDs=first["transactionUUID"]) == [first]
    assert club.transactions(startDate=second["created"]) == [second]
    assert club.transactions(endDate=second["created"]) == [first]
    assert club.transactions(loyaltyTransactionType="session") == []
    assert club.transactions(customerSessionIDs="s1") == []
    page = club.shop.integration.get(
        f"{club.path}/profile/{club.ann}/transactions", params={"pageSize": 1}
    ).json()
    assert (page["hasMore"], page["data"]) == (True, [second])
