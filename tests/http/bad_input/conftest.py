"""An application with one of everything, which no refused request may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.server import Server, client, created, make_application, make_integration_key

SESSION = "/v2/customer_sessions/kept"
CODE = "KEPT-CODE"


@dataclass(frozen=True)
class Shop:
    """An application with an open session, a campaign, a limited code, attributes and costs."""

    id: int
    path: str
    campaign_path: str
    key: str
    integration: httpx.Client
    admin: httpx.Client

    def facts(self) -> dict[str, Any]:
        """Everything that a refused request could have touched."""
        return {
            "session": self.integration.get(SESSION).json(),
            "sessions": [each["id"] for each in self._list("/sessions")],
            "customers": [each["id"] for each in self._list("/customers")],
            "campaigns": self._list("/campaigns"),
            "coupons": self.admin.get(f"{self.campaign_path}/coupons").json(),
            "rulesets": self.admin.get(f"{self.campaign_path}/rulesets").json(),
            "stores": self._list("/stores"),
        }

    def _list(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.admin.get(f"{self.path}{path}").json()["data"]
        return rows


@pytest.fixture(scope="module")
def shop(server: Server, admin: httpx.Client) -> Iterator[Shop]:
    """One application for a table of refusals."""
    application_id = make_application(admin)["id"]
    path = f"/v1/applications/{application_id}"
    for entity, name, kind in (
        ("CustomerSession", "channel", "string"),
        ("CustomerSession", "visits", "number"),
        ("CustomerSession", "chosen", "(list string)"),
        ("CartItem", "colour", "string"),
        ("CustomerProfile", "nickname", "string"),
    ):
        _ensure(admin, "/v1/attributes", {"entity": entity, "name": name, "title": name, "type": kind,
                                          "description": "", "suggestions": [], "editable": True})  # fmt: skip
    for name, kind in (("carriage", "session"), ("engraving", "item")):
        _ensure(admin, "/v1/additional_costs", {"name": name, "title": name, "description": "", "type": kind})
    campaign_path = f"{path}/campaigns/{_make_campaign(admin, path)}"
    coupon = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": CODE, "validCharacters": []}
    admin.post(f"{campaign_path}/coupons", json=coupon).raise_for_status()
    key = make_integration_key(admin, application_id)
    with client(server, f"ApiKey-v1 {key}") as integration:
        session = {"profileId": f"kept of {application_id}", "couponCodes": [CODE], "attributes": {"channel": "web"},
                   "cartItems": [{"sku": "MUG", "quantity": 2, "price": 10}]}  # fmt: skip
        integration.put(SESSION, json={"customerSession": session}).raise_for_status()
        yield Shop(application_id, path, campaign_path, key, integration, admin)


@pytest.fixture
def unchanged(shop: Shop) -> Iterator[None]:
    """Fails when the test changed anything."""
    before = shop.facts()
    yield
    assert shop.facts() == before


def _make_campaign(admin: httpx.Client, path: str) -> int:
    body = {"name": "Kept", "state": "enabled", "tags": [], "features": ["coupons"], "limits": []}
    campaign_id: int = created(admin.post(f"{path}/campaigns", json=body))["id"]
    rule = {"title": "kept", "condition": ["and", ["couponValid"]], "effects": [["setDiscount", "kept", 5]]}
    campaign_path = f"{path}/campaigns/{campaign_id}"
    ruleset = created(admin.post(f"{campaign_path}/rulesets", json={"rules": [rule], "bindings": []}))
    admin.put(campaign_path, json={**body, "activeRulesetId": ruleset["id"]}).raise_for_status()
    return campaign_id


def _ensure(admin: httpx.Client, path: str, body: dict[str, Any]) -> None:
    # Because: the account is that of all tests of the process, so nobody else may use these names for something else.
    answer = admin.post(path, json=body)
    assert answer.status_code in (201, 409), answer.text
