"""Experiments over the wire: their lives, the variants that sessions get, and their results (behaviour/experiments 1, 3, 4, 5)."""

from typing import Any

import httpx
import pytest

from tercel.base import limits
from tests.support.contract import validate_answer
from tests.support.server import created
from tests.support.shop import Shop, item, rule, short

CAMPAIGN = {"name": "Two ways", "tags": [], "features": [], "limits": []}
NEW = {"isVariantAssignmentExternal": False, "campaign": CAMPAIGN, "goalType": "other"}


class Trial:
    """An experiment with two variants, which give discounts of their own."""

    def __init__(self, shop: Shop, discounts: tuple[int, int] = (1, 2), **fields: Any) -> None:
        self.shop = shop
        self.management = shop.management
        made = created(self.management.post(f"{shop.path}/experiments", json={**NEW, **fields}))
        self.id = made["id"]
        self.campaign_id = made["campaign"]["id"]
        self.path = f"{shop.path}/experiments/{self.id}"
        body = {"variants": [_variant(f"v{value}", value) for value in discounts]}
        body["variants"][0]["isPrimary"] = True
        variants = created(self.management.post(f"{self.path}/variants", json=body))["variants"]
        self.variants = [variant["id"] for variant in variants]

    def put(self, **fields: Any) -> httpx.Response:
        """Change the experiment; the state is that of its campaign."""
        campaign = {**CAMPAIGN, "state": fields.pop("state", "enabled")}
        body = {"isVariantAssignmentExternal": False, "campaign": campaign, **fields}
        return self.management.put(self.path, json=body)

    def enable(self, **fields: Any) -> None:
        """Let it run."""
        assert self.put(**fields).status_code == 200

    def fix(self, place: int) -> list[dict[str, int]]:
        """What a session sends for one of the variants."""
        return [{"experimentID": self.id, "variantID": self.variants[place]}]

    def results(self) -> dict[str, Any]:
        """What came out."""
        answer = self.management.get(f"{self.path}/results")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def _variant(name: str, discount: int, weight: int = 50, **fields: Any) -> dict[str, Any]:
    ruleset = {"rules": [rule(["setDiscount", name, discount])], "bindings": []}
    return {"name": name, "weight": weight, "isPrimary": False, "ruleset": ruleset, **fields}


def _given(answer: dict[str, Any]) -> list[tuple[int, Any]]:
    """Experiment and value of the effects."""
    return [(effect["experimentId"], effect["props"]["value"]) for effect in answer["effects"]]


def test_an_experiment_lives_through_its_operations(shop: Shop) -> None:
    management, path = shop.management, f"{shop.path}/experiments"
    new = {**NEW, "campaign": {**CAMPAIGN, "state": "enabled"}, "goalDescription": "more of everything"}
    made = created(management.post(path, json=new))
    assert (made["state"], made["campaign"]["state"], made["variants"]) == ("disabled", "disabled", [])
    assert made["campaign"]["experimentId"] == made["id"]
    one = f"{path}/{made['id']}"
    body = {"variants": [_variant("A", 1, 30, isPrimary=True), _variant("B", 2, 70)]}
    with_variants = created(management.post(f"{one}/variants", json=body))
    assert [(each["name"], each["weight"], each["isPrimary"]) for each in with_variants["variants"]] == [
        ("A", 30, True),
        ("B", 70, False),
    ]
    read = management.get(one).json()
    validate_answer(read, "getExperiment", 200)
    assert read == with_variants
    listed = management.get(path, params={"sort": "-name"}).json()
    validate_answer(listed, "listExperiments", 200)
    assert listed == {"totalResultSize": 1, "data": [read]}
    enabled = {**CAMPAIGN, "state": "enabled"}
    changed = management.put(one, json={"isVariantAssignmentExternal": False, "campaign": enabled}).json()
    assert (changed["state"], changed["goalDescription"]) == ("enabled", "more of everything")
    assert "activated" in changed
    assert management.delete(one).status_code == 204
    assert management.get(one).status_code == 404
    assert management.get(f"{shop.path}/campaigns/{made['campaign']['id']}").status_code == 404


def test_variants_change_together_until_the_experiment_was_active(shop: Shop) -> None:
    trial = Trial(shop)
    body = {
        "variants": [
            {**_variant("X", 5, 10), "id": trial.variants[0]},
            {**_variant("Y", 6, 90), "id": trial.variants[1]},
        ]
    }
    changed = trial.management.put(f"{trial.path}/variants", json=body).json()
    assert [(each["name"], each["weight"], each["isPrimary"]) for each in changed["variants"]] == [
        ("X", 10, True),
        ("Y", 90, False),
    ]
    trial.enable()
    given = shop.update("s", cartItems=[item("A", 50)], experimentVariantAllocations=trial.fix(1))
    assert _given(given) == [(trial.id, 6)]
    assert trial.management.put(f"{trial.path}/variants", json=body).status_code == 400
    assert trial.put(isVariantAssignmentExternal=True).status_code == 400


