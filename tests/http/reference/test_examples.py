"""Examples fit their schemas, and those that were written by hand work with a real server."""

from typing import Any

import httpx
from jsonschema import Draft202012Validator

from tercel.http.reference import examples
from tercel.http.reference.words import words
from tests.http.reference.documents import body, members, operations
from tests.support.server import Server, client, created, make_integration_key


def problems(schema: dict[str, Any], value: Any, document: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_members_without_a_schema_of_their_own_have_an_example_that_fits() -> None:
    wrong = {}
    for name, member, kind, document in members():
        if examples.is_leaf(kind):
            [example] = kind["examples"]
            if found := problems(kind, example, document):
                wrong[f"{name}.{member}"] = found
    assert wrong == {}


def test_requests_with_a_body_have_an_example_that_fits() -> None:
    wrong = {}
    for document, each in operations():
        content = body(each)
        if content and (found := problems(content["schema"], content["example"], document)):
            wrong[each["operationId"]] = found
    assert wrong == {}


def test_parts_of_a_path_have_an_example() -> None:
    parts = [part for _, each in operations() for part in each["parameters"] if part["in"] == "path"]
    assert all(part["example"] for part in parts)
    assert set(words("examples")["parameters"]) <= {part["name"] for part in parts}


def test_every_written_example_is_used() -> None:
    used = {
        examples.key_of(name, member, kind) for name, member, kind, _ in members() if examples.is_leaf(kind)
    }
    assert set(words("examples")["properties"]) - used == set()


def test_every_member_that_is_to_be_shown_may_be_left_out() -> None:
    schemas = {
        name: schema
        for document, _ in operations()
        for name, schema in document["components"]["schemas"].items()
    }
    for name, shown in words("examples")["shown"].items():
        assert set(shown) <= set(schemas[name]["properties"]) - set(schemas[name].get("required", []))


def test_every_written_body_is_of_an_operation() -> None:
    assert set(examples.bodies()) <= {each["operationId"] for _, each in operations() if body(each)}


def test_the_written_bodies_work_one_after_the_other(
    server: Server, admin: httpx.Client, management: httpx.Client
) -> None:
    written = examples.bodies()
    application = created(management.post("/v1/applications", json=written["createApplication"]))
    path = f"/v1/applications/{application['id']}"
    campaign = created(management.post(f"{path}/campaigns", json=written["createCampaign"]))
    inside = f"{path}/campaigns/{campaign['id']}"
    ruleset = created(management.post(f"{inside}/rulesets", json=written["createRuleset"]))
    assert ruleset["activate"]
    [coupon] = (
        management.post(f"{inside}/coupons?silent=no", json=written["createCoupons"])
        .raise_for_status()
        .json()["data"]
    )
    assert coupon["value"] == "SPRING"
    management.post("/v1/event_types", json={"name": "newsletter_joined", "title": "Newsletter joined"})
    with client(server, f"ApiKey-v1 {make_integration_key(admin, application['id'])}") as shop:
        profile = shop.put("/v2/customer_profiles/ann", json=written["updateCustomerProfileV2"])
        assert profile.raise_for_status().json()["customerProfile"]["integrationId"] == "ann"
        session = shop.put("/v2/customer_sessions/cart-1", json=written["updateCustomerSessionV2"])
        kinds = [effect["effectType"] for effect in session.raise_for_status().json()["effects"]]
        assert kinds == ["acceptCoupon", "setDiscount"]
        event = shop.post("/v2/events?silent=no", json=written["trackEventV2"])
        assert event.raise_for_status().json()["customerProfile"]["integrationId"] == "ann"
        shop.put("/v2/customer_profiles", json=written["updateCustomerProfilesV2"]).raise_for_status()
        closed = {"customerSession": {"state": "closed"}}
        shop.put("/v2/customer_sessions/cart-1", json=closed).raise_for_status()
        shop.post("/v2/customer_sessions/cart-1/returns", json=written["returnCartItems"]).raise_for_status()
    management.post(f"{path}/rulesets/check", json=written["checkRuleset"]).raise_for_status()
    management.put(f"{inside}/rulesets/{ruleset['id']}", json=written["updateRuleset"]).raise_for_status()
    management.delete(path).raise_for_status()
