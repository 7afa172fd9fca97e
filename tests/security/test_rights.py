"""Who may call what: every operation walked by every kind of caller, and that a refusal writes nothing (behaviour/requests 4)."""

from __future__ import annotations

import re
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from tercel.http.app import create_app
from tercel.http.decoding.query import structs_of
from tercel.http.kernel import health
from tercel.http.kernel.operation import Access, Operation
from tercel.http.kernel.upload import Upload
from tercel.http.operations import OPERATIONS
from tercel.http.pending import PENDING
from tercel.http.reference import pages
from tercel.http.reference.document import document_operations
from tercel.settings import Settings
from tests.security.callers import KNOWN, UNKNOWN, Place
from tests.security.minimal import minimal
from tests.security.things import make_things
from tests.support.server import Server, client

EVERY = [*OPERATIONS, *health.api, *document_operations(OPERATIONS), *pages.api]
GUARDED = [operation for operation in EVERY if operation.access is not Access.PUBLIC]
#: Open to anybody. Whoever adds one adds it here too.
PUBLIC = {
    "createSession",
    "getLiveness",
    "getReadiness",
    "getMetrics",
    "getIntegrationDocument",
    "getManagementDocument",
    "getHomePage",
    "getReferencePage",
    "getReferenceFile",
}
_PARAMETER = re.compile(r"\{(\w+)\}")
NOBODY_HAS = 2**62


@pytest.fixture(scope="module")
def place(server: Server, admin: httpx.Client) -> Place:
    return Place(server, admin, OPERATIONS)


@pytest.fixture(scope="module")
def application_id(place: Place) -> int:
    return int(place.application()["id"])


def call(opened: httpx.Client, operation: Operation, ids: dict[str, Any]) -> httpx.Response:
    """Call an operation with as little as it takes."""
    if "management_keys" in operation.path:
        ids = {"keyId": ids.get("managementKeyId", NOBODY_HAS)}
    path = _PARAMETER.sub(lambda match: str(ids.get(match[1], NOBODY_HAS)), operation.path)
    structs = () if operation.query is None else structs_of(operation.query)
    query = {name: value for struct in structs for name, value in minimal(struct).items()}
    if operation.body is Upload:
        return opened.request(operation.method, path, params=query, files={"upFile": b"column\n"})
    body = None if operation.body is None else minimal(operation.body)
    return opened.request(operation.method, path, params=query, json=body)


def contents(dsn: str) -> dict[str, Any]:
    """A digest of every table, without what valid keys leave: when they were last used."""
    found = {}
    with psycopg.connect(dsn) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%'"
        for (name,) in connection.execute(query).fetchall():
            digest = sql.SQL(
                "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM (SELECT to_jsonb(x) - 'last_used' FROM {} x) t"
            )
            found[name] = connection.execute(digest.format(sql.Identifier(name))).fetchone()
    return found


def told_otherwise(
    place: Place, authorization: str, expected: dict[str, int], ids: dict[str, Any]
) -> dict[str, tuple[int, int, str]]:
    """Call each operation; those that told something else, and the tables that changed."""
    before = contents(place.server.dsn)
    wrong = {}
    with client(place.server, authorization) as opened:
        for operation in GUARDED:
            if operation.id not in expected:
                continue
            answer = call(opened, operation, ids)
            body = answer.json()
            if answer.status_code != expected[operation.id] or body.get("StatusCode") != answer.status_code:
                wrong[operation.id] = (expected[operation.id], answer.status_code, answer.text)
    after = contents(place.server.dsn)
    changed = {name: (0, 0, "changed") for name in after if after[name] != before[name]}
    return wrong | changed


def test_every_route_is_an_operation_with_a_decided_access(settings: Settings) -> None:
    app: Any = create_app(settings, lambda: None)  # type: ignore[arg-type, return-value]  # never started
    while hasattr(app, "_app"):
        app = app._app
    routed = [*EVERY, *PENDING]
    assert sorted(app.router.routes) == sorted((operation.method, operation.path) for operation in routed)
    for operation in routed:
        found, _ = app.router.find(operation.method, operation.path)
        assert found.operation.id == operation.id
    assert {operation.id for operation in EVERY if operation.access is Access.PUBLIC} == PUBLIC


@pytest.mark.parametrize("kind", UNKNOWN)
def test_whom_nothing_opens(kind: str, place: Place, application_id: int) -> None:
    expected = {operation.id: 401 for operation in GUARDED}
    assert told_otherwise(place, UNKNOWN[kind](place), expected, {"applicationId": application_id}) == {}


