"""Custom events: what is stored, what rules see of them, what they grant, and what is refused (behaviour/events 2, 3, 5)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.http.integration.tracking import Tracker, accepted, refused
from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_integration_key
from tests.support.shop import ALWAYS, TOTAL, Shop, item, rule, short

NOTICE = ["showNotification", "Info", "Hi", "there"]
EVERYTHING = (
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "achievements",
)


@pytest.fixture
def tracker(shop: Shop) -> Tracker:
    return Tracker(shop)


def about(tracker: Tracker, *effects: Any, **fields: Any) -> dict[str, Any]:
    """A campaign for events of the tracker's type."""
    return tracker.shop.campaign(
        rule(*effects, when=["and", ["=", [".", "Event", "Type"], tracker.type]]), **fields
    )


def test_an_event_is_recorded_with_its_effects(tracker: Tracker) -> None:
    campaign = about(tracker, NOTICE)
    store = tracker.store("berlin")
    answer = tracker.track(*EVERYTHING, storeIntegrationId="berlin", attributes={"score": 1.25, "page": None})
    validate_answer(answer, "trackEventV2", 200)
    assert [effect["effectType"] for effect in answer["effects"]] == ["showNotification"]
    assert [each["id"] for each in answer["triggeredCampaigns"]] == [campaign["id"]]
    assert answer["customerProfile"]["integrationId"] == tracker.shop.ann
    event = answer["event"]
    assert event["attributes"] == {"score": 1.25}
    assert event["effects"] == [["showNotification", "Info", "Hi", "there"]]

    [stored] = tracker.events()
    assert stored == {
        "id": event["id"],
        "created": event["created"],
        "applicationId": tracker.shop.application["id"],
        "profileId": answer["customerProfile"]["id"],
        "storeId": store["id"],
        "storeIntegrationId": "berlin",
        "type": tracker.type,
        "attributes": {"score": 1.25},
        "effects": answer["effects"],
        "ruleFailureReasons": [],
    }


def test_the_customer_is_created_without_an_event_of_its_own(tracker: Tracker) -> None:
    before = tracker.track("event")["event"]["created"]
    profile = tracker.shop.profile(tracker.shop.ann)
    assert (profile["closedSessions"], profile["lastActivity"]) == (0, before)
    after = tracker.track("customerProfile", "event")
    assert after["customerProfile"]["id"] == profile["id"]
    assert after["customerProfile"]["lastActivity"] == after["event"]["created"] > before
    assert {each["type"] for each in tracker.events()} == {tracker.type}


def test_an_event_is_silent_unless_told_otherwise(tracker: Tracker) -> None:
    for query in ({"silent": ""}, {"silent": "yes"}):
        answer = tracker.send(("event",), query)
        assert (answer.status_code, answer.content) == (204, b"")
    assert len(tracker.events()) == 2


def test_rules_see_type_and_attributes(tracker: Tracker) -> None:
    enough = ["and", [">=", [".", "Event", "Attributes", "score"], 10]]
    tracker.shop.campaign(rule(NOTICE, when=enough))
    about(tracker, ["showNotification", "Info", "Type", "fits"])
    other = f"other_{tracker.shop.application['id']}"
    body = {"name": other, "title": other}
    assert tracker.shop.management.post("/v1/event_types", json=body).status_code == 201

    def titles(**fields: Any) -> list[str]:
        return [effect["props"]["title"] for effect in tracker.track(**fields)["effects"]]

    assert titles(attributes={"score": 10}) == ["Hi", "Type"]
    assert titles(attributes={"score": 9.99}) == ["Type"]
    assert titles(type=other) == []


def test_effects_on_a_session_fail_without_one(tracker: Tracker) -> None:
    tracker.shop.campaign(rule(NOTICE, ["setDiscount", "ten", 10]))
    tracker.shop.campaign(rule(NOTICE, when=["and", [">=", TOTAL, 0]]))
    answer = tracker.track("ruleFailureReasons")
    assert answer["effects"] == []
    first, second = answer["ruleFailureReasons"]
    assert (first["effectIndex"], second["conditionIndex"]) == (1, 0)
    [stored] = tracker.events()
    assert stored["ruleFailureReasons"] == answer["ruleFailureReasons"]


