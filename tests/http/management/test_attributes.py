"""Attributes and event types over the wire."""

import itertools
from typing import Any

import httpx
import pytest

from tercel.base import limits
from tests.support.contract import validate_answer
from tests.support.server import created

_numbers = itertools.count(1)


def _body(**fields: Any) -> dict[str, Any]:
    name = f"Attribute{next(_numbers)}"
    return {
        "entity": "CustomerSession",
        "name": name,
        "title": name,
        "type": "string",
        "description": "",
        "suggestions": [],
        "editable": True,
        **fields,
    }


def test_an_attribute_lives_through_its_operations(management: httpx.Client) -> None:
    body = _body(suggestions=["app", "web"])
    made = created(management.post("/v1/attributes", json=body))
    validate_answer(made, "createAttribute", 201)
    assert {name: made[name] for name in body} == body
    path = f"/v1/attributes/{made['id']}"
    read = management.get(path).json()
    validate_answer(read, "getAttribute", 200)
    assert read == made
    changed = management.put(path, json={**body, "description": "changed"}).json()
    validate_answer(changed, "updateAttribute", 200)
    assert changed == {**made, "description": "changed"}


def test_attributes_are_listed_by_entity_kind_and_text(management: httpx.Client) -> None:
    made = created(management.post("/v1/attributes", json=_body(entity="Giveaway")))
    query = {"entity": "Giveaway", "kind": "custom", "search": made["name"].lower(), "sort": "-name"}
    listed = management.get("/v1/attributes", params=query).json()
    validate_answer(listed, "getAttributes", 200)
    assert made in listed["data"]
    assert management.get("/v1/attributes", params={**query, "kind": "builtin"}).json()["data"] == []


def test_attributes_are_listed_by_application(management: httpx.Client, application: dict[str, Any]) -> None:
    mine = created(
        management.post("/v1/attributes", json=_body(subscribedApplicationsIds=[application["id"]]))
    )
    query = {"applicationIds": f"{application['id']},{application['id'] + 1}"}
    assert mine in management.get("/v1/attributes", params=query).json()["data"]
    query = {"applicationIds": str(application["id"] + 1)}
    assert mine not in management.get("/v1/attributes", params=query).json()["data"]


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"entity": "Cart"}, "enum", "/entity"),
        ({"type": "(list boolean)"}, "enum", "/type"),
        ({"name": "1a"}, "pattern", "/name"),
        ({"name": "a\n"}, "pattern", "/name"),
        ({"name": "é"}, "pattern", "/name"),
        ({"title": "$"}, "pattern", "/title"),
        ({"suggestions": [""]}, "minLength", "/suggestions/0"),
        ({"suggestions": "a"}, "type", "/suggestions"),
        ({"subscribedApplicationsIds": [0]}, "minimum", "/subscribedApplicationsIds/0"),
        ({"editable": None}, "type", "/editable"),
        ({"entity": "Event"}, "required", "/eventType"),
    ],
)
def test_bad_attributes_are_refused(
    management: httpx.Client, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = management.post("/v1/attributes", json=_body(**fields))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


@pytest.mark.parametrize(
    ("field", "element", "largest"),
    [
        ("suggestions", "x", limits.SUGGESTIONS_MAX),
        ("subscribedCatalogsIds", 1, limits.SUBSCRIPTIONS_MAX),
    ],
)
def test_lists_are_limited(management: httpx.Client, field: str, element: Any, largest: int) -> None:
    made = created(management.post("/v1/attributes", json=_body(**{field: [element] * largest})))
    assert len(made[field]) == largest
    answer = management.post("/v1/attributes", json=_body(**{field: [element] * (largest + 1)}))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "maxItems"


def test_suggestions_may_be_left_out(management: httpx.Client) -> None:
    body = _body()
    del body["suggestions"]
    assert created(management.post("/v1/attributes", json=body))["suggestions"] == []


@pytest.mark.parametrize("field", ["entity", "name", "title", "type", "description", "editable"])
def test_fields_that_are_required(management: httpx.Client, field: str) -> None:
    body = _body()
    del body[field]
    answer = management.post("/v1/attributes", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"pointer": f"/{field}"}


def test_a_taken_name_is_a_conflict(management: httpx.Client) -> None:
    body = _body()
    created(management.post("/v1/attributes", json=body))
    answer = management.post("/v1/attributes", json={**body, "title": "Other"})
    assert (answer.status_code, answer.json()["StatusCode"]) == (409, 409)


@pytest.mark.parametrize("attribute_id", ["999999999", "0", "-1", "x", "9" * 30])
def test_unknown_attributes_are_not_found(management: httpx.Client, attribute_id: str) -> None:
    assert management.get(f"/v1/attributes/{attribute_id}").status_code == 404
    assert management.put(f"/v1/attributes/{attribute_id}", json=_body()).status_code == 404


def test_event_types_come_with_attributes_or_by_themselves(management: httpx.Client) -> None:
    first, second = (f"Type {next(_numbers)}" for _ in range(2))
    attribute = created(management.post("/v1/attributes", json=_body(entity="Event", eventType=first)))
    made = created(management.post("/v1/event_types", json={"name": second, "title": "Second"}))
    listed = management.get("/v1/event_types", params={"includeOldVersions": "true", "sort": "name"}).json()
    validate_answer(listed, "getEventTypes", 200)
    names = {one["name"]: one for one in listed["data"]}
    assert attribute["eventTypeId"] == names[first]["id"]
    assert names[second] == made
    only = management.get("/v1/event_types", params={"name": second}).json()
    assert (only["totalResultSize"], only["data"]) == (1, [made])
    assert management.post("/v1/event_types", json={"name": second, "title": "x"}).status_code == 409
    assert management.post("/v1/event_types", json={"name": "talon_x", "title": "x"}).status_code == 400
