"""Campaigns over the wire."""

import itertools
from typing import Any

import httpx
import pytest

from tercel.base.limits import LINKED_STORES_MAX
from tests.support.contract import validate_answer
from tests.support.server import created, make_application

_numbers = itertools.count(1)
_LIMIT = {"action": "setDiscount", "limit": 99.5, "period": "daily", "entities": ["Profile"]}
_CODES = {"validCharacters": ["A", "B"], "couponPattern": "X-####"}


@pytest.fixture
def path(application: dict[str, Any]) -> str:
    return f"/v1/applications/{application['id']}/campaigns"


def _body(**fields: Any) -> dict[str, Any]:
    return {"name": "Summer", "state": "enabled", "tags": [], "features": [], "limits": [], **fields}


def _define(management: httpx.Client, kind: str = "string") -> str:
    name = f"CampaignAttribute{next(_numbers)}"
    body = {
        "entity": "Campaign",
        "name": name,
        "title": name,
        "type": kind,
        "description": "",
        "suggestions": [],
        "editable": True,
    }
    created(management.post("/v1/attributes", json=body))
    return name


def test_a_campaign_lives_through_its_operations(management: httpx.Client, path: str) -> None:
    owner = _define(management)
    body = _body(
        description="Ten percent",
        startTime="2026-01-01T00:00:00Z",
        endTime="2026-12-31T23:00:00.5+01:00",
        attributes={owner: "Ada"},
        tags=["a"],
        features=["coupons", "giveaways", "advancedEvents"],
        limits=[_LIMIT],
        couponSettings=_CODES,
        referralSettings=_CODES,
        reevaluateOnReturn=True,
        campaignGroups=[1],
    )
    made = created(management.post(path, json=body))
    validate_answer(made, "getCampaign", 200)
    assert {name: made[name] for name in body} == {**body, "endTime": "2026-12-31T22:00:00.500000Z"}
    assert made["budgets"] == [{"action": "setDiscount", "limit": 99.5, "counter": 0}]
    assert made["storesImported"] is False
    one = f"{path}/{made['id']}"
    read = management.get(one).json()
    validate_answer(read, "getCampaign", 200)
    assert read == made
    changed = management.put(one, json=_body(name="Winter", state="disabled")).json()
    validate_answer(changed, "updateCampaign", 200)
    assert (changed["name"], changed["frontendState"]) == ("Winter", "disabled")
    assert "startTime" not in changed
    assert "couponSettings" not in changed
    deleted = management.delete(one)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert management.get(one).status_code == 404
    assert management.delete(one).status_code == 404
    assert management.put(one, json=_body()).status_code == 404


def test_what_was_read_can_be_written_back(management: httpx.Client, path: str) -> None:
    made = created(management.post(path, json=_body(limits=[_LIMIT], couponSettings=_CODES, tags=["a"])))
    written = management.put(f"{path}/{made['id']}", json=made)
    assert written.status_code == 200, written.text
    changed = written.json()
    assert {**changed, "updated": None, "updatedBy": None} == {**made, "updated": None, "updatedBy": None}