def test_what_an_event_grants_counts_at_once(tracker: Tracker) -> None:
    tracker.define("CustomerProfile", "nickname", "string")
    campaign = about(
        tracker,
        ["createCoupon", ["kv", ["recipient", "Current"]]],
        ["updateAttribute", "Profile.Attributes.nickname", "Visitor"],
        limits=[{"action": "createCoupon", "limit": 2, "entities": []}],
    )
    answer = tracker.track("customerProfile", "ruleFailureReasons")
    [coupon] = answer["createdCoupons"]
    assert [effect["effectType"] for effect in answer["effects"]] == ["couponCreated", "updateAttribute"]
    assert answer["customerProfile"]["attributes"]["nickname"] == "Visitor"
    assert tracker.shop.profile(tracker.shop.ann)["attributes"]["nickname"] == "Visitor"
    stored = tracker.shop.stored_coupon(campaign, coupon["value"])
    assert (stored["id"], stored["recipientIntegrationId"]) == (coupon["id"], tracker.shop.ann)
    assert tracker.shop.budgets(campaign) == {"createCoupon": 1}

    second = tracker.track()
    assert second["createdCoupons"][0]["value"] != coupon["value"]
    third = tracker.track("ruleFailureReasons")
    assert (third["effects"], third["ruleFailureReasons"][0]["effectIndex"]) == ([], 0)
    assert tracker.shop.budgets(campaign) == {"createCoupon": 2}


def test_a_budget_holds_when_events_come_at_once(tracker: Tracker) -> None:
    campaign = about(
        tracker, ["createCoupon", ["kv"]], limits=[{"action": "createCoupon", "limit": 5, "entities": []}]
    )

    def track(number: int) -> int:
        return len(tracker.track(profileId=f"{tracker.shop.ann} {number}")["createdCoupons"])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(track, range(20))) == 5
    assert tracker.shop.budgets(campaign) == {"createCoupon": 5}


def test_a_dry_event_leaves_no_trace(tracker: Tracker) -> None:
    tracker.define("CustomerProfile", "nickname", "string")
    campaign = about(
        tracker,
        ["createCoupon", ["kv"]],
        ["updateAttribute", "Profile.Attributes.nickname", "Visitor"],
        limits=[{"action": "createCoupon", "limit": 2, "entities": []}],
    )
    answer = tracker.track("customerProfile", "event", query={"dry": True})
    assert (answer["event"]["id"], answer["createdCoupons"][0]["id"]) == (0, 0)
    assert answer["customerProfile"]["attributes"] == {"nickname": "Visitor"}
    assert tracker.events() == []
    assert tracker.shop.budgets(campaign) == {"createCoupon": 0}
    found = tracker.shop.management.get(
        f"{tracker.shop.path}/customers", params={"integrationId": tracker.shop.ann}
    )
    assert found.json()["data"] == []


def test_a_dry_event_may_choose_its_campaigns(tracker: Tracker) -> None:
    running = about(tracker, NOTICE)
    disabled = about(tracker, NOTICE, state="disabled")
    chosen = {"evaluableCampaignIds": [disabled["id"], 999_999_999]}
    content = ("triggeredCampaigns",)
    assert triggered(tracker.send(content, {"dry": True}, **chosen)) == [disabled["id"]]
    assert triggered(tracker.send(content, **chosen)) == [running["id"]]


def triggered(answer: httpx.Response) -> list[int]:
    return [each["id"] for each in accepted(answer)["triggeredCampaigns"]]


def test_a_complete_evaluation_must_be_dry(tracker: Tracker) -> None:
    about(tracker, NOTICE)
    answer = tracker.send(query={"forceCompleteEvaluation": True})
    assert refused(answer) == ("Not allowed", {"parameter": "forceCompleteEvaluation"})
    forced = tracker.track(query={"forceCompleteEvaluation": True, "dry": True})
    assert len(forced["effects"]) == 1
    assert tracker.events() == []


def test_a_testing_key_is_always_dry(server: Server, admin: httpx.Client, tracker: Tracker) -> None:
    key = make_integration_key(admin, tracker.shop.application["id"], type="staging")
    with client(server, f"ApiKey-v1 {key}") as testing:
        answer = testing.post(
            "/v2/events",
            params={"silent": "no"},
            json={"profileId": tracker.shop.ann, "type": tracker.type, "responseContent": ["event"]},
        )
    assert accepted(answer)["event"]["id"] == 0
    assert tracker.events() == []