@pytest.mark.parametrize(
    ("variants", "pointer"),
    [
        ([_variant("A", 1, isPrimary=True), _variant("B", 1, 51)], "/variants"),
        ([_variant("A", 1), _variant("B", 1)], "/variants"),
        ([_variant("A", 1, isPrimary=True), _variant("B", 1, isPrimary=True)], "/variants"),
        ([_variant("A", 1, isPrimary=True)], "/variants"),
        ([_variant("A", 1, 0, isPrimary=True), _variant("B", 1, 100)], "/variants/0/weight"),
        (
            [
                _variant("A", 1, isPrimary=True),
                _variant("B", 1, ruleset={"rules": [rule(["noSuchEffect"])], "bindings": []}),
            ],
            "/variants/1/ruleset/rules/0/effects/0",
        ),
    ],
)
def test_variants_that_cannot_be_are_refused(
    shop: Shop, variants: list[dict[str, Any]], pointer: str
) -> None:
    made = created(shop.management.post(f"{shop.path}/experiments", json=NEW))
    path = f"{shop.path}/experiments/{made['id']}"
    refused = shop.management.post(f"{path}/variants", json={"variants": variants})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"]["pointer"].startswith(pointer)
    assert shop.management.get(path).json()["variants"] == []
    body = {"isVariantAssignmentExternal": False, "campaign": {**CAMPAIGN, "state": "enabled"}}
    assert shop.management.put(path, json=body).status_code == 400


def test_the_rules_of_a_variant_cannot_be_deleted(shop: Shop) -> None:
    trial = Trial(shop)
    path = f"{shop.path}/campaigns/{trial.campaign_id}/rulesets"
    rulesets = trial.management.get(path).json()["data"]
    assert len(rulesets) == 2
    for ruleset in rulesets:
        assert trial.management.delete(f"{path}/{ruleset['id']}").status_code == 400


def test_a_customer_gets_the_same_variant_in_every_session(shop: Shop) -> None:
    trial = Trial(shop)
    trial.enable()
    answers = [
        shop.update(f"s{index}", "customerSession", profileId=shop.ann, cartItems=[item("A", 50)])
        for index in range(4)
    ]
    given = [_given(answer) for answer in answers]
    assert given == [given[0]] * 4
    (allocation,) = answers[0]["customerSession"]["experimentVariantAllocations"]
    assert allocation["experimentID"] == trial.id
    assert allocation["variantID"] == trial.variants[given[0][0][1] - 1]


def test_a_session_keeps_its_variant_when_its_customer_becomes_known(shop: Shop) -> None:
    trial = Trial(shop)
    trial.enable()
    sessions = [f"s{index}" for index in range(8)]
    before = [_given(shop.update(each, cartItems=[item("A", 50)])) for each in sessions]
    after = [_given(shop.update(each, profileId=shop.ann)) for each in sessions]
    assert before == after
    assert len({given[0] for given in before}) == 2


@pytest.mark.parametrize("place", [0, 1])
def test_the_client_may_fix_the_variant(shop: Shop, place: int) -> None:
    trial = Trial(shop)
    trial.enable()
    sent = {"cartItems": [item("A", 50)], "experimentVariantAllocations": trial.fix(place)}
    dry = shop.update("dry", "campaignEligibility", query="?dry=true", **sent)
    validate_answer(dry, "updateCustomerSessionV2", 200)
    assert dry["campaignEligibility"][0]["experiment"] == {
        "id": trial.id,
        "variantId": trial.variants[place],
    }
    assert _given(shop.update("s", **sent)) == [(trial.id, place + 1)]
    assert _given(shop.update("s", cartItems=[item("B", 60)])) == [(trial.id, place + 1)]
    closed = shop.update("s", state="closed")
    assert _given(closed) == [(trial.id, place + 1)]
    assert {each["experimentId"] for each in shop.update("s", state="cancelled")["effects"]} == {trial.id}


def test_an_unknown_experiment_or_variant_is_refused(shop: Shop) -> None:
    trial = Trial(shop)
    trial.enable()
    for allocation in (
        {"experimentID": trial.id, "variantID": 0},
        {"experimentID": 0, "variantID": trial.variants[0]},
    ):
        refused = shop.put("s", experimentVariantAllocations=[*trial.fix(0), allocation])
        assert refused.status_code == 400
        (error,) = refused.json()["errors"]
        assert error["source"]["pointer"] == "/customerSession/experimentVariantAllocations/1"


def test_a_session_may_name_so_many_variants(shop: Shop) -> None:
    trial = Trial(shop)
    sent = trial.fix(0) * limits.VARIANT_ALLOCATIONS_MAX
    assert shop.put("s", experimentVariantAllocations=sent).status_code == 200
    refused = shop.put("s", experimentVariantAllocations=[*sent, *trial.fix(0)])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"]["pointer"] == "/customerSession/experimentVariantAllocations"


