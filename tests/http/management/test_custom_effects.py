"""Custom effects over the wire, and as rules answer them (behaviour/definitions 6)."""

import itertools
from typing import Any

import httpx
import pytest

from tests.support.contract import validate
from tests.support.server import created
from tests.support.shop import ITEMS, Shop, item, rule, short

Json = dict[str, Any]
UNKNOWN = 999_999_999
_numbers = itertools.count(1)
SKU = {"type": "string", "title": "SKU", "ui": {}}


def body(application: Json, **fields: Any) -> Json:
    return {
        "applicationIds": [application["id"]],
        "name": f"effect{next(_numbers)}",
        "title": "Ship for free",
        "payload": '{"carrier": "${$carrier}"}',
        "params": [{"type": "string", "title": "Carrier", "ui": {}}],
        "enabled": True,
        **fields,
    }


def define(management: httpx.Client, application: Json, **fields: Any) -> Json:
    return created(management.post("/v1/custom_effects", json=body(application, **fields)))


def check_shape(answer: Json) -> None:
    """Whether the fields are those of the published schema, whose patterns are not of a kind that Python knows."""
    required = "id created accountId modified applicationIds name title payload enabled createdBy"
    optional = "description isPerItem params modifiedBy"
    assert set(required.split()) <= set(answer) <= {*required.split(), *optional.split()}
    for each in answer["params"]:
        validate(each, "TemplateArgDef")


def test_a_custom_effect_lives_through_its_operations(management: httpx.Client, application: Json) -> None:
    sent = body(application, description="By bike", isPerItem=True)
    made = created(management.post("/v1/custom_effects", json=sent))
    check_shape(made)
    assert {name: made[name] for name in sent} == sent
    path = f"/v1/custom_effects/{made['id']}"
    assert management.get(path).json() == made
    changed = management.put(path, json={**sent, "name": f"{sent['name']} anew", "enabled": False}).json()
    check_shape(changed)
    differing = {"name": f"{sent['name']} anew", "enabled": False, "modified": changed["modified"]}
    assert changed == {**made, **differing, "modifiedBy": made["createdBy"]}
    listed = management.get("/v1/custom_effects", params={"sort": "-id"}).json()
    assert listed["data"][0] == changed
    assert listed["totalResultSize"] == len(listed["data"])
    assert management.delete(path).status_code == 204
    assert management.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"name": "1st"}, "pattern", "/name"),
        ({"name": "a-b"}, "pattern", "/name"),
        ({"title": " "}, "pattern", "/title"),
        ({"payload": ""}, "format", "/payload"),
        ({"payload": "{"}, "format", "/payload"),
        ({"payload": '"${$carrier}"'}, "format", "/payload"),
        ({"payload": "[1]"}, "format", "/payload"),
        ({"payload": "[" * 50_000}, "format", "/payload"),
        ({"payload": '{"a": "${$carrier}'}, "format", "/payload"),
        ({"payload": '{"a": ' + ",".join(["${$carrier}"] * 15_000) + "}"}, "maxLength", "/payload"),
        (
            {"payload": '{"a": ' + "${$l}" * 10_000 + "}", "params": [{**SKU, "title": "l"}]},
            "format",
            "/payload",
        ),
        ({"payload": '{"a": "${$nobody}"}'}, "Unknown", "/payload"),
        ({"applicationIds": []}, "minItems", "/applicationIds"),
        ({"applicationIds": [UNKNOWN]}, "Unknown", "/applicationIds/0"),
    ],
)
def test_bad_custom_effects_are_refused(
    management: httpx.Client, application: Json, fields: Json, title: str, pointer: str
) -> None:
    answer = management.post("/v1/custom_effects", json=body(application, **fields))
    assert answer.status_code == 400, answer.text
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


def test_a_taken_name_is_a_conflict(management: httpx.Client, application: Json) -> None:
    first, second = (define(management, application) for _ in range(2))
    again = body(application, name=first["name"])
    assert management.post("/v1/custom_effects", json=again).status_code == 409
    assert management.put(f"/v1/custom_effects/{second['id']}", json=again).status_code == 409
    assert management.put(f"/v1/custom_effects/{first['id']}", json=again).status_code == 200


