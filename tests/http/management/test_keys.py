"""Integration keys and management keys over HTTP (behaviour/access 2, 3)."""

from typing import Any

import httpx
import psycopg
import pytest

from tests.support.contract import validate
from tests.support.server import FAR_AWAY, Server, client, created, make_application, make_management_key


def new_key(**fields: Any) -> dict[str, Any]:
    return {"title": "checkout", "expires": FAR_AWAY, **fields}


def new_management_key(**fields: Any) -> dict[str, Any]:
    return {"name": "reports", "expiryDate": FAR_AWAY, "endpoints": [], **fields}


def test_the_value_of_an_integration_key_is_shown_once(
    server: Server, admin: httpx.Client, application: dict[str, Any]
) -> None:
    path = f"/v1/applications/{application['id']}/apikeys"
    made = created(admin.post(path, json=new_key(platform="segment")))
    validate(made, "ApplicationAPIKey")
    assert len(bytes.fromhex(made["key"])) == 32
    assert (made["platform"], made["applicationID"]) == ("segment", application["id"])
    listed = admin.get(path).json()
    assert listed["totalResultSize"] == 1
    assert "key" not in listed["data"][0]
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM application_keys t WHERE t::text LIKE %s", [f"%{made['key']}%"]
        ).fetchone()
    assert row == (0,)


def test_a_deleted_integration_key_opens_nothing(
    server: Server, admin: httpx.Client, application: dict[str, Any]
) -> None:
    path = f"/v1/applications/{application['id']}/apikeys"
    made = created(admin.post(path, json=new_key()))
    with client(server, f"ApiKey-v1 {made['key']}") as shop:
        assert shop.get("/v2/customer_sessions/none").status_code == 404
        assert admin.delete(f"{path}/{made['id']}").status_code == 204
        assert shop.get("/v2/customer_sessions/none").status_code == 401
    assert admin.delete(f"{path}/{made['id']}").status_code == 404


def test_an_application_has_one_testing_key_with_a_clock_of_its_own(
    admin: httpx.Client, application: dict[str, Any]
) -> None:
    path = f"/v1/applications/{application['id']}/apikeys"
    made = created(admin.post(path, json=new_key(type="staging", timeOffset=3_600_000_000_000)))
    assert (made["type"], made["timeOffset"]) == ("staging", 3_600_000_000_000)
    assert admin.post(path, json=new_key(type="staging")).status_code == 409
    changed = admin.put(f"{path}/{made['id']}", json={"timeOffset": -5})
    assert (changed.status_code, changed.json()["timeOffset"]) == (200, -5)


def test_keys_of_other_applications_are_not_found(admin: httpx.Client, application: dict[str, Any]) -> None:
    other = make_application(admin)
    made = created(admin.post(f"/v1/applications/{application['id']}/apikeys", json=new_key()))
    path = f"/v1/applications/{other['id']}/apikeys/{made['id']}"
    assert admin.put(path, json={"timeOffset": 1}).status_code == 404
    assert admin.delete(path).status_code == 404
    own = admin.get(f"/v1/applications/{application['id']}/apikeys").raise_for_status().json()
    assert [key["id"] for key in own["data"]] == [made["id"]]


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"expires": "2001-01-01T00:00:00Z"}, "minimum", "/expires"),
        ({"expires": "2099-01-01"}, "format", "/expires"),
        ({"expires": "2099-01-01T00:00:00"}, "format", "/expires"),
        ({"title": ""}, "minLength", "/title"),
        ({"platform": "fax"}, "enum", "/platform"),
        ({"type": "live"}, "enum", "/type"),
        ({"timeOffset": 2**63}, "maximum", "/timeOffset"),
    ],
)
def test_integration_keys_are_checked(
    admin: httpx.Client, application: dict[str, Any], fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = admin.post(f"/v1/applications/{application['id']}/apikeys", json=new_key(**fields))
    assert answer.status_code == 400
    assert (answer.json()["errors"][0]["title"], answer.json()["errors"][0]["source"]) == (
        title,
        {"pointer": pointer},
    )


def test_a_management_key_opens_its_endpoints_in_its_applications(
    server: Server, admin: httpx.Client, application: dict[str, Any]
) -> None:
    other = make_application(admin)
    endpoints = [{"method": "GET", "path": "/v1/applications/{id}"}, {"path": "/v1/applications/{a}/stores"}]
    body = new_management_key(endpoints=endpoints, allowedApplicationIds=[application["id"]])
    made = created(admin.post("/v1/management_keys", json=body))
    validate(made, "NewManagementKey")
    assert (made["endpoints"], made["allowedApplicationIds"]) == (endpoints, [application["id"]])
    with client(server, f"ManagementKey-v1 {made['key']}") as script:
        assert script.get(f"/v1/applications/{application['id']}").status_code == 200
        assert script.get(f"/v1/applications/{application['id']}/stores").status_code == 200
        assert script.put(f"/v1/applications/{application['id']}", json={}).status_code == 403
        assert script.get("/v1/applications").status_code == 403
        assert script.get(f"/v1/applications/{other['id']}").status_code == 403


def test_a_management_key_is_changed_disabled_and_deleted(server: Server, admin: httpx.Client) -> None:
    made = created(admin.post("/v1/management_keys", json=new_management_key()))
    path = f"/v1/management_keys/{made['id']}"
    with client(server, f"ManagementKey-v1 {made['key']}") as script:
        assert script.get("/v1/applications").status_code == 403
        changed = admin.put(path, json={"name": "other", "endpoints": [{"path": "*"}]})
        assert (changed.status_code, changed.json()["name"]) == (200, "other")
        assert script.get("/v1/applications").status_code == 200
        assert admin.put(path, json={"disabled": True}).json()["disabled"] is True
        assert script.get("/v1/applications").status_code == 401
        assert admin.put(path, json={"disabled": False}).json()["lastUsed"]
        assert script.get("/v1/applications").status_code == 200
        assert admin.delete(path).status_code == 204
        assert script.get("/v1/applications").status_code == 401
    assert admin.put(path, json={"name": "gone"}).status_code == 404


def test_management_keys_are_listed_without_their_values(admin: httpx.Client) -> None:
    secret = make_management_key(admin, name="listed")
    answer = admin.get("/v1/management_keys", params={"sort": "-created", "pageSize": 1})
    (listed,) = answer.json()["data"]
    validate(listed, "ManagementKey")
    assert listed["name"] == "listed"
    assert secret not in answer.text


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"expiryDate": "2001-01-01T00:00:00Z"}, "minimum", "/expiryDate"),
        ({"endpoints": [{"path": "applications"}]}, "pattern", "/endpoints/0/path"),
        ({"endpoints": [{"path": "/v1", "method": "FLY"}]}, "enum", "/endpoints/0/method"),
        ({"endpoints": [{"path": "*"}, {"path": "/v1/aplications"}]}, "Unknown", "/endpoints/1"),
        ({"endpoints": [{"path": "/v1/attributes", "method": "DELETE"}]}, "Unknown", "/endpoints/0"),
        ({"allowedApplicationIds": [2**62]}, "Unknown", "/allowedApplicationIds/0"),
        ({"name": 1}, "type", "/name"),
    ],
)
def test_management_keys_are_checked(
    admin: httpx.Client, fields: dict[str, Any], title: str, pointer: str
) -> None:
    answer = admin.post("/v1/management_keys", json=new_management_key(**fields))
    assert answer.status_code == 400
    assert (answer.json()["errors"][0]["title"], answer.json()["errors"][0]["source"]) == (
        title,
        {"pointer": pointer},
    )