@pytest.mark.parametrize("kind", KNOWN)
def test_what_stays_closed(kind: str, place: Place, application_id: int) -> None:
    make, told = KNOWN[kind]
    expected = {operation.id: status for operation in GUARDED if (status := told(operation)) is not None}
    assert expected
    assert told_otherwise(place, make(place), expected, {"applicationId": application_id}) == {}


@pytest.fixture(scope="module")
def things(place: Place) -> dict[str, Any]:
    return make_things(place)


def parameters_of(operation: Operation) -> set[str]:
    return set(_PARAMETER.findall(operation.path))


def test_there_is_one_of_everything_that_a_path_can_name(things: dict[str, Any]) -> None:
    named = {name for operation in GUARDED for name in parameters_of(operation)}
    assert named <= set(things)


MANAGED = [operation for operation in GUARDED if operation.access is not Access.INTEGRATION]


def test_another_account_reaches_nothing_by_its_id(place: Place, things: dict[str, Any]) -> None:
    stranger = place.token_of(place.user(account="Another"))
    expected = {operation.id: 404 for operation in MANAGED if parameters_of(operation)}
    assert told_otherwise(place, stranger, expected, things) == {}


def test_another_account_finds_nothing_in_lists(place: Place, things: dict[str, Any]) -> None:
    with client(place.server, place.token_of(place.user(account="A third one"))) as stranger:
        for operation in MANAGED:
            if operation.method == "GET" and not parameters_of(operation):
                answer = stranger.get(operation.path)
                assert (answer.status_code, answer.json()["data"]) == (200, []), operation.id
    assert things


def test_things_are_reached_through_their_own_application_only(
    place: Place, things: dict[str, Any], application_id: int
) -> None:
    expected = {
        operation.id: 404
        for operation in MANAGED
        if "applicationId" in parameters_of(operation) and len(parameters_of(operation)) > 1
    }
    elsewhere = {**things, "applicationId": application_id}
    assert told_otherwise(place, f"Bearer {place.token()}", expected, elsewhere) == {}


#: Of an application's own making whatever is named, or about nothing but the key; names of another application's things mean nothing there.
OWN_NAMES = {
    "authPing",
    "updateCustomerSessionV2",
    "updateCustomerProfileV2",
    "updateCustomerProfilesV2",
    "trackEventV2",
    "trackEventV3",
    "createReferral",
    "createReferralsForMultipleAdvocates",
    "getReservedCoupons",
}


def test_a_key_reaches_nothing_of_another_application(place: Place, things: dict[str, Any]) -> None:
    # Programs belong to the account: that one is not connected is told.
    expected = {
        operation.id: 403 if "loyaltyProgramId" in parameters_of(operation) else 404
        for operation in GUARDED
        if operation.access is Access.INTEGRATION and operation.id not in OWN_NAMES
    }
    assert {operation.id for operation in GUARDED} > OWN_NAMES
    assert told_otherwise(place, f"ApiKey-v1 {place.integration_key()}", expected, things) == {}


def test_names_of_another_applications_things_mean_nothing(place: Place, things: dict[str, Any]) -> None:
    session = {"profileId": "somebody", "couponCodes": [things["couponValue"]], "state": "open"}
    friend = {"campaignId": things["campaignId"], "advocateProfileIntegrationId": "somebody"}
    with client(place.server, f"ApiKey-v1 {place.integration_key()}") as shop:
        answer = shop.put(
            f"/v2/customer_sessions/{things['customerSessionId']}", json={"customerSession": session}
        )
        [effect] = answer.json()["effects"]
        assert effect["props"]["rejectionReason"] == "CouponNotFound"
        assert shop.post("/v1/referrals", json=friend).status_code in {400, 404}
        reserved = shop.get(f"/v1/coupon_reservations/coupons/{things['integrationId']}").json()
        assert reserved["data"] == []


@pytest.mark.parametrize(
    "authorization",
    [
        "ApiKey-v1 wrong",
        "ManagementKey-v1 x y",
        "Bearer ✓".encode(),
        b"Bearer \xff",
        "Bearer " + "0" * 10_000,
        "apikey-v1 x",
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_key(authorization: str | bytes, server: Server) -> None:
    for path in ("/v1/applications", "/v2/customer_sessions/s"):
        answer = httpx.get(server.url + path, headers={"Authorization": authorization}, timeout=30)
        assert (answer.status_code, answer.json()["StatusCode"]) == (401, 401)
