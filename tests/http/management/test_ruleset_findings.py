"""What the linter says of rule sets: in the answers that save them, and from the check that saves nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.loyalty.club import make_program
from tests.support.server import created

_TOTAL = [".", "Session", "Total"]
_ALWAYS = ["and", True]


def _rule(condition: list[Any], *effects: list[Any]) -> dict[str, Any]:
    return {"title": "r", "condition": condition, "effects": list(effects)}


def _body(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"rules": list(rules), "bindings": [], **fields}


@pytest.fixture
def application_path(application: dict[str, Any]) -> str:
    return f"/v1/applications/{application['id']}"


def _campaign(management: httpx.Client, path: str, **fields: Any) -> dict[str, Any]:
    body = {"name": "c", "state": "enabled", "tags": [], "features": [], "limits": [], **fields}
    return created(management.post(f"{path}/campaigns", json=body))


def _check(management: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = management.post(f"{path}/rulesets/check", json=body)
    assert answer.status_code == 200, answer.text
    checked: dict[str, Any] = answer.json()
    return checked


def _codes(answer: dict[str, Any]) -> dict[str, str]:
    return {finding["code"]: finding["pointer"] for finding in answer["findings"]}


def test_saving_tells_what_is_hardly_meant(management: httpx.Client, application_path: str) -> None:
    limits = [{"action": "setDiscount", "limit": 5, "entities": []}]
    campaign = _campaign(management, application_path, limits=limits)
    path = f"{application_path}/campaigns/{campaign['id']}/rulesets"
    attribute = [".", "Session", "Attributes", "Colour"]
    body = _body(
        _rule(["and", [">=", _TOTAL, 50]], ["setDiscount", "more than the budget", 10]),
        _rule(["and", ["=", attribute, "red"]], ["showNotification", "Info", "t", "b"]),
    )
    made = created(management.post(path, json=body))
    expected = {"unpayable": "/rules/0/effects/0", "unknownAttribute": "/rules/1/condition/1/1"}
    assert _codes(made) == expected
    changed = management.put(f"{path}/{made['id']}", json=body).json()
    assert _codes(changed) == expected
    assert "findings" not in management.get(f"{path}/{made['id']}").json()
    clean = created(management.post(path, json=_body(_rule(_ALWAYS, ["noop"]))))
    assert clean["findings"] == []


def test_defined_attributes_are_known(management: httpx.Client, application_path: str) -> None:
    attribute = {
        "entity": "CustomerSession",
        "name": "lint_colour",
        "title": "Lint colour",
        "type": "string",
        "description": "",
        "suggestions": [],
        "editable": True,
    }
    created(management.post("/v1/attributes", json=attribute))
    rules = [
        _rule(["and", ["=", [".", "Session", "Attributes", name], "red"]], ["showNotification", "Info", "t"])
        for name in ("lint_colour", "lint_color")
    ]
    checked = _check(management, application_path, _body(*rules))
    assert [(each["code"], each["pointer"]) for each in checked["findings"]] == [
        ("unknownAttribute", "/rules/1/condition/1/1")
    ]
    assert "did you mean `Session.lint_colour`?" in checked["findings"][0]["message"]


def test_codes_of_the_campaign_are_known(management: httpx.Client, application_path: str) -> None:
    campaign = _campaign(management, application_path, features=["coupons"])
    coupons = f"{application_path}/campaigns/{campaign['id']}/coupons"
    code = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "FOUND"}
    assert management.post(coupons, json=code).status_code in {200, 204}
    body = _body(_rule(_ALWAYS, ["setDiscount", "for everybody", ["*", _TOTAL, 0.1]]))
    assert _codes(_check(management, application_path, body)) == {}
    with_codes = _check(management, application_path, {**body, "campaignId": campaign["id"]})
    assert _codes(with_codes) == {"unconditional": "/rules/0"}


def test_loyalty_programs_of_the_application_are_known(
    management: httpx.Client, application: dict[str, Any], application_path: str
) -> None:
    """What a program does not have is found, and none that is not connected can be named (behaviour/loyalty 1)."""
    tiers = [{"name": "Gold", "minPoints": 300}]
    program = make_program(management, application, tiers=tiers, returnPolicy="only_pending")
    waiting = make_program(management, application, returnPolicy="only_pending", defaultPending="14D")
    stranger = make_program(management, application, subscribedApplications=[])
    rules = [
        _rule(["and", ["=", ["loyaltyTier", program["name"]], "Golden"]], ["noop"]),
        _rule(["and", ["=", ["loyaltyTier", program["id"]], "Gold"]], ["noop"]),
        _rule(["and", ["loyaltyCardValid", program["id"]]], ["noop"]),
        _rule(_ALWAYS, ["addLoyaltyPoints", program["id"], "Earned", ["floor", _TOTAL]]),
        _rule(_ALWAYS, ["addLoyaltyPoints", waiting["id"], "Earned", ["floor", _TOTAL]]),
    ]
    checked = _check(management, application_path, _body(*rules))
    assert _codes(checked) == {
        "noTier": "/rules/0/condition/1/2",
        "noCards": "/rules/2/condition/1",
        "pointsStay": "/rules/3/effects/0",
    }
    names = (stranger["id"], stranger["name"], "nowhere", 10**9)
    refused = _check(
        management, application_path, _body(*(_rule(["and", ["isLoyaltyMember", name]]) for name in names))
    )
    assert [(error["title"], error["pointer"]) for error in refused["errors"]] == [
        ("unknownReference", f"/rules/{place}/condition/1/1") for place in range(len(names))
    ]


@pytest.mark.parametrize(
    ("own", "severity"), [({}, "warning"), ({"capDiscounts": True}, "info")], ids=["plain", "capped"]
)
def test_settings_of_the_application_are_known(
    management: httpx.Client, own: dict[str, Any], severity: str
) -> None:
    body = {"name": f"Yen {severity}", "timezone": "UTC", "currency": "JPY", **own}
    path = f"/v1/applications/{created(management.post('/v1/applications', json=body))['id']}"
    checked = _check(management, path, _body(_rule(_ALWAYS, ["setDiscount", "x", ["*", _TOTAL, 1.5]])))
    found = {finding["code"]: finding["severity"] for finding in checked["findings"]}
    assert found == {"overShare": severity, "fractionalAmount": "warning"}


def test_a_check_answers_both_forms_and_every_rule_in_words(
    management: httpx.Client, application_path: str
) -> None:
    rules = [
        _rule(
            ["and", ["couponValid"], [">=", _TOTAL, 50]],
            ["setDiscount", "Spring", ["*", _TOTAL, ["/", 10, 100]]],
        ),
        _rule(_ALWAYS, ["showNotification", "Info", "Welcome", "Have a look"]),
    ]
    checked = _check(management, application_path, _body(*rules))
    assert (checked["errors"], checked["rules"], checked["bindings"]) == ([], rules, [])
    assert [sentence["pointer"] for sentence in checked["sentences"]] == ["/rules/0", "/rules/1"]
    first, second = (sentence["text"] for sentence in checked["sentences"])
    assert first.startswith("When the coupon code is valid and the session total is at least 50, then ")
    assert second.startswith("Always ")
    blocks = {name: checked[name] for name in ("promotionRules", "selectors", "bundles", "parameters")}
    again = _check(management, application_path, blocks)
    assert (again["rules"], again["errors"]) == (rules, [])
    assert again["promotionRules"] == checked["promotionRules"]
    assert [sentence["pointer"] for sentence in again["sentences"]] == [
        "/promotionRules/0",
        "/promotionRules/1",
    ]


def test_a_check_tells_errors_with_their_places_and_saves_nothing(
    management: httpx.Client, application_path: str
) -> None:
    campaign = _campaign(management, application_path)
    bad = _body(
        _rule(["and", [">=", [".", "Session", "Totl"], 5]], ["setDiscuont", "x", 1]),
        campaignId=campaign["id"],
    )
    checked = _check(management, application_path, bad)
    places = {error["pointer"]: error["title"] for error in checked["errors"]}
    assert places == {"/rules/0/condition/1/1/2": "unknownField", "/rules/0/effects/0/0": "unknownFunction"}
    assert checked["findings"] == []
    assert len(checked["promotionRules"]) == 1
    stored = management.get(f"{application_path}/campaigns/{campaign['id']}/rulesets").json()
    assert stored["data"] == []


def test_blocks_that_cannot_be_read_are_errors(management: httpx.Client, application_path: str) -> None:
    checked = _check(management, application_path, {"promotionRules": [{"title": "r", "blocks": [{}]}]})
    assert checked["errors"]
    assert all(error["pointer"].startswith("/promotionRules/0/blocks/0") for error in checked["errors"])
    both = _check(management, application_path, _body(promotionRules=[]))
    assert [error["pointer"] for error in both["errors"]] == ["/rules", "/bindings"]


def test_the_campaign_of_a_check_must_exist(management: httpx.Client, application_path: str) -> None:
    path = f"{application_path}/rulesets/check"
    assert management.post(path, json=_body(campaignId=10**9)).status_code == 404
