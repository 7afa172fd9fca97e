"""Tiers of customers: reached by orders and by hand, told to shops, and kept (behaviour/loyalty 6, 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tercel.base.limits import ACTIVATED_MAX
from tests.loyalty.club import Club
from tests.support.contract import validate_answer
from tests.support.shop import TOTAL, Shop, item, rule, shop, short

__all__ = ["shop"]

_TIERS = [{"name": "Gold", "minPoints": 300}, {"name": "Silver", "minPoints": 100}]
_ADVANCED = {
    "tiersExpirationPolicy": "tier_start_date",
    "tiersExpireIn": "1Y",
    "tiersDowngradePolicy": "one_down",
}


def _earn(club: Club, points: Any = TOTAL) -> list[Any]:
    return ["addLoyaltyPoints", club.id, "Purchase", points]


def _tier(club: Club, **query: Any) -> tuple[str | None, Any, str | None]:
    """Tier, what is missing to the next one, and its name."""
    path = f"{club.path}/profile/{club.ann}/balances"
    answer = club.shop.integration.get(path, params={"includeTiers": True, **query})
    validate_answer(answer.json(), "getLoyaltyBalances", 200)
    balance = answer.json()["balance"]
    tier = balance.get("currentTier")
    return tier and tier["name"], balance.get("pointsToNextTier"), balance.get("nextTierName")


def _raised(answer: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [
        (props.get("previousTierName"), props["newTierName"])
        for kind, props in short(answer)
        if kind == "changeLoyaltyTierLevel"
    ]


@pytest.mark.parametrize("settings_of_tiers", [{}, _ADVANCED], ids=["basic", "advanced"])
def test_points_reach_tiers(shop: Shop, settings_of_tiers: dict[str, Any]) -> None:
    club = Club(shop, tiers=_TIERS, **settings_of_tiers)
    shop.update("s1", profileId=club.ann)
    assert _tier(club) == (None, 100, "Silver")
    club.add(99.99)
    assert _tier(club) == (None, 0.01, "Silver")
    club.add(0.01)
    assert _tier(club) == ("Silver", 200, "Gold")
    club.add(900)
    assert _tier(club) == ("Gold", None, None)


def test_a_tier_that_lasts_survives_spending_and_others_do_not(shop: Shop) -> None:
    lasting, plain = Club(shop, tiers=_TIERS, **_ADVANCED), Club(shop, tiers=_TIERS)
    for club, left in ((lasting, "Gold"), (plain, "Silver")):
        club.add(350)
        club.deduct(200)
        assert _tier(club)[0] == left


def test_orders_tell_the_tier_that_they_lift_to(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS, **_ADVANCED)
    shop.campaign(rule(_earn(club)))
    cart = {"profileId": club.ann, "cartItems": [item("A", 120)]}
    assert _raised(shop.update("s1", **cart)) == [(None, "Silver")]
    assert _tier(club)[0] is None  # the order is still open
    answer = shop.update("s1", state="closed", **cart)
    assert _raised(answer) == [(None, "Silver")]
    assert "expiryDate" in dict(short(answer))["changeLoyaltyTierLevel"]
    assert _tier(club)[0] == "Silver"
    assert _raised(shop.update("s2", state="closed", **cart)) == []
    answer = shop.update("s3", state="closed", **cart)
    assert _raised(answer) == [("Silver", "Gold")]


def test_several_steps_are_one_change(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS, **_ADVANCED)
    shop.campaign(rule(_earn(club, 300)))
    answer = shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 1)])
    assert _raised(answer) == [(None, "Gold")]


def test_rules_read_the_tier(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS)
    condition = ["catch", False, ["=", ["loyaltyTier", club.id, ""], "Silver"]]
    shop.campaign(rule(["setDiscount", "silver", 5], when=["and", condition]))
    cart = {"profileId": club.ann, "cartItems": [item("A", 10)]}
    assert shop.update("s1", **cart)["effects"] == []
    club.add(100)
    assert [kind for kind, _ in short(shop.update("s1", **cart))] == ["setDiscount"]


def test_what_is_ahead(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS, **_ADVANCED)
    club.add(150)
    club.add(200, validityDuration="30D")
    path = f"{club.path}/profile/{club.ann}/balances"
    found = shop.integration.get(path, params={"includeProjectedTier": True}).json()["balance"]
    assert found["projectedTier"] == {
        "projectedActivePoints": 150,
        "stayInTierPoints": 150,
        "projectedTierName": "Silver",
    }


def test_shops_see_ledgers_with_their_tiers(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS, programJoinPolicy="points_earned")
    shop.campaign(rule(_earn(club, 60)))
    club.add(90)
    cart = {"profileId": club.ann, "cartItems": [item("A", 10)]}
    answer = shop.update("s1", "loyalty", "customerProfile", **cart)
    validate_answer(answer, "updateCustomerSessionV2", 200)
    [seen] = answer["loyalty"]["programs"].values()
    assert (seen["id"], seen["name"], seen["title"]) == (club.id, club.program["name"], "Club")
    ledger = seen["ledger"]
    assert (ledger["currentBalance"], ledger["tentativeCurrentBalance"]) == (90, 150)
    assert (ledger.get("currentTier"), ledger["pointsToNextTier"], ledger["nextTierName"]) == (
        None,
        10,
        "Silver",
    )
    [membership] = answer["customerProfile"]["loyaltyMemberships"]
    assert membership["loyaltyProgramId"] == club.id
    assert membership["joined"][:10] == seen["joinDate"][:10] or membership["joined"]
    answer = shop.update("s1", "loyalty", state="closed", **cart)
    [seen] = answer["loyalty"]["programs"].values()
    assert (seen["ledger"]["currentBalance"], seen["ledger"]["currentTier"]["name"]) == (150, "Silver")


def test_a_customer_without_points_sees_no_program(shop: Shop) -> None:
    Club(shop)
    answer = shop.update("s1", "loyalty", profileId=shop.ann, cartItems=[item("A", 10)])
    assert answer["loyalty"] == {"cards": [], "programs": {}}


@pytest.mark.parametrize("policy", ["points_earned", "points_activated", "not_join"])
def test_points_make_members(shop: Shop, policy: str) -> None:
    club = Club(shop, programJoinPolicy=policy)
    is_member = [rule(["setDiscount", "m", 1], when=["and", ["isLoyaltyMember", club.id]])]
    shop.campaign(*is_member)
    cart = {"profileId": club.ann, "cartItems": [item("A", 10)]}

    def sees() -> bool:
        return bool(shop.update("s1", **cart)["effects"])

    assert not sees()
    club.add(5, pendingDuration="1D")
    assert sees() == (policy != "points_activated")
    club.add(5)
    assert sees()


def test_a_deleted_ledger_starts_again(shop: Shop) -> None:
    club = Club(shop, tiers=_TIERS, **_ADVANCED)
    club.add(350)
    club.add(5, subledgerId="fuel")
    path = f"{club.path}/profile/{club.ann}/delete_transactions"
    post = shop.integration.post
    assert post(path, json={"scope": "SelectedSubledgers"}).status_code == 400
    assert post(path, json={"scope": "SelectedSubledgers", "subledgerIds": [""]}).status_code == 204
    assert _tier(club) == (None, 100, "Silver")
    assert (club.balance(), club.balance(subledger="fuel")) == ({}, {"active": 5})
    assert post(path, json={"scope": "AllSubledgers"}).status_code == 204
    assert club.transactions() == []
    club.add(120)
    assert _tier(club)[0] == "Silver"


def test_what_was_deleted_is_not_undone(shop: Shop) -> None:
    club = Club(shop)
    shop.campaign(rule(_earn(club, 60)))
    shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 10)])
    shop.integration.post(
        f"{club.path}/profile/{club.ann}/delete_transactions", json={"scope": "AllSubledgers"}
    )
    assert shop.update("s1", state="cancelled")["effects"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("activate_points", lambda many: {"transactionUUIDs": many}),
        (
            "profile/{ann}/delete_transactions",
            lambda many: {"scope": "SelectedSubledgers", "subledgerIds": many},
        ),
    ],
)
def test_so_many_at_once(shop: Shop, path: str, body: Callable[[list[str]], dict[str, Any]]) -> None:
    club = Club(shop)
    club.add(1)
    url = f"{club.path}/{path.format(ann=club.ann)}"
    names = [f"x{number}" for number in range(ACTIVATED_MAX + 1)]
    answer = shop.integration.post(url, json=body(names))
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (400, "maxItems")
    answer = shop.integration.post(url, json=body(names[1:]))
    assert answer.status_code == 204 or answer.json()["errors"][0]["title"] == "Unknown"


def test_waiting_points_are_activated(shop: Shop) -> None:
    club = Club(shop, defaultPending="on_action", defaultValidity="30D", tiers=_TIERS)
    shop.campaign(rule(_earn(club, 100)))
    shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 10)])
    club.add(7)
    assert club.balance() == {"pending": 107}
    path = f"{club.path}/activate_points"
    post = shop.integration.post
    for wrong in ({}, {"sessionId": "s1", "transactionUUIDs": ["x"]}):
        assert post(path, json=wrong).status_code == 400
    answer = post(path, json={"sessionId": "s1"})
    validate_answer(answer.json(), "activateLoyaltyPoints", 200)
    [entry] = answer.json()["ledgerEntries"]
    assert (entry["amount"], entry["customerSessionID"], entry["type"]) == (100, "s1", "addition")
    assert entry["startDate"] < entry["expiryDate"]
    assert club.balance() == {"active": 100, "pending": 7}
    assert _tier(club)[0] == "Silver"
    assert post(path, json={"sessionId": "s1"}).json() == {"ledgerEntries": []}
    first, second = club.transactions()
    refused = post(path, json={"transactionUUIDs": [second["transactionUUID"], first["transactionUUID"]]})
    [problem] = refused.json()["errors"]
    assert problem["source"]["pointer"] == "/transactionUUIDs/1"
    assert club.balance() == {"active": 100, "pending": 7}
    assert post(path, json={"transactionUUIDs": [second["transactionUUID"]]}).status_code == 200
    assert club.balance() == {"active": 107}


def test_events_and_updates_of_customers_tell_their_points(shop: Shop) -> None:
    club = Club(shop)
    event_type = f"signed_up_{club.id}"
    shop.management.post("/v1/event_types", json={"name": event_type, "title": event_type, "description": ""})
    shop.campaign(rule(_earn(club, 5), when=["and", ["=", [".", "Event", "Type"], event_type]]))
    wanted = ["loyalty", "customerProfile"]
    body = {"profileId": club.ann, "type": event_type, "responseContent": wanted}
    answer = shop.integration.post("/v2/events?silent=no", json=body).json()
    path = f"/v2/customer_profiles/{club.ann}"
    updated = shop.integration.put(
        f"{path}?runRuleEngine=true", json={"attributes": {}, "responseContent": wanted}
    ).json()
    for told in (answer, updated):
        assert told["loyalty"]["programs"][str(club.id)]["ledger"]["currentBalance"] == 5
        assert told["customerProfile"]["loyaltyMemberships"] == [{"loyaltyProgramId": club.id}]
    assert club.balance() == {"active": 5}


def test_what_stands_in_between_lifts_to_no_tier(shop: Shop) -> None:
    """A cancelled order gives points back before it takes points back: only what both come to counts."""
    club = Club(shop, tiers=_TIERS, **_ADVANCED)
    spend = ["deductLoyaltyPoints", club.id, "Reward", 100]
    shop.campaign(rule(spend, _earn(club, 120)))
    club.add(250)
    shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 10)])
    assert _tier(club) == ("Silver", 30, "Gold")
    shop.update("s1", state="cancelled")
    assert (club.balance()["active"], _tier(club)) == (250, ("Silver", 50, "Gold"))
