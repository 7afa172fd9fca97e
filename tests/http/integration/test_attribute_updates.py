"""Attributes that rules change are kept: of the session, its lines, customers and codes (behaviour/sessions 8; behaviour/effects 7)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.server import created
from tests.support.shop import ITEMS, Shop, item, rule

Json = dict[str, Any]


class Board:
    """A shop with one number attribute on everything that rules may change, and a coupon and a referral."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.name = f"points{shop.application['id']}"
        self.bob = f"bob of {shop.application['id']}"
        for entity in ("CustomerSession", "CustomerProfile", "CartItem", "Coupon", "Referral"):
            self.define(entity, self.name, "number")

    def define(self, entity: str, name: str, kind: str, **fields: Any) -> None:
        body = {"entity": entity, "name": name, "title": name, "type": kind, "description": "",
                "suggestions": [], "editable": True, **fields}  # fmt: skip
        created(self.shop.management.post("/v1/attributes", json=body))

    def path(self, entity: str) -> str:
        return f"{entity}.Attributes.{self.name}"

    def run(self, *effects: Any) -> None:
        """A campaign with these effects, for everybody who comes with its codes."""
        features = ["coupons", "referrals"]
        self.campaign = self.shop.campaign(rule(*effects), features=features)
        self.shop.coupon(self.campaign, "CODE", attributes={self.name: 1})
        body = {"campaignId": self.campaign["id"], "advocateProfileIntegrationId": self.bob,
                "attributes": {self.name: 1}, "usageLimit": 0}  # fmt: skip
        self.referral = created(self.shop.integration.post("/v1/referrals", json=body))
        for customer in (self.shop.ann, self.bob):
            path = f"/v2/customer_profiles/{customer}?runRuleEngine=false"
            answer = self.shop.integration.put(path, json={"attributes": {self.name: 1}})
            assert answer.status_code == 200, answer.text

    def come(self, session_id: str = "s", *content: str, query: str = "", **fields: Any) -> Json:
        """A session that names all of them."""
        cart = {
            "profileId": self.shop.ann,
            "couponCodes": ["CODE"],
            "referralCode": self.referral["code"],
            "cartItems": [item("A", 1, attributes={self.name: 1}), item("B", 1, attributes={self.name: 5})],
            "attributes": {self.name: 1},
            **fields,
        }
        return self.shop.update(session_id, *content, query=query, **cart)

    def kept(self) -> dict[str, Any]:
        """What is stored of each."""
        session = self.shop.get("s")["customerSession"]
        path = f"{self.shop.path}/campaigns/{self.campaign['id']}/referrals"
        (referral,) = self.shop.management.get(path).json()["data"]
        holders = {
            "Session": session,
            "Profile": self.shop.profile(self.shop.ann),
            "AdvocateProfile": self.shop.profile(self.bob),
            "Coupon": self.shop.stored_coupon(self.campaign, "CODE"),
            "Referral": referral,
            "first line": session["cartItems"][0],
            "second line": session["cartItems"][1],
        }
        return {name: (holder.get("attributes") or {}).get(self.name) for name, holder in holders.items()}


UNCHANGED = {
    "Session": 1,
    "Profile": 1,
    "AdvocateProfile": 1,
    "Coupon": 1,
    "Referral": 1,
    "first line": 1,
    "second line": 5,
}


@pytest.fixture
def board(shop: Shop) -> Board:
    return Board(shop)


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("entity", ["Session", "Profile", "AdvocateProfile", "Coupon", "Referral"])
def test_a_changed_attribute_is_kept(board: Board, entity: str, state: str) -> None:
    board.run(["updateAttribute", board.path(entity), 2.5, "increaseBy"])
    answer = board.come(state=state)
    updates = [each["props"] for each in answer["effects"] if each["effectType"] == "updateAttribute"]
    assert updates == [{"path": board.path(entity), "value": 3.5}]
    assert board.kept() == {**UNCHANGED, entity: 3.5}


def test_changed_attributes_of_lines_are_kept(board: Board) -> None:
    dear = ["filter", ITEMS, [["I"], [">", [".", "I", "Attributes", board.name], 3]]]
    own = [["I"], 10]
    board.run(
        ["updateItemAttribute", ITEMS, board.name, own, "multiplyBy"],
        ["updateItemAttribute", dear, board.name, own, "increaseBy"],
    )
    board.come()
    assert board.kept() == {**UNCHANGED, "first line": 20, "second line": 60}