def test_campaigns_are_listed_and_narrowed(management: httpx.Client, path: str) -> None:
    first = created(management.post(path, json=_body(name="Spring", tags=["Shoes", "Hats"])))
    second = created(management.post(path, json=_body(name="Summer", startTime="2099-01-01T00:00:00Z")))
    third = created(management.post(path, json=_body(name="Winter", state="disabled")))

    def found(**query: Any) -> list[Any]:
        answer = management.get(path, params=query)
        assert answer.status_code == 200, answer.text
        validate_answer(answer.json(), "getCampaigns", 200)
        return list(answer.json()["data"])

    assert found() == [first, second, third]
    assert found(sort="-name", pageSize=2) == [third, second]
    assert found(campaignState="running") == [first]
    assert found(campaignState="scheduled") == [second]
    assert found(campaignState="enabled") == [first, second]
    assert found(campaignState="disabled") == [third]
    assert found(name="SUM") == [second]
    assert found(tags="hats,x") == [first]
    assert found(tags=["hats", "x"], name="win") == [first, third]
    assert found(startAfter="2098-12-31") == [second]
    assert found(createdBefore="2000-01-01") == []
    assert management.get(path, params={"pageSize": 1}).json()["totalResultSize"] == 3


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"campaignState": "sleeping"}, "campaignState"),
        ({"createdAfter": "soon"}, "createdAfter"),
        ({"pageSize": 10_001}, "pageSize"),
        ({"sort": "budgets"}, "sort"),
        ({"storeId": "x"}, "storeId"),
        ({"storeId": "9" * 20}, "storeId"),
    ],
)
def test_bad_filters_are_refused(
    management: httpx.Client, path: str, query: dict[str, Any], parameter: str
) -> None:
    answer = management.get(path, params=query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": parameter}


def test_campaigns_are_found_by_attributes(
    management: httpx.Client, application: dict[str, Any], path: str
) -> None:
    size, owner = _define(management, "number"), _define(management)
    made = created(management.post(path, json=_body(attributes={size: 2.5, owner: "Ada"})))
    created(management.post(path, json=_body(attributes={size: 3, owner: "Ada"})))
    search = f"/v1/applications/{application['id']}/campaigns_search"
    answer = management.post(search, json={"attributes": {size: 2.50, owner: "Ada"}}).json()
    validate_answer(answer, "getCampaignByAttributes", 200)
    assert answer == {"totalResultSize": 1, "data": [made]}
    running = {"params": {"campaignState": "archived"}, "json": {"attributes": {owner: "Ada"}}}
    assert management.post(search, **running).json()["data"] == []  # type: ignore[arg-type]  # keywords of a request
    unknown = management.post(search, json={"attributes": {"Nowhere": 1}})
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["source"] == {"pointer": "/attributes/Nowhere"}


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"name": ""}, "minLength", "/name"),
        ({"state": "running"}, "enum", "/state"),
        ({"features": ["points"]}, "enum", "/features/0"),
        ({"type": "item"}, "enum", "/type"),
        ({"tags": ["x"] * 51}, "maxItems", "/tags"),
        ({"tags": [""]}, "minLength", "/tags/0"),
        ({"tags": ["x" * 51]}, "maxLength", "/tags/0"),
        ({"startTime": "tomorrow"}, "format", "/startTime"),
        ({"startTime": "2026-01-01T00:00:00"}, "format", "/startTime"),
        ({"startTime": "2026-01-02T00:00:00Z", "endTime": "2026-01-01T00:00:00Z"}, "minimum", "/endTime"),
        ({"limits": [{**_LIMIT, "action": "buy"}]}, "enum", "/limits/0/action"),
        ({"limits": [{**_LIMIT, "limit": -1}]}, "minimum", "/limits/0/limit"),
        ({"limits": [{**_LIMIT, "limit": "5"}]}, "type", "/limits/0/limit"),
        ({"limits": [{**_LIMIT, "period": "hourly"}]}, "enum", "/limits/0/period"),
        ({"limits": [{**_LIMIT, "entities": ["Cart"]}]}, "enum", "/limits/0/entities/0"),
        ({"limits": [_LIMIT, _LIMIT]}, "duplicate", "/limits/1"),
        ({"linkedStoreIds": [1] * 51}, "maxItems", "/linkedStoreIds"),
        ({"linkedStoreIds": [999999999]}, "Unknown", "/linkedStoreIds/0"),
        ({"couponSettings": {**_CODES, "couponPattern": "##"}}, "minLength", "/couponSettings/couponPattern"),
        ({"couponSettings": {**_CODES, "couponPattern": "###!"}}, "pattern", "/couponSettings/couponPattern"),
        ({"couponSettings": {"couponPattern": "###"}}, "required", "/couponSettings/validCharacters"),
        ({"attributes": {"Nowhere": 1}}, "Unknown", "/attributes/Nowhere"),
        ({"couponAttributes": {"Nowhere": 1}}, "Unknown", "/couponAttributes/Nowhere"),
        ({"activeRulesetId": 999999999}, "Unknown", "/activeRulesetId"),
        ({"evaluationGroupId": 999999999}, "Unknown", "/evaluationGroupId"),
    ],
)
def test_bad_campaigns_are_refused(
    management: httpx.Client, path: str, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = management.post(path, json=_body(**fields))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


@pytest.mark.parametrize(
    ("fields", "number"), [({"tags": ["x" * 50] * 50}, 50), ({"name": "x" * 1000}, 1000)]
)
def test_the_largest_allowed_is_accepted(
    management: httpx.Client, path: str, fields: dict[str, Any], number: int
) -> None:
    made = created(management.post(path, json=_body(**fields)))
    assert {len(made[name]) for name in fields} == {number}


def test_a_campaign_may_be_linked_to_so_many_stores(
    management: httpx.Client, application: dict[str, Any], path: str
) -> None:
    stores = f"/v1/applications/{application['id']}/stores"
    ids = [
        created(management.post(stores, json={"name": "s", "description": "", "integrationId": str(number)}))[
            "id"
        ]
        for number in range(LINKED_STORES_MAX)
    ]
    made = created(management.post(path, json=_body(linkedStoreIds=ids)))
    assert made["linkedStoreIds"] == ids
    assert management.get(path, params={"storeId": ids[-1]}).json()["data"] == [made]


@pytest.mark.parametrize("field", ["name", "tags", "features", "limits"])
def test_an_update_needs_what_the_contract_requires(management: httpx.Client, path: str, field: str) -> None:
    made = created(management.post(path, json=_body()))
    body = _body()
    del body[field]
    answer = management.put(f"{path}/{made['id']}", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"pointer": f"/{field}"}


def test_an_archived_campaign_is_only_restored(management: httpx.Client, path: str) -> None:
    made = created(management.post(path, json=_body()))
    one = f"{path}/{made['id']}"
    assert management.put(one, json=_body(state="archived")).json()["frontendState"] == "archived"
    assert management.put(one, json=_body(state="enabled")).status_code == 400
    assert management.put(one, json=_body(state="disabled")).json()["frontendState"] == "disabled"


def test_campaigns_of_other_applications_are_not_found(management: httpx.Client, path: str) -> None:
    other = make_application(management)
    made = created(management.post(path, json=_body()))
    assert management.get(f"/v1/applications/{other['id']}/campaigns/{made['id']}").status_code == 404
    assert management.get("/v1/applications/999999999/campaigns").status_code == 404
