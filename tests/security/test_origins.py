"""Browsers: pages of the origins that the operator names may call, all others may not (behaviour/requests 11)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import msgspec
import pytest

from tercel.settings import Settings, SettingsError, load
from tests.support.server import Server, client, serving

PAGE = "https://tools.example"
OTHER = "https://evil.example"
SESSION = "/v2/customer_sessions/s"


@pytest.fixture(scope="module")
def named(session_database_url: str, settings: Settings, server: Server) -> Iterator[httpx.Client]:
    chosen = load({"TERCEL_HOME": "/x", "TERCEL_CORS_ORIGINS": f"{PAGE.upper()}/, http://localhost:3000"})
    both = msgspec.structs.replace(settings, cors_origins=chosen.cors_origins)
    with serving(session_database_url, both) as running, client(running) as opened:
        yield opened


@pytest.fixture(scope="module")
def open_to_all(session_database_url: str, settings: Settings, server: Server) -> Iterator[httpx.Client]:
    everybody = msgspec.structs.replace(settings, cors_origins="*")
    with serving(session_database_url, everybody) as running, client(running) as opened:
        yield opened


def ask(opened: httpx.Client, method: str, path: str, origin: str, **headers: str) -> httpx.Response:
    return opened.request(method, path, headers={"Origin": origin, **headers})


def marks(answer: httpx.Response) -> set[str]:
    return {name for name in answer.headers if name.startswith("access-control-")}


@pytest.mark.parametrize("path", [SESSION, "/v1/applications", "/v1/webhooks/1", "/v1/loyalty_programs"])
def test_a_browser_may_ask_first(named: httpx.Client, path: str) -> None:
    wanted = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = ask(named, "OPTIONS", path, PAGE, **wanted)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"GET", "POST", "PUT", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    assert answer.headers["vary"] == "Origin"


def test_answers_and_refusals_can_be_read(named: httpx.Client, integration: httpx.Client) -> None:
    key = integration.headers["Authorization"]
    told = [
        named.put(SESSION, json={"customerSession": {}}, headers={"Origin": PAGE, "Authorization": key}),
        named.put(SESSION, json={"customerSession": 1}, headers={"Origin": PAGE, "Authorization": key}),
        ask(named, "GET", SESSION, PAGE),
        ask(named, "GET", "/nothing", "http://localhost:3000"),
        ask(named, "GET", "/v2/%ff", PAGE),
        ask(named, "PATCH", "/v1/applications", PAGE),
        named.get("/v1/applications", headers={"Origin": PAGE, "Host": "a b"}),
    ]
    assert [answer.status_code for answer in told] == [200, 400, 401, 404, 400, 405, 400]
    for answer in told:
        assert answer.headers["access-control-allow-origin"] == answer.request.headers["origin"]
        assert "x-request-id" in answer.headers["access-control-expose-headers"].lower()
        assert "access-control-allow-credentials" not in answer.headers


def test_a_page_of_another_origin_is_told_nothing(named: httpx.Client, api: httpx.Client) -> None:
    wanted = {"Access-Control-Request-Method": "PUT"}
    for opened, origin in ((named, OTHER), (named, "null"), (named, f"{PAGE}.evil.example"), (api, PAGE)):
        assert marks(ask(opened, "OPTIONS", SESSION, origin, **wanted)) == set()
        assert marks(ask(opened, "GET", SESSION, origin)) == set()
    assert marks(named.get(SESSION)) == set()
    assert marks(ask(named, "GET", "/metrics", PAGE)) == set()


def test_all_origins(open_to_all: httpx.Client) -> None:
    answer = ask(open_to_all, "GET", SESSION, OTHER)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "given", ["shop.example", "https://a.example/path", "*, https://a.example", "https://u@a"]
)
def test_what_is_no_origin(given: str) -> None:
    with pytest.raises(SettingsError, match="origins such as"):
        load({"TERCEL_HOME": "/x", "TERCEL_CORS_ORIGINS": given})
