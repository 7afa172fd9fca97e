"""What surrounds every operation, seen from outside (behaviour/requests 11)."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest

from tercel.base.limits import BODY_BYTES_MAX
from tests.support.contract import validate
from tests.support.process import wait_until
from tests.support.server import Server
from tests.support.server_process import serving_process

UPDATE = {"customerSession": {"profileId": "ann"}}


def assert_error(answer: httpx.Response, status: int) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["StatusCode"]) == (status, status), answer.text
    validate(body, "ErrorResponseWithStatus")
    return body


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/applications/1/2/3/4", "/v2/customer_sessions"])
def test_unknown_paths(api: httpx.Client, path: str) -> None:
    assert_error(api.get(path), 404)


def test_unknown_methods(api: httpx.Client) -> None:
    answer = api.patch("/v1/applications")
    assert_error(answer, 405)
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/applications", "/docs"])
def test_a_head_is_that_of_a_get(management: httpx.Client, path: str) -> None:
    head, answer = management.head(path), management.get(path)
    assert (head.status_code, head.content) == (answer.status_code, b"")
    for name in ("content-length", "content-type"):
        assert head.headers[name] == answer.headers[name]
    assert management.get("/healthz").status_code == 200  # over the same connection


def test_paths_that_cannot_be_read(api: httpx.Client) -> None:
    assert_error(api.get("/v2/customer_sessions/a%00b"), 400)
    assert_error(api.get("/v2/customer_sessions/%ff"), 400)


@pytest.mark.parametrize("name", ["a%2Fb", "a%20b", "%F0%9F%8D%8A", "a%252Fb", "100%25", "..%2F.."])
def test_identifiers_in_paths(integration: httpx.Client, name: str) -> None:
    path = f"/v2/customer_sessions/{name}"
    assert integration.put(path, json=UPDATE).status_code == 200
    found = integration.get(path).json()
    assert found["customerSession"]["integrationId"] == str(httpx.QueryParams(f"n={name}")["n"])


def test_requests_have_an_id(api: httpx.Client) -> None:
    first, second = api.get("/healthz"), api.get("/nothing")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert api.get("/healthz", headers={"x-request-id": "order-7"}).headers["x-request-id"] == "order-7"
    assert api.get("/healthz", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_health(api: httpx.Client) -> None:
    assert api.get("/healthz").json() == {"status": "ok", "version": version("tercel")}
    assert api.get("/readyz").json() == {"status": "ok"}


def test_metrics_count_requests_by_operation(api: httpx.Client) -> None:
    api.get("/v1/applications")
    text = api.get("/metrics").text
    assert 'tercel_http_requests_total{operation="getApplications",status="401"}' in text
    assert 'tercel_http_request_seconds_bucket{le="0.5",operation="getApplications"}' in text


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "text/plain;charset=UTF-8",
        None,
    ],
)
def test_bodies_are_json_whatever_their_type_says(
    integration: httpx.Client, content_type: str | None
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    content = b'{"customerSession": {"couponCodes": ["A"]}, "responseContent": ["customerSession"]}'
    answer = integration.put("/v2/customer_sessions/s", content=content, headers=headers)
    assert answer.raise_for_status().json()["customerSession"]["couponCodes"] == ["A"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
def test_without_a_key_the_type_must_be_right(api: httpx.Client, content_type: str) -> None:
    answer = api.post("/v1/sessions", content=b"{}", headers={"content-type": content_type})
    assert assert_error(answer, 400)["errors"][0]["source"] == {"parameter": "Content-Type"}


def test_a_body_that_says_it_is_too_large(integration: httpx.Client) -> None:
    answer = integration.put("/v2/customer_sessions/s", content=b" " * (BODY_BYTES_MAX + 1))
    assert_error(answer, 413)


def test_a_body_that_turns_out_too_large(integration: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 2**20):
            yield b" " * 2**20
        yield b"{}"

    assert_error(integration.put("/v2/customer_sessions/s", content=chunks()), 413)


def test_the_largest_body_is_read(integration: httpx.Client) -> None:
    content = b'"couponCodes": ["A"]}, "responseContent": ["customerSession"]}'
    content = b'{"customerSession": {' + content.rjust(BODY_BYTES_MAX - 21)
    assert len(content) == BODY_BYTES_MAX
    answer = integration.put("/v2/customer_sessions/s", content=content)
    assert answer.raise_for_status().json()["customerSession"]["couponCodes"] == ["A"]


def test_problems_have_pointers(integration: httpx.Client) -> None:
    answer = integration.put(
        "/v2/customer_sessions/s", json={"customerSession": {"cartItems": [{"sku": "s", "price": "x"}]}}
    )
    body = assert_error(answer, 400)
    assert body["message"] == "The submitted data was invalid"
    assert body["errors"][0]["source"]["pointer"].startswith("/customerSession/cartItems/0/")


def test_idempotency_keys_have_a_length(integration: httpx.Client) -> None:
    path = "/v2/customer_sessions/s"
    allowed = integration.put(path, json=UPDATE, headers={"Idempotency-Key": "k" * 255})
    refused = integration.put(path, json=UPDATE, headers={"Idempotency-Key": "k" * 256})
    assert (allowed.status_code, refused.status_code) == (200, 400)
    assert refused.json()["errors"][0]["title"] == "maxLength"


def test_ids_that_are_no_numbers_do_not_exist(management: httpx.Client) -> None:
    for name in ("x", "0", "-1", "1.0", "9" * 30, "٣", "%2F"):
        assert_error(management.get(f"/v1/applications/{name}"), 404)


def test_the_clock_of_tests(integration: httpx.Client, server: Server) -> None:
    assert server.url
    answer = integration.put(
        "/v2/customer_sessions/clock", json=UPDATE, headers={"X-Tercel-Now": "2031-02-03T04:05:06Z"}
    )
    assert answer.status_code == 200
    found = integration.get("/v2/customer_sessions/clock").json()
    assert found["customerSession"]["created"] == "2031-02-03T04:05:06Z"
    assert_error(integration.get("/v2/customer_sessions/clock", headers={"X-Tercel-Now": "now"}), 400)


def test_what_supervisors_ask_is_not_logged(module_database_url: str, tmp_path: Path) -> None:
    with serving_process(module_database_url, tmp_path / "output", log_format="json") as server:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            client.get("/healthz")
            client.get("/nothing")
        wait_until(lambda: '"route":"none"' in server.said())
        assert server.said().count('"event":"request"') == 1
