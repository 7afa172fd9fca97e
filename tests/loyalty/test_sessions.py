"""Points in sessions: earned and spent when they close, and undone with them (behaviour/loyalty 4, 5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.loyalty.club import Club, club
from tests.support.shop import TOTAL, Shop, item, rule, shop, short

__all__ = ["club", "shop"]


def _earn(club: Club, points: Any = TOTAL, *options: Any) -> list[Any]:
    return ["addLoyaltyPoints", club.id, "Purchase", points, *([["kv", *options]] if options else [])]


def _spend(club: Club, points: Any) -> list[Any]:
    return ["deductLoyaltyPoints", club.id, "Reward", points]


def _close(club: Club, name: str = "s1", price: float = 100, **fields: Any) -> dict[str, Any]:
    cart = [item("A", price)]
    return club.shop.update(name, profileId=club.ann, state="closed", cartItems=cart, **fields)


def _types(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(effect["effectType"], effect["props"].get("value")) for effect in answer["effects"]]


def test_points_are_earned_when_the_session_closes(club: Club) -> None:
    club.shop.campaign(rule(_earn(club)))
    answer = club.shop.update("s1", profileId=club.ann, cartItems=[item("A", 100)])
    assert _types(answer) == [("addLoyaltyPoints", 100)]
    club.add(1)
    assert club.balance() == {"active": 1}
    _close(club)
    assert club.balance() == {"active": 101}
    made = club.transactions()[-1]
    assert made["customerSessionId"] == "s1"
    assert (made["type"], made["amount"], made["name"], made["startDate"], made["expiryDate"]) == (
        "addition",
        100,
        "Purchase",
        "immediate",
        "unlimited",
    )


def test_points_are_spent_and_earned_by_one_session(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 100), _earn(club, 50)))
    club.add(120)
    _close(club)
    assert club.balance() == {"active": 70, "spent": 100}


def test_too_few_points_fail_the_rule(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 100)))
    club.add(99)
    assert _close(club)["effects"] == []
    assert club.balance() == {"active": 99}


def test_what_a_session_earns_it_cannot_spend(club: Club) -> None:
    club.shop.campaign(rule(_earn(club, 100)), rule(_spend(club, 100)))
    assert _types(_close(club)) == [("addLoyaltyPoints", 100)]


def test_pending_points_are_not_spent(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 10)))
    club.add(10, pendingDuration="1h")
    assert _close(club)["effects"] == []
    assert club.balance() == {"pending": 10}


def test_a_cancelled_session_gives_back_and_takes_back(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 40), _earn(club, 100)))
    club.add(50)
    _close(club)
    assert club.balance() == {"active": 110, "spent": 40}
    answer = club.shop.update("s1", state="cancelled")
    assert _types(answer) == [("rollbackDeductedLoyaltyPoints", 40), ("rollbackAddedLoyaltyPoints", 100)]
    assert club.balance() == {"active": 50, "spent": 140}


@pytest.mark.parametrize(
    ("policy", "left", "taken"),
    [
        ("only_pending", {"active": 40, "spent": 60}, []),
        ("within_balance", {"spent": 100}, [("rollbackAddedLoyaltyPoints", 40)]),
        ("unlimited", {"spent": 160, "negative": 60}, [("rollbackAddedLoyaltyPoints", 100)]),
    ],
)
def test_what_was_spent_meanwhile_is_taken_back_as_the_program_says(
    shop: Shop, policy: str, left: dict[str, Any], taken: list[Any]
) -> None:
    club = Club(shop, returnPolicy=policy)
    shop.campaign(rule(_earn(club, 100)))
    _close(club)
    club.deduct(60)
    assert _types(shop.update("s1", state="cancelled")) == taken
    assert club.balance() == left
    if policy == "unlimited":
        assert club.transactions()[-1]["flags"] == {"createsNegativeBalance": True}


def test_spent_points_come_back_with_their_dates(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 15)))
    club.add(10, validUntil="2099-01-01T00:00:00Z")
    club.add(10)
    _close(club)
    answer = club.shop.update("s1", state="cancelled")
    given = [(props["value"], props.get("expiryDate")) for _, props in short(answer)]
    assert given == [(10, "2099-01-01T00:00:00Z"), (5, None)]
    ends = [(each["amount"], each["expiryDate"]) for each in club.transactions()[-2:]]
    assert ends == [(10, "2099-01-01T00:00:00Z"), (5, "unlimited")]


def test_given_back_before_taken_back(club: Club) -> None:
    """Fifty by hand; one session spends them and earns 21, another spends the 21; the first is cancelled."""
    shop = club.shop
    shop.campaign(
        rule(_earn(club, 21), when=["and", [">", TOTAL, 50]]),
        rule(_spend(club, 50), when=["and", [">", TOTAL, 50]]),
        rule(_spend(club, 21), when=["and", ["<", TOTAL, 50]]),
    )
    club.add(50)
    _close(club, "s1", 100)
    _close(club, "s2", 10)
    assert club.balance() == {"active": 0, "spent": 71} or club.balance() == {"spent": 71}
    shop.update("s1", state="cancelled")
    assert club.balance()["active"] == 29


def test_units_that_come_back_take_their_points_along(club: Club) -> None:
    per_unit = ["addLoyaltyPointsPerItem", club.id, "Unit", [".", "Session", "CartItems"], [["Item"], 5]]
    club.shop.campaign(rule(per_unit, _earn(club, 7)))
    cart = [item("A", 10, 3)]
    club.shop.update("s1", profileId=club.ann, state="closed", cartItems=cart)
    assert club.balance() == {"active": 22}
    answer = club.shop.returned("s1", [{"position": 0, "quantity": 2}])
    assert _types(answer) == [("rollbackAddedLoyaltyPoints", 5)] * 2
    assert club.balance() == {"active": 12, "spent": 10}
    club.shop.update("s1", state="cancelled")
    assert club.balance() == {"spent": 22}


def test_a_closed_session_that_is_opened_again(club: Club) -> None:
    club.shop.campaign(rule(_earn(club, 10)))
    _close(club)
    answer = club.shop.integration.put("/v2/customer_sessions/s1/reopen")
    assert _types(answer.json()) == [("rollbackAddedLoyaltyPoints", 10)]
    assert club.balance() == {"spent": 10}
    _close(club)
    assert club.balance() == {"active": 10, "spent": 10}


def test_points_of_a_return_are_counted_anew(club: Club) -> None:
    club.shop.campaign(rule(_earn(club, TOTAL)), reevaluateOnReturn=True)
    cart = [item("A", 30, 2)]
    club.shop.update("s1", profileId=club.ann, state="closed", cartItems=cart)
    assert club.balance() == {"active": 60}
    answer = club.shop.returned("s1", [{"position": 0, "quantity": 1}], query="?runRuleEngine=true")
    assert _types(answer) == [("rollbackAddedLoyaltyPoints", 60), ("addLoyaltyPoints", 30)]
    assert club.balance() == {"active": 30, "spent": 60}
    club.shop.update("s1", state="cancelled")
    assert club.balance() == {"spent": 90}


def test_points_that_come_out_again_stay(club: Club) -> None:
    club.shop.campaign(rule(_earn(club, 5)), reevaluateOnReturn=True)
    club.shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 30, 2)])
    answer = club.shop.returned("s1", [{"position": 0, "quantity": 1}], query="?runRuleEngine=true")
    assert answer["effects"] == []
    assert club.balance() == {"active": 5}


def test_parallel_orders_never_spend_more_than_there_is(club: Club) -> None:
    club.shop.campaign(rule(_spend(club, 10)))
    club.add(65)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: _close(club, f"s{number}"), range(12)))
    assert sum(len(answer["effects"]) for answer in answers) == 6
    assert club.balance() == {"active": 5, "spent": 60}


def test_parallel_deductions_never_take_more_than_there_is(club: Club) -> None:
    club.add(65)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: club.act("deduct", points=10).status_code, range(12)))
    assert sorted(answers) == [204] * 6 + [400] * 6
    assert club.balance() == {"active": 5, "spent": 60}
