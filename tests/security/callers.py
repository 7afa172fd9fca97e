"""Callers of every kind, and what each must be told by each operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from tercel.features.access.keys.secret import digest, make_secret
from tercel.http.kernel.operation import Access, Operation
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    Server,
    client,
    created,
    make_application,
    make_integration_key,
    make_management_key,
)

FOREVER = "2099-01-01T00:00:00Z"
PAST = "now() - interval '1 second'"


@dataclass(frozen=True)
class Place:
    """Where callers are made."""

    server: Server
    admin: httpx.Client
    operations: list[Operation]

    def write(self, statement: str, *parameters: object) -> Any:
        """Change the database as no API does; the first value it returns."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)  # type: ignore[arg-type]  # literals of this module
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def application(self) -> dict[str, Any]:
        return make_application(self.admin)

    def integration_key(self) -> str:
        return make_integration_key(self.admin, self.application()["id"])

    def token(self) -> str:
        right = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        return str(created(httpx.post(f"{self.server.url}/v1/sessions", json=right, timeout=30))["token"])

    def user(self, state: str = "active", *, is_admin: bool = True, account: str | None = None) -> int:
        """A user, in an account of its own where it has a name."""
        wanted = "SELECT id FROM accounts ORDER BY id LIMIT 1"
        if account is not None:
            wanted = f"INSERT INTO accounts (name) VALUES ('{account}') RETURNING id"
        return int(
            self.write(
                f"WITH account AS ({wanted})"
                " INSERT INTO users (account_id, email, name, state, is_admin)"
                " SELECT id, %s, 'Somebody', %s, %s FROM account RETURNING id",
                f"{make_secret()}@example.com",
                state,
                is_admin,
            )
        )

    def token_of(self, user_id: int) -> str:
        token = make_secret()
        self.write(
            "INSERT INTO user_tokens (token_hash, user_id, expires) VALUES (%s, %s, %s)",
            digest(token),
            user_id,
            FOREVER,
        )
        return f"Bearer {token}"

    def key_of(self, user_id: int, endpoints: str = '[{"path": "*"}]') -> str:
        key = make_secret()
        self.write(
            "INSERT INTO management_keys (account_id, created_by, name, key_hash, endpoints, expiry_date)"
            " SELECT account_id, id, 'k', %s, %s::jsonb, %s FROM users WHERE id = %s",
            digest(key),
            endpoints,
            FOREVER,
            user_id,
        )
        return f"ManagementKey-v1 {key}"


def _expired(place: Place, table: str, column: str, key: str, hash_column: str = "key_hash") -> str:
    place.write(f"UPDATE {table} SET {column} = {PAST} WHERE {hash_column} = %s", digest(key))
    return key


def _deleted_integration_key(place: Place) -> str:
    path = f"/v1/applications/{place.application()['id']}/apikeys"
    made = created(place.admin.post(path, json={"title": "k", "expires": FOREVER}))
    assert place.admin.delete(f"{path}/{made['id']}").status_code == 204
    return f"ApiKey-v1 {made['key']}"


def _key_of_a_deleted_application(place: Place) -> str:
    application = place.application()
    key = make_integration_key(place.admin, application["id"])
    assert place.admin.delete(f"/v1/applications/{application['id']}").status_code == 204
    return f"ApiKey-v1 {key}"


def _withdrawn_management_key(place: Place, *, deleted: bool) -> str:
    body = {"name": "k", "expiryDate": FOREVER, "endpoints": [{"path": "*"}]}
    made = created(place.admin.post("/v1/management_keys", json=body))
    path = f"/v1/management_keys/{made['id']}"
    answer = place.admin.delete(path) if deleted else place.admin.put(path, json={"disabled": True})
    assert answer.status_code in {200, 204}
    return f"ManagementKey-v1 {made['key']}"


def _token_after_logging_out(place: Place) -> str:
    token = f"Bearer {place.token()}"
    with client(place.server, token) as user:
        assert user.get("/v1/applications").status_code == 200
        assert user.delete("/v1/sessions").status_code == 204
    return token


