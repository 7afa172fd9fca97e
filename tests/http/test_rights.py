"""Who may call what: every operation, with every kind of key that should not open it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tercel.features.keys.secret import digest, make_secret
from tercel.http.kernel.operation import Access, Operation
from tercel.http.operations import OPERATIONS
from tests.support.server import (
    Server,
    client,
    make_application,
    make_integration_key,
    make_management_key,
)

_PARAMETER = re.compile(r"\{\w+\}")
GUARDED = [operation for operation in OPERATIONS if operation.access is not Access.PUBLIC]
INTEGRATION = [operation for operation in GUARDED if operation.access is Access.INTEGRATION]
MANAGEMENT = [operation for operation in GUARDED if operation.access is not Access.INTEGRATION]
ADMIN = [operation for operation in GUARDED if operation.access is Access.ADMIN]
IN_APPLICATIONS = [operation for operation in MANAGEMENT if "{applicationId}" in operation.path]
NOBODY_HAS = 2**62


def named(operation: Operation) -> str:
    return operation.id


def send(opened: httpx.Client, operation: Operation, ids: int | str = NOBODY_HAS) -> httpx.Response:
    return opened.request(operation.method, _PARAMETER.sub(str(ids), operation.path))


def assert_refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["StatusCode"] == status
    assert answer.json()["message"]


@pytest.fixture(scope="module")
def integration_key(admin: httpx.Client) -> str:
    return make_integration_key(admin, make_application(admin)["id"])


@pytest.fixture(scope="module")
def useless(server: Server, admin: httpx.Client) -> Iterator[httpx.Client]:
    """A management key that opens only what does not exist."""
    nothing = [{"method": "GET", "path": "/v1/nothing"}]
    with client(server, f"ManagementKey-v1 {make_management_key(admin, endpoints=nothing)}") as opened:
        yield opened


@pytest.fixture(scope="module")
def elsewhere(server: Server, admin: httpx.Client) -> Iterator[httpx.Client]:
    """A management key for all endpoints, by name, of an application that nobody else uses."""
    endpoints = [{"method": operation.method, "path": operation.path} for operation in MANAGEMENT]
    allowed = [make_application(admin)["id"]]
    key = make_management_key(admin, endpoints=endpoints, allowedApplicationIds=allowed)
    with client(server, f"ManagementKey-v1 {key}") as opened:
        yield opened


@pytest.mark.parametrize("operation", GUARDED, ids=named)
def test_nothing_opens_without_a_key(operation: Operation, api: httpx.Client) -> None:
    assert_refused(send(api, operation), 401)


@pytest.mark.parametrize("operation", MANAGEMENT, ids=named)
def test_integration_keys_open_no_management(
    operation: Operation, server: Server, integration_key: str
) -> None:
    with client(server, f"ApiKey-v1 {integration_key}") as opened:
        assert_refused(send(opened, operation), 401)


@pytest.mark.parametrize("operation", INTEGRATION, ids=named)
def test_management_keys_open_no_integration(operation: Operation, management: httpx.Client) -> None:
    assert_refused(send(management, operation), 401)


@pytest.mark.parametrize("operation", MANAGEMENT, ids=named)
def test_management_keys_open_only_their_endpoints(operation: Operation, useless: httpx.Client) -> None:
    assert_refused(send(useless, operation), 403)


@pytest.mark.parametrize("operation", ADMIN, ids=named)
def test_the_wildcard_does_not_open_the_administration(
    operation: Operation, management: httpx.Client
) -> None:
    assert_refused(send(management, operation), 403)


@pytest.mark.parametrize("operation", IN_APPLICATIONS, ids=named)
def test_management_keys_open_only_their_applications(
    operation: Operation, elsewhere: httpx.Client, application: dict[str, Any]
) -> None:
    assert_refused(send(elsewhere, operation, application["id"]), 403)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "ApiKey-v1",
        "ApiKey-v1 wrong",
        f"ApiKey-v1 {'0' * 64}",
        "Bearer ✓".encode(),
        f"Bearer {'0' * 64}",
        "ManagementKey-v1 x y",
        "Basic YTpi",
    ],
    ids=str,
)
def test_what_is_no_key(authorization: str | bytes, server: Server) -> None:
    for path in ("/v1/applications", "/v2/customer_sessions/s"):
        answer = httpx.get(server.url + path, headers={"Authorization": authorization})
        assert_refused(answer, 401)


def change(server: Server, statement: str, *parameters: object) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(statement, parameters)  # type: ignore[arg-type]  # a literal at every caller


def test_expired_keys_open_nothing(server: Server, admin: httpx.Client) -> None:
    integration_key = make_integration_key(admin, make_application(admin)["id"])
    management_key = make_management_key(admin)
    expired = "now() - interval '1 second'"
    change(
        server,
        f"UPDATE application_keys SET expires = {expired} WHERE key_hash = %s",
        digest(integration_key),
    )
    change(
        server,
        f"UPDATE management_keys SET expiry_date = {expired} WHERE key_hash = %s",
        digest(management_key),
    )
    with client(server, f"ApiKey-v1 {integration_key}") as opened:
        assert_refused(opened.get("/v2/customer_sessions/s"), 401)
    with client(server, f"ManagementKey-v1 {management_key}") as opened:
        assert_refused(opened.get("/v1/applications"), 401)


def test_the_keys_of_deactivated_users_open_nothing(server: Server) -> None:
    key, token = make_secret(), make_secret()
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        user_id = connection.execute(
            "INSERT INTO users (account_id, email, name, state, is_admin)"
            " SELECT id, 'gone@example.com', 'Gone', 'deactivated', true FROM accounts LIMIT 1 RETURNING id"
        ).fetchone()[0]  # type: ignore[index]  # an insert returns its row
        connection.execute(
            "INSERT INTO management_keys (account_id, created_by, name, key_hash, endpoints, expiry_date)"
            " SELECT account_id, id, 'k', %s, '[{\"path\": \"*\"}]', '2099-01-01' FROM users WHERE id = %s",
            [digest(key), user_id],
        )
        connection.execute(
            "INSERT INTO user_tokens (token_hash, user_id, expires) VALUES (%s, %s, '2099-01-01')",
            [digest(token), user_id],
        )
    for authorization in (f"ManagementKey-v1 {key}", f"Bearer {token}"):
        with client(server, authorization) as opened:
            assert_refused(opened.get("/v1/applications"), 401)


@pytest.fixture(scope="module")
def stranger(server: Server) -> Iterator[httpx.Client]:
    """The administrator of another account."""
    token = make_secret()
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(
            "WITH account AS (INSERT INTO accounts (name) VALUES ('Other') RETURNING id),"
            " person AS (INSERT INTO users (account_id, email, name, state, is_admin)"
            " SELECT id, 'other@example.com', 'Other', 'active', true FROM account RETURNING id)"
            " INSERT INTO user_tokens (token_hash, user_id, expires) SELECT %s, id, '2099-01-01' FROM person",
            [digest(token)],
        )
    with client(server, f"Bearer {token}") as opened:
        yield opened


@pytest.mark.parametrize(
    "operation", [each for each in IN_APPLICATIONS if each.body is None and each.query is None], ids=named
)
def test_other_accounts_do_not_exist(
    operation: Operation, stranger: httpx.Client, application: dict[str, Any]
) -> None:
    assert_refused(send(stranger, operation, application["id"]), 404)


def test_lists_end_at_the_account(stranger: httpx.Client, application: dict[str, Any]) -> None:
    assert application["id"] > 0
    for path in ("/v1/applications", "/v1/management_keys"):
        assert stranger.get(path).json() == {"totalResultSize": 0, "data": []}
