"""Rule sets as blocks over the wire."""

from typing import Any

import httpx
import pytest

from tests.loyalty.club import make_program
from tests.support.contract import validate_answer
from tests.support.server import created

_TOTAL = {
    "type": "checkAttribute",
    "operator": "greaterThanOrEqual",
    "attribute": "$Session.Total",
    "value": 100,
}
_TEN_OFF = {
    "type": "awardDiscount",
    "name": "Ten",
    "value": "{{$Session.CartTotal * 0.1}}",
    "partial": False,
    "target": {"type": "cart"},
}
_RULE = {"title": "Ten off", "blocks": [_TOTAL, _TEN_OFF]}
_SHOES = {
    "name": "Shoes",
    "type": "selector",
    "source": "$Session.CartItems",
    "steps": [
        {
            "type": "filter",
            "predicate": {
                "type": "checkAttribute",
                "operator": "equals",
                "attribute": "$Item.Category",
                "value": "Shoes",
            },
        }
    ],
}


@pytest.fixture
def path(management: httpx.Client, application: dict[str, Any]) -> str:
    path = f"/v1/applications/{application['id']}/campaigns"
    body = {"name": "c", "state": "enabled", "tags": [], "features": [], "limits": []}
    return f"{path}/{created(management.post(path, json=body))['id']}/rulesets"


def _as_blocks(management: httpx.Client, path: str, ruleset_id: int) -> dict[str, Any]:
    answer = management.get(f"{path.replace('/v1/', '/v2/')}/{ruleset_id}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    validate_answer(shown, "getRulesetV2", 200)
    return shown


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_ids(part) for name, part in value.items() if name != "id" or "type" not in value
        }
    return [_without_ids(part) for part in value] if isinstance(value, list) else value


def test_blocks_are_kept_in_the_rule_language_and_shown_as_blocks(
    management: httpx.Client, path: str
) -> None:
    made = created(management.post(path, json={"promotionRules": [_RULE], "selectors": [_SHOES]}))
    validate_answer(made, "getRuleset", 200)
    rule = made["rules"][0]
    assert rule["condition"] == ["and", [">=", [".", "Session", "Total"], 100]]
    assert rule["effects"] == [["setDiscount", "Ten", ["*", [".", "Session", "CartTotal"], 0.1]]]
    test = ["catch", False, ["=", [".", "Item", "Category"], "Shoes"]]
    expression = ["filter", [".", "Session", "CartItems"], [["Item"], test]]
    assert made["bindings"] == [{"name": "Shoes", "type": "cartItemFilter", "expression": expression}]
    shown = _as_blocks(management, path, made["id"])
    assert _without_ids(shown["promotionRules"][0]["blocks"]) == _RULE["blocks"]
    assert _without_ids(shown["selectors"]) == [_SHOES]
    assert shown == _as_blocks(management, path, made["id"])
    changed = management.put(f"{path}/{made['id']}", json={"promotionRules": shown["promotionRules"]})
    assert changed.json()["rules"] == made["rules"]
    assert changed.json()["bindings"] == []


def test_the_rule_language_is_shown_as_blocks(
    management: httpx.Client, application: dict[str, Any], path: str, account_cost: dict[str, Any]
) -> None:
    program = make_program(management, application)
    effects = [
        ["setDiscountPerAdditionalCost", "free", account_cost["name"], 5],
        ["addLoyaltyPoints", program["id"], "why", 5],
    ]
    rule = {
        "title": "r",
        "condition": ["and", ["timeOfDayBetween", ["now"], "16:00", "18:00"]],
        "effects": effects,
    }
    made = created(management.post(path, json={"rules": [rule], "bindings": []}))
    time, discount, points = _as_blocks(management, path, made["id"])["promotionRules"][0]["blocks"]
    assert time["expression"] == rule["condition"][1]
    assert discount["target"]["additionalCost"] == {
        name: account_cost[name] for name in ("id", "name", "title")
    }
    assert (points["type"], points["expression"]) == ("passthrough", effects[1])


@pytest.fixture
def account_cost(management: httpx.Client) -> dict[str, Any]:
    body = {"name": "wrap", "title": "Wrapping", "description": "d", "type": "session"}
    return created(management.post("/v1/additional_costs", json=body))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/rules", "/bindings"]),
        ({"rules": []}, ["/bindings"]),
        ({"promotionRules": [], "bindings": []}, ["/bindings"]),
        ({"selectors": []}, ["/promotionRules"]),
        ({"promotionRules": [{"title": "t"}]}, ["/promotionRules/0/blocks"]),
        (
            {
                "promotionRules": [
                    {**_RULE, "blocks": [{**_TOTAL, "operator": "x"}, {**_TEN_OFF, "value": "{{1 +}}"}]}
                ]
            },
            ["/promotionRules/0/blocks/0/operator", "/promotionRules/0/blocks/1/value"],
        ),
        (
            {"promotionRules": [_RULE, {**_RULE, "blocks": [{**_TOTAL, "attribute": "$Nothing"}, _TEN_OFF]}]},
            ["/promotionRules/1/blocks/0"],
        ),
        (
            {
                "promotionRules": [
                    {**_RULE, "blocks": [{"type": "passthrough", "expression": ["couponValid", ["nope"]]}]}
                ]
            },
            ["/promotionRules/0/blocks/0/expression/1/0"],
        ),
        ({"promotionRules": [], "selectors": [{**_SHOES, "source": "$Nothing"}]}, ["/selectors/0"]),
        ({"promotionRules": [{**_RULE, "id": "first"}]}, ["/promotionRules/0/id"]),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(
    management: httpx.Client, path: str, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = management.post(path, json=body)
    assert answer.status_code == 400
    assert [problem["source"]["pointer"] for problem in answer.json()["errors"]] == pointers


def test_unknown_rule_sets_are_not_found(management: httpx.Client, path: str) -> None:
    assert management.get(f"{path.replace('/v1/', '/v2/')}/999999999").status_code == 404


def test_whole_numbers_are_written_with_a_fraction_where_a_text_may_stand(
    management: httpx.Client, path: str
) -> None:
    rule = {"title": "t", "condition": ["and"], "effects": [["setDiscount", "Five", 5]]}
    made = created(management.post(path, json={"rules": [rule], "bindings": []}))
    text = management.get(f"{path.replace('/v1/', '/v2/')}/{made['id']}").text
    assert '"value":5.0' in text
