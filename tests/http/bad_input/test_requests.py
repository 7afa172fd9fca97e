"""Paths, methods, headers, keys and queries that are refused (behaviour/requests 4, 11)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.http.bad_input.conftest import SESSION, Shop
from tests.http.bad_input.refusals import Refusal, at, check, ids, parameter
from tests.support.server import make_application, make_integration_key

_CART = {"customerSession": {"cartItems": [{"sku": "MUG", "quantity": 1, "price": 1}]}}
_UNKNOWN = "/v2/customer_sessions/unknown"

_REQUESTS: list[tuple[str, str, str, dict[str, Any], Refusal]] = [
    ("unknown path", "GET", "/v2/weather", {}, Refusal(404)),
    ("unknown version", "PUT", "/v9/customer_sessions/a", {"json": _CART}, Refusal(404)),
    ("no session id", "PUT", "/v2/customer_sessions/", {"json": _CART}, Refusal(404)),
    ("a segment too many", "PUT", "/v2/customer_sessions/a/b", {"json": _CART}, Refusal(404)),
    ("wrong method", "DELETE", SESSION, {}, Refusal(405)),
    ("another wrong method", "POST", SESSION, {"json": _CART}, Refusal(405)),
    ("unknown session", "GET", _UNKNOWN, {}, Refusal(404)),
    ("NUL in the path", "PUT", "/v2/customer_sessions/a%00b", {"json": _CART}, Refusal(400)),
    ("path that is not UTF-8", "PUT", "/v2/customer_sessions/%ff%fe", {"json": _CART}, Refusal(400)),
    ("session id of 1,001 characters", "PUT", f"/v2/customer_sessions/{'x' * 1_001}", {"json": _CART},
     parameter("customerSessionId", "maxLength")),
    ("profile id of 1,001 characters", "PUT", f"/v2/customer_profiles/{'x' * 1_001}", {"json": {}},
     parameter("integrationId", "maxLength")),
    ("wrong content type without a key", "POST", "/v1/sessions",
     {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, parameter("Content-Type", "format")),
    ("form", "PUT", SESSION, {"data": {"a": "b"}}, at("", "format")),
    ("idempotency key of 256 characters", "PUT", SESSION, {"json": _CART, "headers": {"Idempotency-Key": "x" * 256}},
     parameter("Idempotency-Key", "maxLength")),
    ("clock that is no time", "PUT", SESSION, {"json": _CART, "headers": {"X-Tercel-Now": "soon"}},
     parameter("X-Tercel-Now", "format")),
    ("dry is a word", "PUT", f"{SESSION}?dry=perhaps", {"json": _CART}, parameter("dry", "type")),
    ("now without dry", "PUT", f"{SESSION}?now=2099-01-01T00:00:00Z", {"json": _CART},
     parameter("now", "Not allowed")),
    ("now in the past", "PUT", f"{SESSION}?dry=true&now=2001-01-01T00:00:00Z", {"json": _CART},
     parameter("now", "minimum")),
    ("now is no time", "PUT", f"{SESSION}?dry=true&now=tomorrow", {"json": _CART}, parameter("now", "format")),
    ("NUL in the query", "PUT", f"{SESSION}?dry=%00", {"json": _CART}, parameter("dry", "pattern")),
    ("query that is not UTF-8", "PUT", f"{SESSION}?dry=%ff", {"json": _CART}, parameter("", "format")),
]  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("method", "path", "content", "refusal"), [r[1:] for r in _REQUESTS], ids=ids(_REQUESTS)
)
def test_a_request_is_refused(
    shop: Shop, method: str, path: str, content: dict[str, Any], refusal: Refusal
) -> None:
    check(shop.integration.request(method, path, **content), refusal)


@pytest.mark.usefixtures("unchanged")
def test_sessions_of_another_application_are_not_seen(
    shop: Shop, api: httpx.Client, admin: httpx.Client
) -> None:
    other = make_integration_key(admin, make_application(admin)["id"])
    headers = {"Authorization": f"ApiKey-v1 {other}"}
    check(api.get(SESSION, headers=headers), Refusal(404))
    content = {**_CART, "responseContent": ["customerSession"]}
    own = api.put(SESSION, json=content, headers=headers).raise_for_status().json()["customerSession"]
    theirs = shop.integration.get(SESSION).raise_for_status().json()["customerSession"]
    assert (own["integrationId"], own["created"] > theirs["created"]) == (theirs["integrationId"], True)


_NAMES = ["a/b", "a b", "ä🫖", "100%", "a%2Fb", "%", "+", "?", "#", "..", ".", "a;b", "'\"<>\\", "x" * 1_000]


@pytest.mark.parametrize("name", _NAMES)
def test_an_identifier_may_be_strange(shop: Shop, name: str) -> None:
    raw = "".join(f"%{byte:02X}" for byte in name.encode())
    profile = f"{name} of {shop.id}"[-1_000:]
    body = {"customerSession": {"profileId": profile}, "responseContent": ["customerSession"]}
    answer = shop.integration.put(f"/v2/customer_sessions/{raw}", json=body)
    assert answer.status_code == 200, answer.text
    session = answer.json()["customerSession"]
    assert (session["integrationId"], session["profileId"]) == (name, profile)
    read = shop.integration.get(f"/v2/customer_sessions/{raw}").json()["customerSession"]
    assert read["id"] == session["id"]
    listed = shop.admin.get(f"{shop.path}/sessions", params={"integrationId": name}).json()["data"]
    assert [each["id"] for each in listed] == [session["id"]]
