"""Loyalty programs as rules name them: connected ones only (behaviour/loyalty 1)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.loyalty.club import Club, club, make_program
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import ALWAYS, Shop, rule, shop

__all__ = ["club", "shop"]

_NOTE = ["showNotification", "Info", "t", "b"]


def _reading(name: str) -> list[Any]:
    return ["and", [">", [".", "Loyalty", name, "Balance"], 100]]


def _save(shop: Shop, *rules: dict[str, Any], bindings: list[Any] | None = None) -> httpx.Response:
    body = {"name": "c", "state": "enabled", "tags": [], "features": [], "limits": []}
    campaigns = f"{shop.path}/campaigns"
    campaign_id = shop.management.post(campaigns, json=body).json()["id"]
    content = {"rules": list(rules), "bindings": bindings or []}
    return shop.management.post(f"{campaigns}/{campaign_id}/rulesets", json=content)


def _errors(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.text
    errors = answer.json()["errors"]
    assert {each["title"] for each in errors} == {"unknownReference"}
    return [(each["source"]["pointer"], each["details"]) for each in errors]


def test_rules_name_connected_programs_by_id_and_by_name(club: Club) -> None:
    name, add = club.program["name"], "addLoyaltyPoints"
    rules = [
        rule([add, club.id, "why", 1], [add, name, "why", 1], when=_reading(name)),
        rule(_NOTE, when=["and", [">", ["loyaltyBalance", name], 1], ["isLoyaltyMember", club.id]]),
    ]
    assert _save(club.shop, *rules).status_code in {200, 201}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (rule(["addLoyaltyPoints", "elsewhere", "why", 1]), "/rules/0/effects/0/1"),
        (rule(["deductLoyaltyPoints", 2**40, "why", 1]), "/rules/0/effects/0/1"),
        (rule(_NOTE, when=_reading("elsewhere")), "/rules/0/condition/1/1/2"),
        (rule(_NOTE, when=["and", ["=", ["loyaltyTier", "elsewhere"], "Gold"]]), "/rules/0/condition/1/1/1"),
    ],
)
def test_a_program_that_there_is_not_is_refused_at_its_place(
    shop: Shop, given: dict[str, Any], pointer: str
) -> None:
    assert [at for at, _ in _errors(_save(shop, given))] == [pointer]


def test_the_nearest_name_is_told(club: Club) -> None:
    name = club.program["name"]
    wrong = f"{name}b"
    answer = _save(club.shop, rule(["addLoyaltyPoints", wrong, "why", 1], when=_reading(wrong)))
    details = f"refers to `{wrong}`, which the application does not have; did you mean `{name}`?"
    assert _errors(answer) == [
        ("/rules/0/condition/1/1/2", f"`Loyalty` {details}"),
        ("/rules/0/effects/0/1", f"`addLoyaltyPoints` {details}"),
    ]


def test_a_program_that_is_not_connected_is_unknown(shop: Shop, admin: httpx.Client) -> None:
    other = make_program(admin, make_application(admin))
    rules = [rule(["addLoyaltyPoints", other[key], "why", 1], when=ALWAYS) for key in ("id", "name")]
    assert [at for at, _ in _errors(_save(shop, *rules))] == [
        "/rules/0/effects/0/1",
        "/rules/1/effects/0/1",
    ]


def test_a_binding_may_have_the_name_of_the_programs(shop: Shop) -> None:
    """What it hides is not read, whatever the binding is."""
    bindings = [{"name": "Loyalty", "expression": ["kv", ["elsewhere", ["kv", ["Balance", 101]]]]}]
    assert _save(shop, rule(_NOTE, when=_reading("elsewhere")), bindings=bindings).status_code in {200, 201}


def test_blocks_show_the_name_and_title_of_a_program(club: Club) -> None:
    made = _save(club.shop, rule(_NOTE, when=["and", [">", ["loyaltyBalance", club.id], 1]])).json()
    place = f"applications/{club.shop.application['id']}/campaigns/{made['campaignId']}"
    answer = club.shop.management.get(f"/v2/{place}/rulesets/{made['id']}")
    blocks = answer.json()["promotionRules"][0]["blocks"]
    shown = {key: club.program[key] for key in ("id", "name", "title")}
    assert [block["program"] for block in blocks if "program" in block] == [shown]


def test_an_application_that_goes_is_connected_no_more(
    server: Server, admin: httpx.Client, club: Club
) -> None:
    other = make_application(admin)
    both = [other["id"], club.shop.application["id"]]
    admin.put(club.path, json={"subscribedApplications": both}).raise_for_status()
    admin.delete(f"/v1/applications/{other['id']}").raise_for_status()
    assert admin.get(club.path).json()["subscribedApplications"] == both[1:]
    assert admin.put(club.path, json={"title": "New"}).status_code == 200
    secret = make_management_key(admin, allowedApplicationIds=both[1:])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        assert narrow.get(club.path).status_code == 200
