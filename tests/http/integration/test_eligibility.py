"""What dry requests tell of campaigns that did not apply: eligibility (behaviour/evaluation 6), trace and nudges."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.http.integration.tracking import Tracker
from tests.support.contract import validate_answer
from tests.support.shop import TOTAL, Shop, item, rule

DRY = "?dry=true"
EXPLAIN = "?dry=true&explain=true"
ONE = ["setDiscount", "one", 1]
HOUR = timedelta(hours=1)


def _from(amount: int) -> list[Any]:
    return ["and", [">=", TOTAL, amount]]


def _eligibility(shop: Shop, query: str = DRY, **session: Any) -> dict[int, dict[str, Any]]:
    answer = shop.update("s", "campaignEligibility", query=query, cartItems=[item("A", 41.6)], **session)
    validate_answer(answer, "updateCustomerSessionV2", 200)
    return {campaign["id"]: campaign for campaign in answer["campaignEligibility"]}


def test_every_enabled_campaign_has_its_verdict(shop: Shop) -> None:
    passing = shop.campaign(rule(ONE), name="passing", description="d", tags=["t"])
    failing = shop.campaign(rule(ONE, when=_from(50), title="from 50"), rule(["setDiscount", "no", -1]))
    later = shop.campaign(rule(ONE), startTime=(datetime.now(UTC) + HOUR).isoformat())
    shop.campaign(rule(ONE), state="disabled")
    found = _eligibility(shop)
    assert set(found) == {passing["id"], failing["id"], later["id"]}
    assert found[passing["id"]] == {
        "applicationId": shop.application["id"],
        "id": passing["id"],
        "name": "passing",
        "description": "d",
        "attributes": {},
        "state": "enabled",
        "tags": ["t"],
        "features": ["coupons"],
        "eligibility": [{"passed": True}],
        "rules": [{"title": "r", "eligibility": [{"passed": True}]}],
    }
    assert found[failing["id"]]["eligibility"] == [
        {"passed": False, "details": {"failureCode": "ALL_RULES_FAILED"}}
    ]
    first, second = (each["eligibility"][0]["details"] for each in found[failing["id"]]["rules"])
    assert first == {
        "failureCode": "CONDITION_NOT_MET",
        "conditionIndex": 0,
        "details": "the session total is at least 50: it is 41.60",
    }
    assert (second["failureCode"], second["effectIndex"]) == ("EFFECT_FAILED", 0)
    assert found[later["id"]]["eligibility"] == [{"passed": False, "details": {"failureCode": "SKIPPED"}}]


def test_campaigns_with_codes_have_one_verdict_per_code(shop: Shop) -> None:
    campaign = shop.campaign(rule(ONE, when=["and", ["couponValid"]]))
    shop.coupon(campaign, "GOOD")
    late = shop.coupon(campaign, "LATE", startDate=(datetime.now(UTC) + HOUR).isoformat())
    found = _eligibility(shop, couponCodes=["GOOD", "LATE"])[campaign["id"]]
    assert found["eligibility"] == [
        {"passed": True, "couponCode": "GOOD"},
        {"passed": False, "couponCode": "LATE", "details": {"failureCode": "ALL_RULES_FAILED"}},
    ]
    refused = found["rules"][0]["eligibility"][1]
    assert refused["details"]["couponID"] == late["id"]
    assert refused["details"]["couponValue"] == "LATE"


def test_a_request_that_is_not_dry_has_no_report(shop: Shop) -> None:
    shop.campaign(rule(ONE))
    assert "campaignEligibility" not in shop.update("s", "campaignEligibility", cartItems=[])


def test_events_report_too(shop: Shop) -> None:
    tracker = Tracker(shop)
    campaign = shop.campaign(
        rule(["showNotification", "Info", "a", "b"], when=["and", ["eventIs", tracker.type]])
    )
    answer = tracker.track("campaignEligibility", query={"dry": "true", "explain": "true"})
    validate_answer(answer, "trackEventV2", 200)
    assert [each["eligibility"] for each in answer["campaignEligibility"]] == [[{"passed": True}]]
    assert [(each["campaignId"], each["verdict"]) for each in answer["trace"]] == [
        (campaign["id"], "applied")
    ]
    assert answer["nudges"] == []
    assert "campaignEligibility" not in tracker.track("campaignEligibility")


@pytest.mark.parametrize("query", ["?explain=true", "?dry=false&explain=true"])
def test_explanations_go_only_with_dry_requests(shop: Shop, query: str) -> None:
    answer = shop.put("s", query=query, cartItems=[])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": "explain"}


def test_explanations_are_given_only_when_asked_for(shop: Shop) -> None:
    shop.campaign(rule(ONE, when=_from(50)))
    plain = shop.update("s", query=DRY, cartItems=[])
    assert {"trace", "nudges"}.isdisjoint(plain)
    explained = shop.update("s", query=EXPLAIN, cartItems=[])
    assert explained["effects"] == plain["effects"]
    assert explained["nudges"][0]["needs"][0]["amount"] == 50


def test_failed_codes_tell_what_is_missing(shop: Shop) -> None:
    campaign = shop.campaign(rule(ONE, when=["and", ["couponValid"], [">=", TOTAL, 50]]))
    shop.coupon(campaign, "SPRING")
    answer = shop.update("s", "ruleFailureReasons", cartItems=[item("A", 41.6)], couponCodes=["SPRING"])
    details = "the session total is at least 50: it is 41.60"
    assert answer["effects"][0]["props"]["details"] == details
    reason = answer["ruleFailureReasons"][0]
    assert (reason["conditionIndex"], reason["details"], reason["couponValue"]) == (1, details, "SPRING")
    assert "effectIndex" not in reason
