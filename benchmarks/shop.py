"""The application that the benchmarks over HTTP measure, and the requests they send to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.load_client import request_bytes
from benchmarks.server import JSON, call, log_in, made
from benchmarks.workload import Line, Promotion, ruleset
from tercel.base.codec import decode_any, encode

_FOREVER = "2099-01-01T00:00:00Z"


class Shop:
    """An application with the workload's campaigns and one whose rule wants a code, which may have limits."""

    def __init__(
        self, url: str, promotions: Sequence[Promotion], *, limits: Sequence[dict[str, Any]] = ()
    ) -> None:
        self.url = url
        self._token = log_in(url)
        fields = {"name": "Bench", "timezone": "UTC", "currency": "EUR"}
        self.id: int = made(url, "/v1/applications", fields, self._token)["id"]
        self.path = f"/v1/applications/{self.id}"
        for promotion in promotions:
            self._add_campaign(f"Promotion {promotion.id}", ruleset(promotion))
        effect = ["setDiscount", "code", 1]
        rules = [{"title": "code", "condition": ["and", ["couponValid"]], "effects": [effect]}]
        self._coded = self._add_campaign("With a code", {"rules": rules, "bindings": []}, limits)
        self.coupons_path = f"{self.path}/campaigns/{self._coded}/coupons"
        key = {"title": "bench", "expires": _FOREVER}
        self._key: str = made(url, f"{self.path}/apikeys", key, self._token)["key"]

    def add_coupon(self, code: str, *, limit: int) -> None:
        """Make a code that may be redeemed so often."""
        coupon = {"usageLimit": limit, "numberOfCoupons": 1, "couponPattern": code, "validCharacters": ["A"]}
        made(self.url, f"{self.coupons_path}?silent=no", coupon, self._token, status=200)

    def redemptions(self, code: str) -> int:
        """Return how often a code was redeemed."""
        path = f"{self.coupons_path}/no_total?value={code}&exactMatch=true"
        counted: int = self.read(path)["data"][0]["usageCounter"]
        return counted

    def read(self, path: str) -> Any:
        """Return the answer of the Management API."""
        return made(self.url, path, None, self._token, method="GET", status=200)

    def sent(self, request: bytes) -> Any:
        """Send one of ``Requests`` and return its answer, for a test that reads it."""
        head, _, body = request.partition(b"\r\n\r\n")
        method, path = head.split(b" ", 2)[:2]
        status, answer = call(
            self.url, method.decode(), path.decode(), msgspec.Raw(body), f"ApiKey-v1 {self._key}"
        )
        if status != 200:
            raise RuntimeError(f"{method.decode()} {path.decode()} answered {status}: {answer!r}")
        return decode_any(answer)

    def requests(self, lines: Sequence[Line]) -> Requests:
        """Requests with a cart of these lines."""
        return Requests(urlsplit(self.url).netloc, self._key, self._token, lines)

    def _add_campaign(self, name: str, rules: dict[str, Any], limits: Sequence[dict[str, Any]] = ()) -> int:
        fields = {"name": name, "state": "enabled", "tags": [], "features": [], "limits": list(limits)}
        campaign: int = made(self.url, f"{self.path}/campaigns", fields, self._token)["id"]
        made(self.url, f"{self.path}/campaigns/{campaign}/rulesets", rules, self._token)
        return campaign


class Requests:
    """Whole requests, ready to send, all with the same cart."""

    def __init__(self, host: str, key: str, token: str, lines: Sequence[Line]) -> None:
        self._host = host
        self._headers = {"Authorization": f"ApiKey-v1 {key}", **JSON}
        self._reading = {"Authorization": f"Bearer {token}"}
        cart = [
            {
                "sku": line.sku,
                "category": line.category,
                "price": line.price / 100,
                "quantity": line.quantity,
            }
            for line in lines
        ]
        self._cart = msgspec.Raw(encode(cart))

    def constant(self) -> bytes:
        """Write a request whose answer is always the same and needs nothing."""
        return request_bytes("GET", "/healthz", self._host, {})

    def reading(self, path: str) -> bytes:
        """Write a request to the Management API."""
        return request_bytes("GET", path, self._host, self._reading)

    def update(
        self,
        session: str,
        *,
        customer: str = "",
        state: str = "open",
        dry: bool = False,
        codes: Sequence[str] = (),
    ) -> bytes:
        """Write a session update; a session has a customer of its own unless one is named."""
        content = {
            "profileId": customer or f"customer-{session}",
            "state": state,
            "cartItems": self._cart,
            "couponCodes": list(codes),
        }
        path = f"/v2/customer_sessions/{session}" + ("?dry=true" if dry else "")
        return request_bytes("PUT", path, self._host, self._headers, encode({"customerSession": content}))
