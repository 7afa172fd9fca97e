"""Requests made at random from our own OpenAPI documents: never a 5xx, and every answer as documented.

The server has a database of its own, for the requests change and delete whatever they meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tercel.settings import Settings
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    client,
    created,
    make_application,
    make_integration_key,
    serving,
)

pytest_plugins = ["schemathesis.pytest.plugin"]

_DOCUMENTS = Path(__file__).parent.parent.parent / "openapi"
_CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
_FEW = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
_MANY = settings(_FEW, max_examples=25)
#: These would end the session of the test or remove what the others work on.
_FINAL = ["destroySession", "deleteApplication", "deleteCampaign"]

integration = schemathesis.openapi.from_path(_DOCUMENTS / "integration.json")
management = schemathesis.openapi.from_path(_DOCUMENTS / "management.json").exclude(operation_id=_FINAL)
# Because: the boundaries of every parameter of 80 operations are 7,000 requests; `bad_input` has those that matter.
management.config.phases.coverage.enabled = False


@pytest.fixture(scope="module")
def target(module_database_url: str, settings: Settings) -> Iterator[dict[str, Any]]:
    """A server with one campaign, and the headers for both APIs."""
    with serving(module_database_url, settings) as running, client(running) as api:
        log_in = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        bearer = {"Authorization": f"Bearer {created(api.post('/v1/sessions', json=log_in))['token']}"}
        api.headers.update(bearer)
        application_id = make_application(api)["id"]
        ids = {"applicationId": application_id, "campaignId": _make_campaign(api, application_id)}
        key = {"Authorization": f"ApiKey-v1 {make_integration_key(api, application_id)}"}
        yield {"url": running.url, "ids": ids, "integration": key, "management": bearer}


@integration.parametrize()
@_MANY
def test_the_integration_api(case: schemathesis.Case, target: dict[str, Any]) -> None:
    case.call_and_validate(base_url=target["url"], headers=target["integration"], checks=_CHECKS)


@management.parametrize()
@_FEW
def test_the_management_api(case: schemathesis.Case, target: dict[str, Any]) -> None:
    """Most requests are about the application and the campaign that are there, or they would all end with a 404."""
    known = {name: value for name, value in target["ids"].items() if name in case.path_parameters}
    case.path_parameters.update(known)
    # Because: with `valuesOnly` coupons are only their codes, which the contract does not describe.
    checks = [not_a_server_error] if case.query.get("valuesOnly") else _CHECKS
    case.call_and_validate(base_url=target["url"], headers=target["management"], checks=checks)


def _make_campaign(api: httpx.Client, application_id: int) -> int:
    body = {"name": "Random", "state": "enabled", "tags": [], "features": ["coupons"], "limits": []}
    campaign_id: int = created(api.post(f"/v1/applications/{application_id}/campaigns", json=body))["id"]
    return campaign_id
