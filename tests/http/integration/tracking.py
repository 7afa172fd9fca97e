"""Short words for events: a shop whose account knows a type of them."""

from typing import Any

import httpx

from tests.support.server import created
from tests.support.shop import Shop

Json = dict[str, Any]


class Tracker:
    """A shop that tracks one type of events, with the attributes ``score`` (a number) and ``page`` (a text)."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        # Because: event types belong to the account, which all tests share.
        self.type = f"visit_{shop.application['id']}"
        for name, kind in (("score", "number"), ("page", "string")):
            self.define("Event", name, kind, eventType=self.type)

    def define(self, entity: str, name: str, kind: str, **fields: Any) -> None:
        """An attribute, unless there is one already."""
        body = {"entity": entity, "name": name, "title": name, "type": kind, "description": "",
                "suggestions": [], "editable": True, **fields}  # fmt: skip
        answer = self.shop.management.post("/v1/attributes", json=body)
        assert answer.status_code in (201, 409), answer.text

    def send(self, content: tuple[str, ...] = (), query: Json | None = None, **fields: Any) -> httpx.Response:
        """Track an event of version 2; it is answered unless the query says otherwise."""
        return self._post("/v2/events", content, query, fields)

    def track(self, *content: str, query: Json | None = None, **fields: Any) -> Json:
        """Track an event of version 2 that must be accepted."""
        return accepted(self.send(content, query, **fields))

    def send_advanced(
        self, content: tuple[str, ...] = (), query: Json | None = None, **fields: Any
    ) -> httpx.Response:
        """Track an event of version 3."""
        return self._post("/v3/events", content, query, fields)

    def events(self, **query: Any) -> list[Json]:
        """The events of the application as the Management API lists them."""
        answer = self.shop.management.get(f"{self.shop.path}/events/no_total", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    def store(self, integration_id: str) -> Json:
        """A store of the application."""
        body = {"name": integration_id, "description": "", "integrationId": integration_id}
        return created(self.shop.management.post(f"{self.shop.path}/stores", json=body))

    def _post(self, path: str, content: tuple[str, ...], query: Json | None, fields: Json) -> httpx.Response:
        body = {"profileId": self.shop.ann, "type": self.type, "responseContent": list(content), **fields}
        return self.shop.integration.post(path, params={"silent": "no", **(query or {})}, json=body)


def accepted(answer: httpx.Response) -> Json:
    """The body of a 200."""
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(answer: httpx.Response) -> tuple[str, Json]:
    """Title and source of the only error of a 400."""
    assert answer.status_code == 400, answer.text
    [error] = answer.json()["errors"]
    return error["title"], error["source"]
