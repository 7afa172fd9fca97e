"""What whoever holds a key is told about it (behaviour/requests 4)."""

from __future__ import annotations

import httpx
import pytest

from tercel.http.operations import OPERATIONS
from tests.security.callers import UNKNOWN, Place
from tests.support.server import Server, client, make_integration_key, make_management_key

PING = "/v2/authping"


@pytest.fixture(scope="module")
def place(server: Server, admin: httpx.Client) -> Place:
    return Place(server, admin, OPERATIONS)


def told(server: Server, authorization: str, path: str) -> str:
    with client(server, authorization) as opened:
        answer = opened.get(path)
    assert answer.status_code == 401
    return str(answer.json()["message"])


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("an expired integration key", PING, "Invalid API key: it ended on "),
        ("an expired management key", "/v1/applications", "Invalid API key: it ended on "),
        ("an expired token", "/v1/applications", "Invalid API key: it ended on "),
        ("a disabled management key", "/v1/applications", "Invalid API key: it is disabled, or its user is"),
        ("a token of a deactivated user", "/v1/applications", "Invalid API key: it is disabled, or its user is"),
        ("an integration key as a token", "/v1/applications",
         "Invalid API key: this is an integration key, which comes as `ApiKey-v1 …`"),
        ("a token as an integration key", PING, "Invalid API key: this is a token, which comes as `Bearer …`"),
        ("a wrong integration key", PING, "Invalid API key: this installation has none like it"),
        ("a deleted management key", "/v1/applications", "Invalid API key: this installation has none like it"),
    ],
)  # fmt: skip
def test_why_a_key_opens_nothing(server: Server, place: Place, kind: str, path: str, expected: str) -> None:
    assert told(server, UNKNOWN[kind](place), path).startswith(expected)


def test_an_integration_can_try_its_key(integration: httpx.Client, application: dict[str, int]) -> None:
    answer = integration.get(PING)
    assert (answer.status_code, answer.json()) == (200, {"applicationId": application["id"]})


@pytest.mark.parametrize("scheme", ["apikey-v1", "APIKEY-V1", "ApiKey-V1"])
def test_schemes_may_be_written_in_any_case(
    server: Server, admin: httpx.Client, application: dict[str, int], scheme: str
) -> None:
    with client(server, f"{scheme} {make_integration_key(admin, application['id'])}") as shop:
        assert shop.get(PING).status_code == 200
    with client(server, f"managementkey-v1 {make_management_key(admin)}") as manager:
        assert manager.get("/v1/applications").status_code == 200
