"""Additional costs over the wire."""

import itertools
from typing import Any

import httpx
import pytest

from tests.support.contract import validate_answer
from tests.support.server import created

_numbers = itertools.count(1)


def _body(**fields: Any) -> dict[str, Any]:
    return {"name": f"delivery{next(_numbers)}", "title": "Shipping", "description": "To the door", **fields}


def test_a_cost_lives_through_its_operations(management: httpx.Client) -> None:
    body = _body(type="item")
    made = created(management.post("/v1/additional_costs", json=body))
    validate_answer(made, "createAdditionalCost", 201)
    assert {name: made[name] for name in body} == body
    path = f"/v1/additional_costs/{made['id']}"
    read = management.get(path).json()
    validate_answer(read, "getAdditionalCost", 200)
    assert read == made
    changed = management.put(path, json={**body, "title": "Freight", "type": "both"}).json()
    validate_answer(changed, "updateAdditionalCost", 200)
    assert changed == {**made, "title": "Freight", "type": "both"}
    listed = management.get("/v1/additional_costs", params={"sort": "-created"}).json()
    validate_answer(listed, "getAdditionalCosts", 200)
    assert changed in listed["data"]
    assert listed["totalResultSize"] == len(listed["data"])


def test_a_cost_belongs_to_the_session_unless_told_otherwise(management: httpx.Client) -> None:
    assert created(management.post("/v1/additional_costs", json=_body()))["type"] == "session"


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"name": "a b"}, "pattern", "/name"),
        ({"name": ""}, "pattern", "/name"),
        ({"title": "é"}, "pattern", "/title"),
        ({"type": "cart"}, "enum", "/type"),
        ({"description": 1}, "type", "/description"),
        ({"subscribedApplicationsIds": [999999999]}, "Unknown", "/subscribedApplicationsIds/0"),
    ],
)
def test_bad_costs_are_refused(
    management: httpx.Client, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = management.post("/v1/additional_costs", json=_body(**fields))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


def test_a_taken_name_is_a_conflict(management: httpx.Client) -> None:
    body = _body()
    created(management.post("/v1/additional_costs", json=body))
    assert management.post("/v1/additional_costs", json=body).status_code == 409


def test_unknown_costs_are_not_found(management: httpx.Client) -> None:
    assert management.get("/v1/additional_costs/999999999").status_code == 404
    assert management.put("/v1/additional_costs/999999999", json=_body()).status_code == 404
