"""A shop to talk about: an application with a key, and both APIs of the published client."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.contract.client import Client, integration_client, management_client
from tests.support.server import (
    Server,
    created,
    make_application,
    make_integration_key,
    make_management_key,
)

TEN_PERCENT = ["setDiscount", "ten percent", ["*", [".", "Session", "Total"], 0.1]]


@dataclass(frozen=True)
class Shop:
    """One application. What the client cannot create (campaigns, rule sets) is made with plain requests."""

    id: int
    key: str
    integration: Client
    management: Client
    admin: httpx.Client

    def campaign(self, *rules: dict[str, Any], **fields: Any) -> int:
        """Create an enabled campaign with an active rule set; its id."""
        path = f"/v1/applications/{self.id}/campaigns"
        body = {"name": "Summer", "state": "enabled", "tags": [], "features": ["coupons", "referrals"],
                "limits": [], **fields}  # fmt: skip
        campaign_id: int = created(self.admin.post(path, json=body))["id"]
        ruleset = {"rules": list(rules), "bindings": []}
        ruleset_id = created(self.admin.post(f"{path}/{campaign_id}/rulesets", json=ruleset))["id"]
        active = {**body, "activeRulesetId": ruleset_id}
        self.admin.put(f"{path}/{campaign_id}", json=active).raise_for_status()
        return campaign_id

    def define_attribute(self, entity: str, name: str, kind: str) -> None:
        """Define an attribute, unless another test did."""
        body = {"entity": entity, "name": name, "title": name, "type": kind, "description": "",
                "suggestions": [], "editable": True, "subscribedApplicationsIds": []}  # fmt: skip
        answer = self.admin.post("/v1/attributes", json=body)
        assert answer.status_code in (201, 409), answer.text


@pytest.fixture
def shop(server: Server, admin: httpx.Client, management_api: Client) -> Shop:
    """A fresh shop."""
    application_id = make_application(admin)["id"]
    key = make_integration_key(admin, application_id)
    return Shop(application_id, key, integration_client(server.url, key), management_api, admin)


@pytest.fixture(scope="session")
def management_api(server: Server, admin: httpx.Client) -> Client:
    """The Management API of the published client."""
    return management_client(server.url, make_management_key(admin))


def rule(
    *conditions: list[Any], effects: list[list[Any]] | None = None, title: str = "a rule"
) -> dict[str, Any]:
    """A rule; ten percent off unless other effects are given."""
    return {"title": title, "condition": ["and", *conditions], "effects": effects or [TEN_PERCENT]}
