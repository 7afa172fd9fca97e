"""Applications over HTTP (behaviour/campaigns 1)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.contract import validate, validate_answer
from tests.support.server import Server, client, make_application, make_integration_key, make_management_key
from tests.support.shop import Shop, item


def new(**fields: Any) -> dict[str, Any]:
    return {"name": "Never made", "timezone": "Europe/Berlin", "currency": "EUR", **fields}


def test_a_new_application_has_defaults(management: httpx.Client) -> None:
    made = make_application(management, key="0123456789abcdef")
    validate(made, "Application", "management")
    assert made["enableFlattenedCartItems"] is True
    assert made["enableCascadingDiscounts"] is made["sandbox"] is made["capDiscounts"] is False
    assert (made["caseSensitivity"], made["defaultDiscountScope"]) == ("sensitive", "sessionTotal")
    assert made["defaultDiscountAdditionalCostPerItemScope"] == "price"
    assert made["defaultEvaluationGroupId"] > 0
    assert made["loyaltyPrograms"] == made["limits"] == []
    assert "key" not in made
    answer = management.get(f"/v1/applications/{made['id']}")
    validate_answer(answer.json(), "getApplication", 200)
    assert answer.json() == made


def test_every_field_is_kept(management: httpx.Client) -> None:
    fields = {
        "description": "For tests",
        "timezone": "America/New_York",
        "currency": "USD",
        "caseSensitivity": "insensitive-uppercase",
        "limits": [{"action": "setDiscount", "limit": 10.5, "period": "daily", "entities": ["Profile"]}],
        "defaultDiscountScope": "cartItems",
        "defaultDiscountAdditionalCostPerItemScope": "itemTotal",
        "enableCascadingDiscounts": True,
        "enableFlattenedCartItems": False,
        "enablePartialDiscounts": True,
        "enableCampaignStateManagement": True,
        "attributesSettings": {"mandatory": {"campaigns": ["owner"], "coupons": []}},
        "sandbox": True,
        "capDiscounts": True,
    }
    made = make_application(management, **fields)
    assert {name: made[name] for name in fields} == fields


def test_a_change_keeps_what_is_left_out_and_raises_the_revision(
    server: Server, management: httpx.Client
) -> None:
    made = make_application(management, description="Old", enablePartialDiscounts=True)
    path = f"/v1/applications/{made['id']}"
    changed = management.put(path, json=new(name=made["name"] + " 2", description="New", capDiscounts=True))
    assert changed.status_code == 200
    body = changed.json()
    validate(body, "Application", "management")
    assert (body["name"], body["description"]) == (made["name"] + " 2", "New")
    assert body["enablePartialDiscounts"] is body["capDiscounts"] is True
    assert body["modified"] > made["modified"]
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute("SELECT revision FROM applications WHERE id = %s", [made["id"]]).fetchone()
    assert row == (1,)


def test_the_currency_stays_once_there_are_sessions(shop: Shop) -> None:
    shop.management.put(shop.path, json={**shop.application, "currency": "USD"}).raise_for_status()
    shop.update("cart", cartItems=[item("A", 1)])
    kept = shop.management.put(
        shop.path, json={**shop.application, "currency": "USD", "description": "Other"}
    )
    assert kept.status_code == 200
    refused = shop.management.put(shop.path, json={**shop.application, "currency": "EUR"})
    assert refused.status_code == 409
    [problem] = refused.json()["errors"]
    assert (problem["title"], problem["source"]) == ("readOnly", {"pointer": "/currency"})
    assert shop.management.get(shop.path).json()["currency"] == "USD"


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"name": ""}, "minLength", "/name"),
        ({"name": "x" * 1001}, "maxLength", "/name"),
        ({"name": None}, "type", "/name"),
        ({"timezone": "Mars/Olympus"}, "format", "/timezone"),
        ({"timezone": "../etc/passwd"}, "format", "/timezone"),
        ({"currency": "euro"}, "format", "/currency"),
        ({"caseSensitivity": "upper"}, "enum", "/caseSensitivity"),
        ({"defaultDiscountScope": "price"}, "enum", "/defaultDiscountScope"),
        ({"limits": [{"action": "setDiscount", "limit": -1, "entities": []}]}, "minimum", "/limits/0/limit"),
        ({"limits": [{"action": "fly", "limit": 1, "entities": []}]}, "enum", "/limits/0/action"),
        ({"limits": [{"action": "setDiscount", "entities": []}]}, "required", "/limits/0/limit"),
        ({"attributes": {"colour": "red"}}, "Unknown", "/attributes/colour"),
        ({"key": "xyz"}, "pattern", "/key"),
        ({"sandbox": "no"}, "type", "/sandbox"),
    ],
)
def test_what_is_wrong_is_said(
    management: httpx.Client, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = management.post("/v1/applications", json=new(**fields))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


def test_all_problems_are_told_at_once(management: httpx.Client) -> None:
    answer = management.post("/v1/applications", json=new(timezone="X", currency="Y"))
    assert [problem["source"]["pointer"] for problem in answer.json()["errors"]] == ["/timezone", "/currency"]


def test_some_decisions_are_final(management: httpx.Client) -> None:
    made = make_application(management, enableCampaignStateManagement=True)
    answer = management.put(
        f"/v1/applications/{made['id']}",
        json=new(name=made["name"], sandbox=True, enableCampaignStateManagement=False),
    )
    assert answer.status_code == 400
    assert [problem["title"] for problem in answer.json()["errors"]] == ["readOnly", "readOnly"]


def test_the_default_group_must_be_the_applications_own(management: httpx.Client) -> None:
    one, other = make_application(management), make_application(management)
    body = new(name=one["name"], defaultEvaluationGroupId=other["defaultEvaluationGroupId"])
    answer = management.put(f"/v1/applications/{one['id']}", json=body)
    assert answer.json()["errors"][0]["source"] == {"pointer": "/defaultEvaluationGroupId"}


def test_names_are_unique(management: httpx.Client) -> None:
    one, other = make_application(management), make_application(management)
    again = management.post("/v1/applications", json=new(name=one["name"]))
    renamed = management.put(f"/v1/applications/{other['id']}", json=new(name=one["name"]))
    for answer in (again, renamed):
        assert answer.status_code == 409
        assert answer.json()["errors"][0]["source"] == {"pointer": "/name"}


def test_a_race_for_a_name_has_one_winner(server: Server, management: httpx.Client) -> None:
    made = [make_application(management) for _ in range(8)]

    def rename(application: dict[str, Any]) -> int:
        with httpx.Client(base_url=server.url, headers=management.headers, timeout=30) as opened:
            return opened.put(
                f"/v1/applications/{application['id']}", json=new(name=f"Won {made[0]['id']}")
            ).status_code

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(rename, made)) == [200] + [409] * 7


def test_the_list_is_paged_sorted_and_counted(server: Server, admin: httpx.Client) -> None:
    made = [make_application(admin) for _ in range(3)]
    key = make_management_key(admin, allowedApplicationIds=[each["id"] for each in made])
    with client(server, f"ManagementKey-v1 {key}") as opened:
        answer = opened.get("/v1/applications", params={"sort": "-id", "pageSize": 2, "skip": 1})
        validate_answer(answer.json(), "getApplications", 200)
        assert answer.json() == {"totalResultSize": 3, "data": [made[1], made[0]]}
        refused = opened.get("/v1/applications", params={"sort": "colour"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"] == {"parameter": "sort"}


def test_a_deleted_application_is_gone_with_its_keys(server: Server, admin: httpx.Client) -> None:
    made = make_application(admin)
    key = make_integration_key(admin, made["id"])
    path = f"/v1/applications/{made['id']}"
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == admin.delete(path).status_code == 404
    headers = {"Authorization": f"ApiKey-v1 {key}"}
    assert httpx.get(f"{server.url}/v2/customer_sessions/s", headers=headers, timeout=30).status_code == 401