def test_an_endpoint_that_does_not_exist_is_told_with_the_nearest_one(admin: httpx.Client) -> None:
    """Few are looked for: each takes milliseconds."""
    made = created(admin.post("/v1/management_keys", json=new_management_key()))
    wrong = {"path": "/v1/aplications", "method": "GET"}
    answer = admin.put(f"/v1/management_keys/{made['id']}", json={"endpoints": [wrong] * 20})
    problems = answer.json()["errors"]
    near = "there is no endpoint `GET /v1/aplications` of the Management API; did you mean `GET /v1/applications`?"
    assert problems[0]["details"] == near
    assert len(problems) == 20
    assert sum("did you mean" in problem["details"] for problem in problems) == 5


_MAKE, _CHANGE = "/v1/management_keys", "/v1/management_keys/{managementKeyId}"


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ([{"path": "/v1/applications", "method": "GET"}], None),
        ([{"path": "/v1/management_keys", "method": "POST"}], None),
        ([{"path": "/v1/applications"}], "POST /v1/applications"),
        (
            [{"path": "/v1/applications", "method": "GET"}, {"path": "/v1/users", "method": "GET"}],
            "GET /v1/users",
        ),
        ([{"path": "*", "method": "GET"}], "GET /v1"),
        ([{"path": "*"}], "DELETE /v1"),
        ([{"path": "/v1/management_keys", "method": "GET"}], "GET /v1/management_keys"),
    ],
)
def test_a_key_gives_away_no_endpoint_that_it_does_not_open(
    server: Server, admin: httpx.Client, wanted: list[dict[str, str]], refused: str | None
) -> None:
    own = [
        {"path": "/v1/applications", "method": "GET"},
        {"path": _MAKE, "method": "POST"},
        {"path": _CHANGE, "method": "PUT"},
    ]
    known = created(admin.post("/v1/management_keys", json=new_management_key()))
    key = make_management_key(admin, endpoints=own)
    with client(server, f"ManagementKey-v1 {key}") as narrow:
        made = narrow.post("/v1/management_keys", json=new_management_key(endpoints=wanted))
        changed = narrow.put(f"/v1/management_keys/{known['id']}", json={"endpoints": wanted})
    assert (made.status_code, changed.status_code) == ((201, 200) if refused is None else (403, 403))
    if refused is not None:
        assert f"this key does not open `{refused}" in made.json()["message"]


def test_a_key_for_everything_gives_away_all_but_the_administration(
    server: Server, admin: httpx.Client
) -> None:
    key = make_management_key(admin, endpoints=[{"path": "*"}, {"path": _MAKE, "method": "POST"}])
    with client(server, f"ManagementKey-v1 {key}") as wide:
        created(wide.post("/v1/management_keys", json=new_management_key(endpoints=[{"path": "*"}])))
        deletion = [{"path": "/v1/management_keys/{id}", "method": "DELETE"}]
        assert (
            wide.post("/v1/management_keys", json=new_management_key(endpoints=deletion)).status_code == 403
        )