def test_a_repeated_event_counts_once(tracker: Tracker) -> None:
    headers = {"Idempotency-Key": "visit 1"}
    body = {"profileId": tracker.shop.ann, "type": tracker.type, "responseContent": ["event"]}
    answers = [
        tracker.shop.integration.post("/v2/events?silent=no", json=body, headers=headers) for _ in range(3)
    ]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].status_code == 200
    assert len(tracker.events()) == 1


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"profileId": "x" * 1_001}, "maxLength", "/profileId"),
        ({"type": ""}, "minLength", "/type"),
        ({"type": "talon_session_created"}, "pattern", "/type"),
        ({"type": "never heard of"}, "Unknown", "/type"),
        ({"attributes": {"no~/pe": 1}}, "Unknown", "/attributes/no~0~1pe"),
        ({"attributes": {"score": "high"}}, "Invalid type", "/attributes/score"),
        ({"storeIntegrationId": "nowhere"}, "Unknown", "/storeIntegrationId"),
        ({"loyaltyCards": ["a", "b"]}, "maxItems", "/loyaltyCards"),
        ({"evaluableCampaignIds": [1] * 1_001}, "maxItems", "/evaluableCampaignIds"),
        ({"responseContent": ["customerSession"]}, "enum", "/responseContent/0"),
    ],
)
def test_events_that_cannot_be(tracker: Tracker, fields: dict[str, Any], title: str, pointer: str) -> None:
    assert refused(tracker.send(**fields)) == (title, {"pointer": pointer})
    assert tracker.events() == []


def test_a_profile_update_grants_at_once_as_well(tracker: Tracker) -> None:
    campaign = tracker.shop.campaign(rule(["createCoupon", ["kv"]], when=ALWAYS))
    path = f"/v2/customer_profiles/{tracker.shop.ann}?runRuleEngine=true"
    answer = accepted(tracker.shop.integration.put(path, json={}))
    [coupon] = answer["createdCoupons"]
    assert tracker.shop.stored_coupon(campaign, coupon["value"])["id"] == coupon["id"]


def test_a_dry_session_keeps_nothing_beside_a_real_one(shop: Shop) -> None:
    campaign = shop.campaign(rule(["createCoupon", ["kv"]], when=ALWAYS))

    def close(number: int) -> list[tuple[str, dict[str, Any]]]:
        query = "" if number % 2 else "?dry=true"
        return short(shop.update(f"s{number}", query=query, state="closed", cartItems=[item("A", 1)]))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(close, range(16)))
    listed = shop.management.get(f"{shop.path}/campaigns/{campaign['id']}/coupons/no_total").json()["data"]
    assert len(listed) == 8
    assert all(coupon["id"] for coupon in listed)


@pytest.mark.parametrize("nobody", [{"profileId": None}, {"profileId": ""}])
def test_an_event_may_be_nobodys(tracker: Tracker, nobody: dict[str, Any]) -> None:
    about(tracker, NOTICE, ["createCoupon", ["kv", ["recipient", "Current"]]])
    campaign = about(tracker, NOTICE)
    answer = tracker.track(*EVERYTHING, **nobody)
    validate_answer(answer, "trackEventV2", 200)
    assert [each["id"] for each in answer["triggeredCampaigns"]] == [campaign["id"]]
    assert "customerProfile" not in answer
    [stored] = tracker.events()
    assert "profileId" not in stored
    assert stored["effects"] == answer["effects"]


def test_an_event_needs_nothing_but_its_type(tracker: Tracker) -> None:
    about(tracker, NOTICE, limits=[{"action": "redeemCoupon", "limit": 2, "entities": []}])
    for path, body in (("/v2/events", {}), ("/v3/events", {"integrationId": tracker.type})):
        answer = tracker.shop.integration.post(
            path, params={"silent": "no"}, json={"type": tracker.type, **body}
        )
        assert [effect["effectType"] for effect in accepted(answer)["effects"]] == ["showNotification"]
