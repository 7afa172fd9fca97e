"""Customers over HTTP, made by the Integration API; ``tests/features/customers`` has the behaviour (behaviour/lists 2, 4)."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_application, make_integration_key, make_management_key

Json = dict[str, Any]
PATH = "/v1/applications/{0}/customers"


def visit(integration: httpx.Client, profile: str, **session: Any) -> None:
    """A session of a customer, so that the application knows them."""
    body = {"customerSession": {"profileId": profile, **session}}
    answer = integration.put(f"/v2/customer_sessions/{quote(profile, safe='')}", json=body)
    assert answer.status_code == 200, answer.text


def check(answer: httpx.Response, operation_id: str) -> Json:
    """The body, of the contract's shape but for ``loyaltyMemberships``, which is null on this side."""
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    for profile in body.get("data", [body]):
        assert profile["loyaltyMemberships"] is None
    shaped = answer.json()
    for profile in shaped.get("data", [shaped]):
        del profile["loyaltyMemberships"]
    validate_answer(shaped, operation_id, 200)
    return body


def names(body: Json) -> list[str]:
    return [profile["integrationId"] for profile in body["data"]]


@pytest.fixture
def attribute(management: httpx.Client, application: Json) -> str:
    """A fresh attribute of profiles."""
    name = f"City{application['id']}"
    body = {
        "entity": "CustomerProfile",
        "name": name,
        "title": name,
        "type": "string",
        "description": "",
        "suggestions": [],
        "editable": True,
    }
    assert management.post("/v1/attributes", json=body).status_code == 201
    return name


@pytest.mark.parametrize("integration_id", ["ann", "a/b c", "🦅", "x" * 1_000, "50%25"])
def test_a_customer_of_an_application(
    management: httpx.Client, integration: httpx.Client, application: Json, integration_id: str
) -> None:
    visit(integration, integration_id)
    visit(integration, "another")
    path = PATH.format(application["id"])
    listed = management.get(path, params={"integrationId": integration_id, "withTotalResultSize": "true"})
    body = check(listed, "getApplicationCustomers")
    assert (names(body), body["totalResultSize"], "hasMore" in body) == ([integration_id], 1, False)
    [customer] = body["data"]
    one = management.get(f"{path}/{customer['id']}")
    assert check(one, "getApplicationCustomer") == customer
    profile = management.get(f"/v1/customers/{customer['id']}")
    assert check(profile, "getCustomerProfile") == customer


def test_sales_are_those_of_closed_sessions(
    management: httpx.Client, integration: httpx.Client, application: Json
) -> None:
    line = {"name": "Mug", "sku": "MUG-1", "quantity": 2, "price": 10.25}
    name = f"buyer-{application['id']}"  # profiles are shared by the applications of the account
    visit(integration, name, state="closed", cartItems=[line])
    [customer] = management.get(PATH.format(application["id"])).json()["data"]
    assert (customer["closedSessions"], customer["totalSales"]) == (1, 20.5)
    assert integration.put(
        f"/v2/customer_sessions/{name}", json={"customerSession": {"state": "cancelled"}}
    ).is_success
    [customer] = management.get(PATH.format(application["id"])).json()["data"]
    assert (customer["closedSessions"], customer["totalSales"]) == (0, 0)


def test_pages(management: httpx.Client, integration: httpx.Client, application: Json) -> None:
    ann, bob, cem = (f"{name} of {application['id']}" for name in ("ann", "bob", "cem"))
    for name in (ann, bob, cem):
        visit(integration, name)
    path = PATH.format(application["id"])
    first = check(management.get(path, params={"pageSize": 2}), "getApplicationCustomers")
    assert (names(first), first["hasMore"], "totalResultSize" in first) == ([ann, bob], True, False)
    rest = check(management.get(path, params={"pageSize": 2, "skip": 2}), "getApplicationCustomers")
    assert (names(rest), rest["hasMore"]) == ([cem], False)


@pytest.mark.parametrize(
    ("path", "operation_id"),
    [
        ("/v1/applications/{0}/customer_search", "getApplicationCustomersByAttributes"),
        ("/v1/customer_search/no_total", "getCustomersByAttributes"),
        ("/v1/application_customer_search", "getCustomersByAttributes"),
    ],
)
def test_searches(
    management: httpx.Client,
    integration: httpx.Client,
    application: Json,
    attribute: str,
    path: str,
    operation_id: str,
) -> None:
    visit(integration, "ann")
    visit(integration, "bob")
    profile = {"attributes": {attribute: "Rome"}}
    assert integration.put("/v2/customer_profiles/ann", json=profile).is_success
    url = path.format(application["id"])
    query: Json = {"attributes": {attribute: "Rome"}, "integrationIDs": ["ann", "bob"], "profileIDs": []}
    body = check(management.post(url, json=query), operation_id)
    assert names(body) == ["ann"]
    [found] = body["data"]
    assert names(check(management.post(url, json={"profileIDs": [found["id"]]}), operation_id)) == ["ann"]
    refused = management.post(url, json={"attributes": {"Nope": 1}})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"] == {"pointer": "/attributes/Nope"}
    too_many = management.post(url, json={"profileIDs": list(range(1, 1_002))})
    assert too_many.json()["errors"][0]["source"] == {"pointer": "/profileIDs"}


def test_the_sandbox_is_another_world(server: Server, admin: httpx.Client, management: httpx.Client) -> None:
    name = "only-in-the-sandbox"
    sandbox = make_application(management, sandbox=True)
    key = make_integration_key(admin, sandbox["id"])
    with client(server, f"ApiKey-v1 {key}") as integration:
        visit(integration, name)
    query = {"integrationIDs": [name]}
    found = management.post("/v1/customer_search/no_total", params={"sandbox": "true"}, json=query)
    [profile] = check(found, "getCustomersByAttributes")["data"]
    assert (profile["integrationId"], profile["sandbox"]) == (name, True)
    live = management.post("/v1/customer_search/no_total", json=query)
    assert live.json() == {"hasMore": False, "data": []}
    page = check(management.get("/v1/customers/no_total", params={"sandbox": "true"}), "getCustomerProfiles")
    assert name in names(page)


def test_what_does_not_exist(management: httpx.Client, integration: httpx.Client, application: Json) -> None:
    visit(integration, "ann")
    [customer] = management.get(PATH.format(application["id"])).json()["data"]
    other = make_application(management)
    for path in (
        f"{PATH.format(other['id'])}/{customer['id']}",
        f"{PATH.format(application['id'])}/x",
        f"/v1/customers/{2**62}",
        f"/v1/customers/{2**70}",
        PATH.format(2**62),
    ):
        assert management.get(path).status_code == 404, path


def test_a_key_for_one_application_sees_its_customers(
    server: Server,
    admin: httpx.Client,
    management: httpx.Client,
    integration: httpx.Client,
    application: Json,
) -> None:
    visit(integration, "ann")
    [customer] = management.get(PATH.format(application["id"])).json()["data"]
    other = make_application(management)
    allowed = {application["id"]: 200, other["id"]: 404}
    for application_id, status in allowed.items():
        key = make_management_key(admin, allowedApplicationIds=[application_id])
        with client(server, f"ManagementKey-v1 {key}") as limited:
            assert limited.get(f"/v1/customers/{customer['id']}").status_code == status
            found = limited.get("/v1/customers/no_total").json()["data"]
            assert [profile["id"] for profile in found] == ([customer["id"]] if status == 200 else [])
