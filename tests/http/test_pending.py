"""Operations that are still to come: known to those who may call them, and closed to everybody else (behaviour/requests 2)."""

from __future__ import annotations

import re

import httpx
import pytest

from tercel.http.kernel.operation import Access, Operation
from tercel.http.pending import PENDING
from tests.support.server import Server, client, make_application, make_integration_key, make_management_key

_PARAMETER = re.compile(r"\{(\w+)\}")


def ask(opened: httpx.Client, operation: Operation, application_id: int) -> httpx.Response:
    path = _PARAMETER.sub(
        lambda found: str(application_id) if found[1] == "applicationId" else "1", operation.path
    )
    return opened.request(operation.method, path)


@pytest.fixture(scope="module")
def application_id(admin: httpx.Client) -> int:
    return int(make_application(admin)["id"])


def test_they_say_their_name(server: Server, admin: httpx.Client, application_id: int) -> None:
    key = make_integration_key(admin, application_id)
    with client(server, f"ApiKey-v1 {key}") as shop:
        for operation in PENDING:
            answer = ask(shop if operation.access is Access.INTEGRATION else admin, operation, application_id)
            assert (answer.status_code, answer.json()["StatusCode"]) == (501, 501), operation.id
            assert f"`{operation.id}`" in answer.json()["message"]


def test_without_a_key_they_stay_closed(
    api: httpx.Client, management: httpx.Client, application_id: int
) -> None:
    for operation in PENDING:
        if operation.access is not Access.PUBLIC:
            assert ask(api, operation, application_id).status_code == 401, operation.id
        if operation.access is Access.INTEGRATION:
            assert ask(management, operation, application_id).status_code == 401, operation.id


def test_a_narrow_key_is_told_that_it_is_narrow(
    server: Server, admin: httpx.Client, application_id: int
) -> None:
    nothing = make_management_key(admin, endpoints=[])
    elsewhere = make_management_key(admin, allowedApplicationIds=[make_application(admin)["id"]])
    with (
        client(server, f"ManagementKey-v1 {nothing}") as closed,
        client(server, f"ManagementKey-v1 {elsewhere}") as other,
    ):
        for operation in PENDING:
            if operation.access is Access.MANAGEMENT:
                assert ask(closed, operation, application_id).status_code == 403, operation.id
                if "{applicationId}" in operation.path:
                    assert ask(other, operation, application_id).status_code == 403, operation.id


def test_what_is_no_operation_is_no_path(admin: httpx.Client) -> None:
    answer = admin.get("/v1/aplications/1/campaigns")
    assert answer.status_code == 404
    assert (
        answer.json()["message"]
        == "there is no path `/v1/aplications/1/campaigns`; did you mean `applications`?"
    )
    assert admin.get("/v1/xyz").json()["message"] == "there is no path `/v1/xyz`"
