"""Rule sets over the wire."""

from typing import Any

import httpx
import pytest

from tercel.base.limits import RULES_PER_RULESET_MAX
from tests.support.contract import validate_answer
from tests.support.server import created

_RULE = {
    "title": "Ten off",
    "condition": ["and", [">=", [".", "Session", "Total"], 99.50]],
    "effects": [["setDiscount", "Ten", 10]],
}


@pytest.fixture
def campaign_path(management: httpx.Client, application: dict[str, Any]) -> str:
    path = f"/v1/applications/{application['id']}/campaigns"
    body = {"name": "c", "state": "enabled", "tags": [], "features": [], "limits": []}
    return f"{path}/{created(management.post(path, json=body))['id']}"


@pytest.fixture
def path(campaign_path: str) -> str:
    return f"{campaign_path}/rulesets"


def _body(**fields: Any) -> dict[str, Any]:
    return {"rules": [_RULE], "bindings": [], **fields}


def test_a_rule_set_lives_through_its_operations(
    management: httpx.Client, campaign_path: str, path: str
) -> None:
    bindings = [{"name": "Shoes", "type": "cartItemFilter", "expression": [".", "Session", "CartItems"]}]
    made = created(management.post(path, json=_body(bindings=bindings, rbVersion="v2")))
    validate_answer(made, "getRuleset", 200)
    assert (made["bindings"], made["rbVersion"], made["activate"]) == (bindings, "v2", True)
    rule = made["rules"][0]
    assert {name: rule[name] for name in _RULE} == _RULE
    assert management.get(campaign_path).json()["activeRulesetId"] == made["id"]
    one = f"{path}/{made['id']}"
    read = management.get(one).json()
    validate_answer(read, "getRuleset", 200)
    assert [finding["code"] for finding in made.pop("findings")] == ["unusedBinding"]
    assert read == made
    changed = management.put(one, json=_body(rules=[{**rule, "title": "Other"}])).json()
    assert changed["rules"] == [{**rule, "title": "Other"}]
    newer = created(management.post(path, json=_body()))
    listed = management.get(path).json()
    validate_answer(listed, "getRulesets", 200)
    assert [ruleset["id"] for ruleset in listed["data"]] == [made["id"], newer["id"]]
    deleted = management.delete(one)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert management.get(one).status_code == 404
    assert management.delete(one).status_code == 404


def test_a_campaign_without_its_rule_set_gives_nothing(
    management: httpx.Client, integration: httpx.Client, campaign_path: str, path: str
) -> None:
    campaign = management.get(campaign_path).json()
    management.put(campaign_path, json={**campaign, "state": "enabled"}).raise_for_status()
    made = created(management.post(path, json=_body()))
    body = {"customerSession": {"cartItems": [{"sku": "a", "quantity": 1, "price": 100}]}}
    assert integration.put("/v2/customer_sessions/s", json=body).json()["effects"]
    assert management.delete(f"{path}/{made['id']}").status_code == 204
    assert "activeRulesetId" not in management.get(campaign_path).json()
    assert integration.put("/v2/customer_sessions/s", json=body).json()["effects"] == []


def test_a_rule_set_can_wait(management: httpx.Client, campaign_path: str, path: str) -> None:
    made = created(management.post(path, json=_body(activate=False)))
    assert "activatedAt" not in made
    assert "activeRulesetId" not in management.get(campaign_path).json()


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"rules": {}}, "/rules"),
        ({"rules": [1]}, "/rules/0"),
        ({"bindings": 1}, "/bindings"),
        ({"rules": [{**_RULE, "condition": []}]}, "/rules/0/condition"),
        ({"rules": [{**_RULE, "condition": ["and", ["noSuchFunction"]]}]}, "/rules/0/condition/1"),
        ({"rules": [_RULE, {**_RULE, "effects": [["setDiscount"]]}]}, "/rules/1/effects/0"),
        ({"rules": [{**_RULE, "condition": ["and", [">", [".", "Nothing"], 1]]}]}, "/rules/0/condition/1/1"),
        ({"bindings": [{"name": "x", "expression": ["-", "a", 1]}]}, "/bindings/0/expression/1"),
        ({"rules": [{**_RULE, "id": "first"}]}, "/rules/0/id"),
    ],
)
def test_bad_rules_are_refused(
    management: httpx.Client, path: str, fields: dict[str, Any], pointer: str
) -> None:
    answer = management.post(path, json=_body(**fields))
    assert answer.status_code == 400
    pointers = [problem["source"]["pointer"] for problem in answer.json()["errors"]]
    assert len(pointers) == 1
    assert pointers[0].startswith(pointer)


def test_the_number_of_rules_is_limited(management: httpx.Client, path: str) -> None:
    assert len(created(management.post(path, json=_body(rules=[_RULE] * RULES_PER_RULESET_MAX)))["rules"]) > 1
    answer = management.post(path, json=_body(rules=[_RULE] * (RULES_PER_RULESET_MAX + 1)))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "maxItems"


def test_every_problem_is_told(management: httpx.Client, path: str) -> None:
    bad = {**_RULE, "condition": ["and", ["nope"]], "effects": [["neither"], ["nor"]]}
    answer = management.post(path, json=_body(rules=[_RULE, bad]))
    pointers = [problem["source"]["pointer"] for problem in answer.json()["errors"]]
    assert len(pointers) == 3
    assert all(pointer.startswith("/rules/1/") for pointer in pointers)


def test_rule_sets_of_other_campaigns_are_not_found(
    management: httpx.Client, application: dict[str, Any], path: str
) -> None:
    made = created(management.post(path, json=_body()))
    elsewhere = f"/v1/applications/{application['id']}/campaigns/999999999/rulesets"
    assert management.get(elsewhere).status_code == 404
    assert management.get(f"{elsewhere}/{made['id']}").status_code == 404
    assert management.post(elsewhere, json=_body()).status_code == 404
