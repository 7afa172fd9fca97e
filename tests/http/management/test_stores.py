"""Stores over the wire."""

from typing import Any

import httpx
import pytest

from tests.support.contract import validate_answer
from tests.support.server import created, make_application


@pytest.fixture
def path(application: dict[str, Any]) -> str:
    return f"/v1/applications/{application['id']}/stores"


def _body(integration_id: str = "store-1", **fields: Any) -> dict[str, Any]:
    return {"name": "Mitte", "description": "", "integrationId": integration_id, **fields}


@pytest.mark.parametrize("integration_id", ["store-1", "a/b c", "ladén 🏬", "x" * 1000])
def test_a_store_lives_through_its_operations(
    management: httpx.Client, path: str, integration_id: str
) -> None:
    made = created(management.post(path, json=_body(integration_id)))
    validate_answer(made, "createStore", 201)
    assert made["integrationId"] == integration_id
    assert made["linkedCampaignIds"] == []
    one = f"{path}/{made['id']}"
    read = management.get(one).json()
    validate_answer(read, "getStore", 200)
    assert read == made
    changed = management.put(one, json=_body(integration_id, name="Nord")).json()
    validate_answer(changed, "updateStore", 200)
    assert (changed["name"], changed["id"]) == ("Nord", made["id"])
    deleted = management.delete(one)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert management.get(one).status_code == 404
    assert management.delete(one).status_code == 404


def test_other_stores_stay_as_they_are(management: httpx.Client, path: str) -> None:
    first, second, third = (created(management.post(path, json=_body(name))) for name in ("1", "2", "3"))
    changed = management.put(f"{path}/{second['id']}", json=_body("2", name="Nord")).raise_for_status().json()
    assert management.get(path).json()["data"] == [first, changed, third]
    management.delete(f"{path}/{second['id']}").raise_for_status()
    assert management.get(path).json()["data"] == [first, third]


def test_stores_are_listed_with_or_without_their_number(management: httpx.Client, path: str) -> None:
    made = [created(management.post(path, json=_body(f"s-{index}"))) for index in range(3)]
    listed = management.get(path, params={"pageSize": 2}).json()
    validate_answer(listed, "listStores", 200)
    assert listed == {"hasMore": True, "data": made[:2]}
    query: dict[str, Any] = {"pageSize": 2, "skip": 2, "withTotalResultSize": "true"}
    assert management.get(path, params=query).json() == {"totalResultSize": 3, "data": made[2:]}
    assert management.get(path, params={"integrationId": "s-1"}).json()["data"] == made[1:2]
    assert management.get(path, params={"query": "S-2"}).json()["data"] == made[2:]
    assert management.get(path, params={"name": "nord"}).json() == {"hasMore": False, "data": []}


def test_stores_are_listed_by_campaign(
    management: httpx.Client, application: dict[str, Any], path: str
) -> None:
    first, second = (created(management.post(path, json=_body(name))) for name in ("1", "2"))
    campaign = created(
        management.post(
            f"/v1/applications/{application['id']}/campaigns",
            json={"name": "c", "tags": [], "features": [], "limits": [], "linkedStoreIds": [second["id"]]},
        )
    )
    listed = management.get(path, params={"campaignId": campaign["id"]}).json()["data"]
    assert listed == [{**second, "linkedCampaignIds": [campaign["id"]]}]
    assert management.get(f"{path}/{first['id']}").json()["linkedCampaignIds"] == []


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"name": ""}, "minLength", "/name"),
        ({"name": "x" * 201}, "maxLength", "/name"),
        ({"integrationId": ""}, "minLength", "/integrationId"),
        ({"integrationId": "x" * 1001}, "maxLength", "/integrationId"),
        ({"description": None}, "type", "/description"),
        ({"attributes": []}, "type", "/attributes"),
        ({"attributes": {"Nowhere": 1}}, "Unknown", "/attributes/Nowhere"),
    ],
)
def test_bad_stores_are_refused(
    management: httpx.Client, path: str, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = management.post(path, json={**_body(), **fields})
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


def test_a_taken_integration_id_is_a_conflict(management: httpx.Client, path: str) -> None:
    created(management.post(path, json=_body()))
    answer = management.post(path, json=_body(name="Other"))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["source"] == {"pointer": "/integrationId"}


def test_the_integration_id_is_fixed(management: httpx.Client, path: str) -> None:
    made = created(management.post(path, json=_body()))
    answer = management.put(f"{path}/{made['id']}", json=_body("store-2"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "readOnly"


def test_stores_of_other_applications_are_not_found(management: httpx.Client, path: str) -> None:
    other = make_application(management)
    made = created(management.post(path, json=_body()))
    assert management.get(f"/v1/applications/{other['id']}/stores/{made['id']}").status_code == 404
    assert management.get("/v1/applications/999999999/stores").status_code == 404