def test_unknown_custom_effects_are_not_found(management: httpx.Client, application: Json) -> None:
    path = f"/v1/custom_effects/{UNKNOWN}"
    answers = [management.get(path), management.put(path, json=body(application)), management.delete(path)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_rules_fill_the_payload(shop: Shop) -> None:
    payload = '{"carrier": "${$carrier}", "of": "${$Session.IntegrationId}"}'
    effect = define(shop.management, shop.application, payload=payload)
    by_id = ["customEffect", effect["id"], ["kv", ["carrier", 'the "Post"']]]
    by_name = ["customEffect", effect["name"], ["kv", ["carrier", "bike"]]]
    shop.campaign(rule(by_id, by_name))
    props = {"effectId": effect["id"], "name": effect["name"]}
    assert short(shop.update("s", cartItems=[item("A", 10)])) == [
        ("customEffect", {**props, "payload": {"carrier": 'the "Post"', "of": "s"}}),
        ("customEffect", {**props, "payload": {"carrier": "bike", "of": "s"}}),
    ]


def test_one_effect_for_each_unit(shop: Shop) -> None:
    effect = define(
        shop.management, shop.application, payload='{"sku": "${$sku}"}', params=[SKU], isPerItem=True
    )
    each = [["Item"], ["kv", ["sku", [".", "Item", "SKU"]]]]
    shop.campaign(rule(["customEffectPerItem", effect["id"], ITEMS, each]))
    answer = shop.update("s", cartItems=[item("A", 10, 2), item("B", 5)])
    units = [
        (props["cartItemPosition"], props.get("cartItemSubPosition"), props["payload"])
        for _, props in short(answer)
    ]
    assert units == [(0, 0, {"sku": "A"}), (0, 1, {"sku": "A"}), (1, 0, {"sku": "B"})]


def test_a_parameter_without_value_fails_the_rule(shop: Shop) -> None:
    effect = define(shop.management, shop.application)
    shop.campaign(rule(["setDiscount", "d", 1], ["customEffect", effect["id"]]))
    assert shop.update("s", cartItems=[item("A", 10)])["effects"] == []


def test_a_failing_condition_can_answer_one(shop: Shop) -> None:
    effect = define(shop.management, shop.application, payload="{}", params=[])
    condition = ["and", ["onFailure", [">", [".", "Session", "Total"], 100], ["customEffect", effect["id"]]]]
    shop.campaign(rule(["setDiscount", "d", 1], when=condition))
    poor, rich = (
        short(shop.update(name, cartItems=[item("A", price)])) for name, price in (("a", 1), ("b", 200))
    )
    assert [kind for kind, _ in poor] == ["customEffect"]
    assert [kind for kind, _ in rich] == ["setDiscount"]


def test_a_budget_bounds_them(shop: Shop) -> None:
    effect = define(shop.management, shop.application, payload="{}", params=[])
    limits = [{"action": "customEffect", "limit": 1, "entities": []}]
    campaign = shop.campaign(rule(["customEffect", effect["id"]]), limits=limits)
    first, second = (shop.update(name, state="closed", cartItems=[item("A", 10)]) for name in "ab")
    assert [len(answer["effects"]) for answer in (first, second)] == [1, 0]
    assert shop.budgets(campaign) == {"customEffect": 1}


def test_rules_name_only_effects_of_their_application(shop: Shop, management: httpx.Client) -> None:
    other = {"name": f"Elsewhere {next(_numbers)}", "timezone": "UTC", "currency": "EUR"}
    elsewhere = define(management, created(management.post("/v1/applications", json=other)))
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/rulesets"
    for name in (UNKNOWN, "nobody", elsewhere["id"], elsewhere["name"]):
        rules = [rule(["setDiscount", "d", 1], ["customEffect", name, ["kv"]])]
        answer = management.post(path, json={"rules": rules, "bindings": []})
        assert answer.status_code == 400
        (problem,) = answer.json()["errors"]
        assert problem["source"]["pointer"].startswith("/rules/0/effects/1")


def test_blocks_show_name_and_title(shop: Shop) -> None:
    effect = define(shop.management, shop.application)
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/rulesets"
    rules = [rule(["customEffect", effect["id"], ["kv", ["carrier", "x"]]])]
    made = created(shop.management.post(path, json={"rules": rules, "bindings": []}))
    v2 = f"{path.replace('/v1/', '/v2/')}/{made['id']}"
    reference = {name: effect[name] for name in ("id", "name", "title")}
    assert str(reference["name"]) in str(shop.management.get(v2).json())