def test_an_external_experiment_runs_for_those_who_were_given_a_variant(shop: Shop) -> None:
    trial = Trial(shop, isVariantAssignmentExternal=True)
    trial.enable(isVariantAssignmentExternal=True)
    left_out = shop.update("out", "customerSession", profileId=shop.ann, cartItems=[item("A", 50)])
    assert left_out["effects"] == []
    assert "experimentVariantAllocations" not in left_out["customerSession"]
    given = shop.update("in", cartItems=[item("A", 50)], experimentVariantAllocations=trial.fix(1))
    assert short(given) == [("setDiscount", {"name": "v2", "value": 2})]


def test_results_tell_what_closed_sessions_came_to(shop: Shop) -> None:
    trial = Trial(shop, (0, 10), goalType="maximize_items_sold")
    trial.enable()
    for index in range(3):
        sent: dict[str, Any] = {"cartItems": [item("A", 50, 1)], "state": "closed"}
        shop.update(f"a{index}", experimentVariantAllocations=trial.fix(0), **sent)
        sent["cartItems"] = [item("A", 50, 2 + index)]
        shop.update(f"b{index}", experimentVariantAllocations=trial.fix(1), **sent)
    shop.update("open", experimentVariantAllocations=trial.fix(1), cartItems=[item("A", 50)])
    results = trial.results()
    first, second = results["variants"]
    assert first == {
        "variantId": trial.variants[0],
        "variantName": "v0",
        "variantWeight": 50,
        "isWinner": False,
        "totalRevenue": 150,
        "sessionsCount": 3,
        "avgItemsPerSession": 1,
        "avgSessionValue": 50,
        "avgDiscountedSessionValue": 50,
        "totalDiscounts": 0,
        "couponsCount": 0,
    }
    assert second["isWinner"]
    assert (second["totalRevenue"], second["totalDiscounts"], second["sessionsCount"]) == (420, 30, 3)
    assert (second["avgItemsPerSession"], second["avgSessionValue"]) == (3, 150)
    assert second["avgDiscountedSessionValue"] == 140
    assert results["confidence"]["avgItemsPerSession"] > 99


def test_rule_sets_of_other_campaigns_can_be_deleted(shop: Shop) -> None:
    trial = Trial(shop)
    campaign = shop.campaign(rule(["setDiscount", "a", 1]))
    path = f"{shop.path}/campaigns/{campaign['id']}/rulesets"
    (own,) = shop.management.get(path).json()["data"]
    assert shop.management.delete(f"{path}/{own['id']}").status_code == 204
    taken = trial.management.get(trial.path).json()["variants"][0]["ruleset"]["id"]
    path = f"{shop.path}/campaigns/{trial.campaign_id}/rulesets/{taken}"
    assert shop.management.delete(path).status_code == 400


def test_results_count_redeemed_coupons_and_forget_cancelled_sessions(shop: Shop) -> None:
    trial = Trial(shop)
    rules = [rule(["setDiscount", "c", 1], when=["and", ["couponValid"]])]
    for ruleset in trial.management.get(trial.path).json()["variants"]:
        path = f"{shop.path}/campaigns/{trial.campaign_id}/rulesets/{ruleset['ruleset']['id']}"
        assert trial.management.put(path, json={"rules": rules, "bindings": []}).status_code == 200
    trial.enable()
    shop.coupon({"id": trial.campaign_id}, "CODE")
    shop.coupon(shop.campaign(rule(["setDiscount", "o", 1], when=["and", ["couponValid"]])), "ELSEWHERE")
    for name in ("kept", "gone"):
        answer = shop.update(
            name, couponCodes=["CODE", "ELSEWHERE"], cartItems=[item("A", 9)], state="closed",
            experimentVariantAllocations=trial.fix(0),
        )  # fmt: skip
        assert {effect.get("experimentId") for effect in answer["effects"]} == {trial.id, None}
    shop.update("gone", state="cancelled")
    shop.update(
        "beside", couponCodes=["CODE"], cartItems=[item("A", 9)], state="closed",
        experimentVariantAllocations=trial.fix(1),
    )  # fmt: skip
    results = trial.results()
    assert [each["couponsCount"] for each in results["variants"]] == [1, 1]
    assert [each["sessionsCount"] for each in results["variants"]] == [1, 1]
    assert set(results["confidence"].values()) == {0}


def test_a_trial_without_variants_has_no_results(shop: Shop) -> None:
    made = created(shop.management.post(f"{shop.path}/experiments", json=NEW))
    results = shop.management.get(f"{shop.path}/experiments/{made['id']}/results").json()
    assert results["variants"] == []
    assert shop.management.get(f"{shop.path}/experiments/{made['id'] + 1000}/results").status_code == 404