def _restricted_key(place: Place, applications: list[int], names: list[Operation]) -> str:
    endpoints = [{"method": each.method, "path": each.path} for each in names]
    key = make_management_key(place.admin, endpoints=endpoints, allowedApplicationIds=applications)
    return f"ManagementKey-v1 {key}"


def _managing(place: Place) -> list[Operation]:
    return [each for each in place.operations if each.access in {Access.MANAGEMENT, Access.ADMIN}]


Make = Callable[[Place], str]

#: Whom nothing opens: 401 from every operation that needs a key.
UNKNOWN: dict[str, Make] = {
    "nobody": lambda _: "",
    "another scheme": lambda _: "Basic YWRtaW46YWRtaW4=",
    "a scheme without a key": lambda _: "ApiKey-v1",
    "a wrong integration key": lambda _: f"ApiKey-v1 {'0' * 64}",
    "a wrong management key": lambda _: f"ManagementKey-v1 {'0' * 64}",
    "a wrong token": lambda _: f"Bearer {'0' * 64}",
    "the digest of a key instead of the key": lambda place: (
        f"ApiKey-v1 {digest(place.integration_key()).hex()}"
    ),
    "an integration key as a token": lambda place: f"Bearer {place.integration_key()}",
    "a token as an integration key": lambda place: f"ApiKey-v1 {place.token()}",
    "an expired integration key": lambda place: (
        f"ApiKey-v1 {_expired(place, 'application_keys', 'expires', place.integration_key())}"
    ),
    "an expired management key": lambda place: (
        f"ManagementKey-v1 {_expired(place, 'management_keys', 'expiry_date', make_management_key(place.admin))}"
    ),
    "an expired token": lambda place: (
        f"Bearer {_expired(place, 'user_tokens', 'expires', place.token(), 'token_hash')}"
    ),
    "a deleted integration key": _deleted_integration_key,
    "a key of a deleted application": _key_of_a_deleted_application,
    "a deleted management key": lambda place: _withdrawn_management_key(place, deleted=True),
    "a disabled management key": lambda place: _withdrawn_management_key(place, deleted=False),
    "a token after logging out": _token_after_logging_out,
    "a token of a deactivated user": lambda place: place.token_of(place.user("deactivated")),
    "a token of an invited user": lambda place: place.token_of(place.user("invited")),
    "a management key of a deactivated user": lambda place: place.key_of(place.user("deactivated")),
}

Expected = Callable[[Operation], int | None]


def _unless(wanted: set[Access], status: int, otherwise: int | None = None) -> Expected:
    return lambda operation: otherwise if operation.access in wanted else status


_MANAGING = {Access.MANAGEMENT, Access.ADMIN}


def _of_one_application(operation: Operation) -> int | None:
    if operation.access is Access.INTEGRATION:
        return 401
    return 403 if "{applicationId}" in operation.path else None


#: Whom something opens: how they come, and what they are told by what must stay closed; None where it may open.
KNOWN: dict[str, tuple[Make, Expected]] = {
    "an integration key": (
        lambda place: f"ApiKey-v1 {place.integration_key()}",
        _unless({Access.INTEGRATION}, 401),
    ),
    "a management key for everything but the administration": (
        lambda place: f"ManagementKey-v1 {make_management_key(place.admin)}",
        lambda operation: {Access.INTEGRATION: 401, Access.ADMIN: 403}.get(operation.access),
    ),
    "a management key for what does not exist": (
        lambda place: place.key_of(place.user(), '[{"path": "/v1/nothing", "method": "GET"}]'),
        _unless(_MANAGING, 401, 403),
    ),
    "a management key without endpoints": (
        lambda place: place.key_of(place.user(), "[]"),
        _unless(_MANAGING, 401, 403),
    ),
    "a management key of one application": (
        lambda place: _restricted_key(place, [place.application()["id"]], _managing(place)),
        _of_one_application,
    ),
    "an administrator": (lambda place: f"Bearer {place.token()}", _unless(_MANAGING, 401)),
    "a user without rights": (
        lambda place: place.token_of(place.user(is_admin=False)),
        lambda operation: (
            401
            if operation.access is Access.INTEGRATION
            else None
            if operation.id == "destroySession"
            else 403
        ),
    ),
}