def test_a_dry_request_keeps_nothing(board: Board) -> None:
    board.run(
        ["updateAttribute", board.path("AdvocateProfile"), 9], ["updateAttribute", board.path("Coupon"), 9]
    )
    board.come(cartItems=[])
    before = board.shop.profile(board.bob)["attributes"], board.shop.stored_coupon(board.campaign, "CODE")
    board.shop.update("other", query="?dry=true", profileId=board.shop.ann, couponCodes=["CODE"])
    after = board.shop.profile(board.bob)["attributes"], board.shop.stored_coupon(board.campaign, "CODE")
    assert after == before


@pytest.mark.parametrize("entity", ["Session", "Profile", "AdvocateProfile", "Coupon", "Referral"])
@pytest.mark.parametrize("value", ["gold", ["list", 1]])
def test_a_value_of_another_type_fails_the_rule(board: Board, entity: str, value: Any) -> None:
    board.run(["updateAttribute", board.path(entity), value])
    answer = board.come("s", "ruleFailureReasons")
    assert "updateAttribute" not in [each["effectType"] for each in answer["effects"]]
    assert [failure["effectIndex"] for failure in answer["ruleFailureReasons"]][:1] == [0]
    assert board.kept() == UNCHANGED


def test_a_value_outside_the_suggestions_fails_the_rule(board: Board) -> None:
    tier = f"tier{board.shop.application['id']}"
    board.define("CustomerProfile", tier, "string", suggestions=["gold"], restrictedBySuggestions=True)
    board.run(["updateAttribute", f"Profile.Attributes.{tier}", ["first", [".", "Session", "Identifiers"]]])
    board.come(identifiers=["iron"])
    assert tier not in board.shop.profile(board.shop.ann)["attributes"]
    board.come(identifiers=["gold"])
    assert board.shop.profile(board.shop.ann)["attributes"][tier] == "gold"


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("string", "gold", "gold"),
        ("boolean", True, True),
        ("time", ["parseTime", "2026-01-31T12:00:00+02:00"], "2026-01-31T10:00:00Z"),
        ("location", ["location", 52.5, 13.4], {"lat": 52.5, "lon": 13.4}),
        ("(list string)", ["list", "a", "b"], ["a", "b"]),
        ("(list number)", ["list", 1, 2.5], [1, 2.5]),
    ],
)
def test_values_of_every_type_come_back(board: Board, kind: str, value: Any, kept: Any) -> None:
    name = f"typed{board.shop.application['id']}"
    board.define("CustomerProfile", name, kind)
    board.define("CustomerSession", name, kind)
    board.run(
        ["updateAttribute", f"Profile.Attributes.{name}", value],
        ["updateAttribute", f"Session.Attributes.{name}", [".", "Profile", "Attributes", name]],
    )
    for _ in range(2):
        answer = board.come("s", "customerSession", "customerProfile")
        assert answer["customerProfile"]["attributes"][name] == kept
        assert answer["customerSession"]["attributes"][name] == kept
    assert board.shop.profile(board.shop.ann)["attributes"][name] == kept
    assert board.shop.get("s")["customerSession"]["attributes"][name] == kept


@pytest.mark.parametrize("entity", ["AdvocateProfile", "Coupon", "Referral"])
def test_no_change_is_lost_when_many_come_at_once(board: Board, entity: str) -> None:
    board.run(["updateAttribute", board.path(entity), 1, "increaseBy"])
    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(
                lambda number: board.come(f"s{number}", profileId=f"{board.shop.ann} {number}"), range(24)
            )
        )
    board.shop.update("s", cartItems=[item("A", 1), item("B", 1)])
    assert board.kept()[entity] == 25


def test_customers_may_come_with_their_own_referral(board: Board) -> None:
    board.run(
        ["updateAttribute", board.path("Profile"), 2],
        ["updateAttribute", board.path("AdvocateProfile"), 5, "increaseBy"],
    )
    board.come(profileId=board.bob)
    assert board.kept()["AdvocateProfile"] == 6
