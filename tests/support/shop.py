"""A shop for tests of sessions: short words for campaigns, codes and carts over the real API."""

from typing import Any

import httpx
import pytest

from tercel.pipeline.owner import Owner

ALWAYS: list[Any] = ["and", True]
TOTAL = [".", "Session", "Total"]
ITEMS = [".", "Session", "CartItems"]


class Shop:
    """An application with its clients."""

    def __init__(
        self, application: dict[str, Any], management: httpx.Client, integration: httpx.Client
    ) -> None:
        self.application = application
        self.management = management
        self.integration = integration
        self.path = f"/v1/applications/{application['id']}"
        # Because: profiles belong to the account, which all tests share.
        self.ann = f"ann of {application['id']}"
        self.owner = Owner(application["id"], application["accountId"])

    def campaign(
        self, *rules: dict[str, Any], limits: list[Any] | None = None, **fields: Any
    ) -> dict[str, Any]:
        """A running campaign with these rules."""
        body = {
            "name": "c",
            "state": "enabled",
            "tags": [],
            "features": ["coupons"],
            "limits": limits or [],
            **fields,
        }
        made = self._made(self.management.post(f"{self.path}/campaigns", json=body))
        path = f"{self.path}/campaigns/{made['id']}/rulesets"
        self._made(self.management.post(path, json={"rules": list(rules), "bindings": []}))
        return made

    def coupon(self, campaign: dict[str, Any], code: str, **fields: Any) -> dict[str, Any]:
        """A code of a campaign."""
        body = {
            "usageLimit": 0,
            "numberOfCoupons": 1,
            "couponPattern": code,
            "validCharacters": ["A"],
            **fields,
        }
        path = f"{self.path}/campaigns/{campaign['id']}/coupons?silent=no"
        return dict(self._made(self.management.post(path, json=body))["data"][0])

    def put(
        self, session_id: str, content: tuple[str, ...] = (), query: str = "", **session: Any
    ) -> httpx.Response:
        """Update a session."""
        body = {"customerSession": session, "responseContent": list(content)}
        return self.integration.put(f"/v2/customer_sessions/{session_id}{query}", json=body)

    def update(self, session_id: str, *content: str, query: str = "", **session: Any) -> dict[str, Any]:
        """Update a session that must accept it."""
        answer = self.put(session_id, content, query, **session)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def returned(
        self, session_id: str, items: list[dict[str, Any]], *content: str, query: str = ""
    ) -> dict[str, Any]:
        """Return items of a session that must accept it."""
        body = {"return": {"returnedCartItems": items}, "responseContent": list(content)}
        answer = self.integration.post(f"/v2/customer_sessions/{session_id}/returns{query}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def get(self, session_id: str) -> dict[str, Any]:
        """The stored session."""
        answer = self.integration.get(f"/v2/customer_sessions/{session_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def budgets(self, campaign: dict[str, Any]) -> dict[str, Any]:
        """The counters of a campaign's limits by action."""
        answer = self.management.get(f"{self.path}/campaigns/{campaign['id']}").json()
        return {budget["action"]: budget["counter"] for budget in answer["budgets"]}

    def stored_coupon(self, campaign: dict[str, Any], code: str) -> dict[str, Any]:
        """A coupon as the Management API shows it."""
        path = f"{self.path}/campaigns/{campaign['id']}/coupons/no_total"
        found = self.management.get(path, params={"value": code, "exactMatch": True}).json()["data"]
        return dict(found[0])

    def profile(self, integration_id: str) -> dict[str, Any]:
        """A customer as the Management API shows it."""
        path = f"{self.path}/customers"
        return dict(self.management.get(path, params={"integrationId": integration_id}).json()["data"][0])

    @staticmethod
    def _made(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())


def rule(*effects: Any, when: Any = ALWAYS, title: str = "r") -> dict[str, Any]:
    """A rule."""
    return {"title": title, "condition": when, "effects": list(effects)}


def item(sku: str, price: float, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    """A line of a cart."""
    return {"sku": sku, "price": price, "quantity": quantity, **fields}


def short(answer: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Effects as (type, props), without free texts."""
    return [
        (effect["effectType"], {name: value for name, value in effect["props"].items() if name != "details"})
        for effect in answer["effects"]
    ]


@pytest.fixture
def shop(application: dict[str, Any], management: httpx.Client, integration: httpx.Client) -> Shop:
    """A fresh application to sell in."""
    return Shop(application, management, integration)
