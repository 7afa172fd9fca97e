"""Groups of competing campaigns over the wire, and what losers leave (behaviour/groups 3, 5; behaviour/discounts 3)."""

from typing import Any

import pytest

from tests.http.integration.tracking import Tracker
from tests.support.shop import TOTAL, Shop, item, rule, short

_SCOPED = {"scope": "sessionTotal"}
_VALID = ["and", ["couponValid"]]


def _group(shop: Shop, mode: str) -> int:
    path = f"{shop.path}/evaluation_groups"
    (base,) = shop.management.get(path).json()["data"]
    body = {
        "name": mode,
        "parentId": base["id"],
        "evaluationMode": mode,
        "evaluationScope": "session",
        "locked": False,
    }
    return int(shop.management.post(path, json=body).json()["id"])


def _rejected(code: str, exclusion: str) -> tuple[str, dict[str, Any]]:
    reason = "CouponPartOfNotTriggeredCampaign"
    return (
        "rejectCoupon",
        {"value": code, "rejectionReason": reason, "campaignExclusionReason": exclusion},
    )


@pytest.mark.parametrize(
    ("mode", "second", "winner", "exclusion"),
    [
        ("listOrder", 30, 0, "CampaignIsNotFirst"),
        ("highestDiscount", 30, 1, None),
        ("highestDiscount", 5, 0, "CampaignGaveLowerDiscount"),
    ],
)
def test_competing_campaigns(shop: Shop, mode: str, second: int, winner: int, exclusion: str | None) -> None:
    group = _group(shop, mode)
    limits = [{"action": "setDiscount", "limit": 1000, "entities": []}]
    first = shop.campaign(rule(["setDiscount", "one", 10]), limits=limits, evaluationGroupId=group)
    other = shop.campaign(
        rule(["setDiscount", "two", second], when=_VALID), limits=limits, evaluationGroupId=group
    )
    shop.coupon(other, "CODE1", usageLimit=1)
    answer = shop.update("s", couponCodes=["CODE1"], cartItems=[item("A", 100)], state="closed")
    if exclusion is None:
        expected = [("acceptCoupon", {"value": "CODE1"}), ("setDiscount", {"name": "two", "value": second})]
    else:
        expected = [("setDiscount", {"name": "one", "value": 10}), _rejected("CODE1", exclusion)]
    assert short(answer) == expected
    assert {(effect["evaluationGroupID"], effect["evaluationGroupMode"]) for effect in answer["effects"]} == {
        (group, mode)
    }
    campaigns = [first, other]
    assert shop.budgets(campaigns[winner]) == {"setDiscount": (10, second)[winner]}
    assert shop.budgets(campaigns[1 - winner]) == {"setDiscount": 0}
    assert shop.stored_coupon(other, "CODE1")["usageCounter"] == winner


@pytest.mark.parametrize(
    ("is_cascading", "amount", "expected"),
    [
        (True, [".", "Session", "DiscountedTotal"], [{"value": 10, **_SCOPED}, {"value": 9, **_SCOPED}]),
        (True, TOTAL, [{"value": 10, **_SCOPED}, {"value": 10, **_SCOPED}]),
        (False, TOTAL, [{"value": 10}, {"value": 10}]),
    ],
)
def test_cascading(shop: Shop, is_cascading: bool, amount: list[Any], expected: list[dict[str, Any]]) -> None:
    settings = {name: shop.application[name] for name in ("name", "timezone", "currency")}
    shop.management.put(shop.path, json={**settings, "enableCascadingDiscounts": is_cascading})
    for _ in range(2):
        shop.campaign(rule(["setDiscount", "tenth", ["*", amount, ["/", 10, 100]]]))
    answer = shop.update("s", cartItems=[item("A", 100)])
    assert short(answer) == [("setDiscount", {"name": "tenth", **props}) for props in expected]


def test_a_changed_tree_holds_at_once(shop: Shop) -> None:
    group = _group(shop, "listOrder")
    one = shop.campaign(rule(["setDiscount", "one", 1]), evaluationGroupId=group)
    two = shop.campaign(rule(["setDiscount", "two", 2]), evaluationGroupId=group)
    path = f"{shop.path}/campaign_set"

    def given() -> list[int]:
        answer = shop.update("s", cartItems=[item("A", 100)])
        return [effect["campaignId"] for effect in answer["effects"]]

    assert given() == [one["id"]]
    tree = shop.management.get(path).json()
    tree["set"]["elements"][0]["elements"].reverse()
    assert shop.management.put(path, json=tree).status_code == 200
    assert given() == [two["id"]]
    assert shop.management.delete(f"{shop.path}/evaluation_groups/{group}").status_code == 204
    assert given() == [two["id"], one["id"]]


def test_a_complete_evaluation_is_asked_for(shop: Shop) -> None:
    group = _group(shop, "listOrder")
    made = [
        shop.campaign(rule(["showNotification", "Info", "a", "b"]), evaluationGroupId=group) for _ in range(2)
    ]
    tracker = Tracker(shop)

    def heard(query: dict[str, Any]) -> list[int]:
        return [effect["campaignId"] for effect in tracker.track(query=query)["effects"]]

    assert heard({"dry": "true"}) == [made[0]["id"]]
    complete = {"dry": "true", "forceCompleteEvaluation": "true"}
    assert heard(complete) == [each["id"] for each in made]
