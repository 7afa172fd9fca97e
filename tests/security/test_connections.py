"""Attacks on connections, byte by byte against the real server: heads without end, clients that are slow on purpose."""

import gzip
import json
from typing import Any

import httpx
import pytest

from tercel.base import limits
from tercel.http.server import connection
from tests.security.raw import raw_client, request, status_of
from tests.support.server import Server, make_application, make_integration_key

PUT = "PUT /v2/customer_sessions/s HTTP/1.1\r\nHost: x\r\nAuthorization: ApiKey-v1 {}\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def integration_key(admin: httpx.Client) -> str:
    return make_integration_key(admin, make_application(admin)["id"])


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times that a test can wait for."""
    monkeypatch.setattr(connection, "RECEIVE_SECONDS_MAX", 0.2)
    monkeypatch.setattr(connection, "SEND_SECONDS_MAX", 0.2)
    monkeypatch.setattr(connection, "_LOOK_EVERY_S", 0.05)


@pytest.mark.usefixtures("hurried")
class TestSlowClients:
    def test_a_head_that_drips(self, server: Server) -> None:
        with raw_client(server.url) as client:
            client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            assert status_of(client.drip(b"X: y\r\n")) == 408

    def test_a_body_that_drips(self, server: Server, integration_key: str) -> None:
        with raw_client(server.url) as client:
            client.send(PUT.format(integration_key).encode())
            assert status_of(client.drip(b" ")) == 408

    def test_a_body_that_drips_after_its_answer(self, server: Server) -> None:
        with raw_client(server.url) as client:
            client.send(PUT.format("wrong").encode())
            assert status_of(client.drip(b" ")) == 401

    def test_a_body_in_chunks_that_drips(self, server: Server, integration_key: str) -> None:
        head = PUT.replace("Content-Length: 1000", "Transfer-Encoding: chunked").format(integration_key)
        with raw_client(server.url) as client:
            client.send(head.encode())
            assert status_of(client.drip(b"1\r\n \r\n")) == 408

    def test_a_client_that_says_nothing(self, server: Server) -> None:
        with raw_client(server.url) as client:
            assert client.read_to_end() == b""

    def test_empty_lines_after_an_answer(self, server: Server) -> None:
        with raw_client(server.url) as client:
            client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status_of(client.drip(b"\r\n")) == 200

    def test_a_second_request_that_drips_does_not_spoil_the_first_answer(self, server: Server) -> None:
        with raw_client(server.url) as client:
            client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n")
            answers = client.drip(b"X: y\r\n")
            assert answers.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answers.count(b"HTTP/1.1 ") == 2
            assert b"HTTP/1.1 408 " in answers

    def test_a_client_that_reads_nothing(self, server: Server) -> None:
        with raw_client(server.url, receive_buffer=4096) as client:
            client.send(b"GET /openapi/management.json HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
            client.wait_for_reset()


def test_a_large_body_may_take_its_time(
    server: Server, integration_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(connection, "RECEIVE_SECONDS_MAX", 0)
    monkeypatch.setattr(connection, "RECEIVE_BYTES_PER_SECOND_MIN", 1)
    body = b'{"customerSession": {}}'.ljust(1000)
    with raw_client(server.url) as client:
        client.send(
            request(
                "PUT", "/v2/customer_sessions/s", f"Authorization: ApiKey-v1 {integration_key}", body=body
            )
        )
        assert status_of(client.read_to_end()) == 200


def answer_to(server: Server, data: bytes) -> bytes:
    with raw_client(server.url) as client:
        client.send(data)
        return client.read_to_end()


def test_the_number_of_connections(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.CONNECTIONS_MAX == connection.CONNECTIONS_MAX
    monkeypatch.setattr(connection, "CONNECTIONS_MAX", 0)
    answer = answer_to(server, request("GET", "/healthz"))
    assert status_of(answer) == 503
    assert b"\r\nretry-after: 1\r\n" in answer


@pytest.mark.parametrize(("number", "status"), [(limits.HEADERS_MAX, 200), (limits.HEADERS_MAX + 1, 431)])
def test_the_number_of_headers(server: Server, number: int, status: int) -> None:
    more = [f"X-{each}: y" for each in range(number - 2)]
    assert status_of(answer_to(server, request("GET", "/healthz", *more))) == status


@pytest.mark.parametrize(("excess", "status"), [(0, 200), (1, 431)])
@pytest.mark.parametrize("place", ["header", "path"])
def test_the_size_of_a_head(server: Server, place: str, excess: int, status: int) -> None:
    counted = len("/healthz" + "Host" + "shop.example" + "Connection" + "close" + "X")
    filling = "y" * (limits.HEAD_BYTES_MAX - counted + excess)
    if place == "header":
        data = request("GET", "/healthz", f"X: {filling}")
    else:
        data = request("GET", f"/healthz?{filling}")
    assert status_of(answer_to(server, data)) == status


@pytest.mark.parametrize("piece", [b"y" * 4096, b"X: y\r\n" * 1000], ids=["one header", "many headers"])
def test_a_head_without_end(server: Server, piece: bytes) -> None:
    with raw_client(server.url) as client:
        client.send(b"GET /healthz HTTP/1.1\r\nX: ")
        assert status_of(client.drip(piece)) == 431


def test_a_body_without_end(server: Server, integration_key: str) -> None:
    head = PUT.replace("Content-Length: 1000", "Transfer-Encoding: chunked").format(integration_key)
    with raw_client(server.url) as client:
        client.send(head.encode())
        for _ in range(limits.BODY_BYTES_MAX // 2**20 + 1):
            client.send(b"100000\r\n" + b" " * 2**20 + b"\r\n")
        client.send(b"0\r\n\r\n" + request("GET", "/nothing"))
        answers = client.read_to_end()
    assert answers.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("size", "status"), [(limits.PUBLIC_BODY_BYTES_MAX, 401), (limits.PUBLIC_BODY_BYTES_MAX + 1, 413)]
)
def test_the_body_of_a_request_without_a_key(server: Server, size: int, status: int) -> None:
    body = b'{"email": "large@example.com", "password": "wrong"}'.ljust(size)
    assert status_of(answer_to(server, request("POST", "/v1/sessions", body=body))) == status


SMUGGLED = {
    "length and chunks": request("PUT", "/x", "Content-Length: 4", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n",
    "two lengths": request("PUT", "/x", "Content-Length: 1", "Content-Length: 2") + b"ab",
    "a length that is none": request("PUT", "/x", "Content-Length: 1e1") + b"a",
    "a negative length": request("PUT", "/x", "Content-Length: -1"),
    "an unknown transfer encoding": request("PUT", "/x", "Transfer-Encoding: chunked, identity")
    + b"0\r\n\r\n",
    "a chunk that is none": request("PUT", "/x", "Transfer-Encoding: chunked") + b"zz\r\n",
    "a space in a header's name": request("GET", "/x", "Content-Length : 1"),
    "a NUL character": request("GET", "/x", "X: a\0b"),
    "a line break in a header": request("GET", "/x", "X: a\rY: b"),
    "two hosts": request("GET", "/healthz", "Host: other.example"),
    "two callers": request("GET", "/x", "Authorization: ApiKey-v1 a", "Authorization: ApiKey-v1 b"),
    "two idempotency keys": request("GET", "/x", "Idempotency-Key: a", "Idempotency-Key: b"),
    "two kinds of body": request("GET", "/x", "Content-Type: text/json", "Content-Type: text/plain"),
    "a compressed transfer": request("PUT", "/x", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    "a transfer as it is": request("PUT", "/x", "Transfer-Encoding: identity, chunked") + b"0\r\n\r\n",
    "chunks twice": request("PUT", "/x", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "a version that is another protocol": b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
    "a preface of another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method that is none": b"G@T / HTTP/1.1\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("data", SMUGGLED.values(), ids=SMUGGLED)
def test_what_can_be_read_in_two_ways_is_refused(server: Server, data: bytes) -> None:
    for sent in (data, data + request("GET", "/healthz")):
        head, _, body = answer_to(server, sent).partition(b"\r\n\r\n")
        assert status_of(head) == 400
        assert json.loads(body)["StatusCode"] == 400


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    ],
)
def test_a_request_names_its_host(server: Server, head: bytes, status: int) -> None:
    """Only the older protocol may leave it out."""
    assert status_of(answer_to(server, head)) == status


def test_what_came_before_is_answered_first(server: Server) -> None:
    good = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for bad in SMUGGLED.values():
        answers = answer_to(server, good * 3 + bad)
        assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200"] * 3 + [b"400"]


def test_a_request_that_cannot_be_read_to_its_end_after_others(server: Server, integration_key: str) -> None:
    """The answer to the others is there, and that to a body of which a part is no chunk."""
    head = PUT.replace("Content-Length: 1000", "Transfer-Encoding: chunked").format(integration_key).encode()
    for before in range(3):
        answers = answer_to(
            server, request("GET", "/healthz").replace(b"close", b"keep-alive") * before + head + b"zz\r\n"
        )
        assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200"] * before + [b"400"]


def test_thousands_of_requests_at_once(server: Server) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Filling: " + b"y" * 100 + b"\r\n\r\n"
    answers = answer_to(server, one * 2_000 + request("GET", "/nothing"))
    assert answers.count(b"HTTP/1.1 200 ") == 2_000
    assert answers.count(b"HTTP/1.1 404 ") == 1


def test_requests_that_wait_for_others_are_not_all_taken_at_once(
    server: Server, integration_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0

    def watch(self: connection.BoundedConnection, *given: Any) -> None:
        nonlocal most
        real(self, *given)
        most = max(most, len(self.pipeline))

    real = connection.BoundedConnection._start_asgi_task
    monkeypatch.setattr(connection.BoundedConnection, "_start_asgi_task", watch)
    body = b'{"customerSession": {}}'
    head = PUT.replace("1000", str(len(body))).format(integration_key).encode()
    answers = answer_to(server, (head + body) * 500 + request("GET", "/nothing"))
    assert answers.count(b"HTTP/1.1 200 ") == 500
    fit_into_one_piece = 2048 // len(head + body) + 1
    assert limits.PIPELINED_REQUESTS_MAX <= most <= limits.PIPELINED_REQUESTS_MAX + fit_into_one_piece


def _sent_whole(server: Server, data: bytes) -> bytes:
    with raw_client(server.url) as client:
        client.send_whole(data)
        return client.read_to_end()


@pytest.mark.parametrize("size", [40_000, 5_000_000])
def test_whoever_sends_too_much_hears_why(server: Server, size: int) -> None:
    """Although most of what he sends is never read."""
    for data in (
        request("GET", "/healthz", f"X: {'y' * size}"),
        request("GET", f"/healthz?{'y' * size}"),
        request("GET", "/healthz", f"{'y' * size}: x"),
    ):
        assert status_of(_sent_whole(server, data)) == 431


def test_whoever_sends_too_large_a_body_hears_why(server: Server) -> None:
    data = request("POST", "/v1/sessions", body=b" " * 5_000_000)
    assert status_of(_sent_whole(server, data)) == 413


def test_bodies_are_not_decompressed(server: Server, integration_key: str) -> None:
    body = gzip.compress(b'{"customerSession": {}}')
    headers = (f"Authorization: ApiKey-v1 {integration_key}", "Content-Encoding: gzip")
    assert status_of(answer_to(server, request("PUT", "/v2/customer_sessions/s", *headers, body=body))) == 400


@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_no_other_protocol_is_spoken(server: Server, protocol: str) -> None:
    data = request("GET", "/healthz").replace(
        b"Connection: close", b"Connection: upgrade, close\r\nUpgrade: " + protocol.encode()
    )
    assert status_of(answer_to(server, data)) == 200


KINDS = {
    "an answer": request("GET", "/healthz"),
    "no key": request("GET", "/v1/applications"),
    "no such path": request("GET", "/nothing"),
    "no such method": request("PATCH", "/v1/applications"),
    "another origin": request("GET", "/v1/applications", "Origin: https://evil.example"),
    "a path that cannot be read": request("GET", "/%ff"),
    "too large a head": request("GET", "/healthz", *[f"X-{each}: y" for each in range(101)]),
    "what is no HTTP": SMUGGLED["another protocol"],
    "what can be read in two ways": SMUGGLED["two hosts"],
}


@pytest.mark.parametrize("data", KINDS.values(), ids=KINDS)
def test_what_every_answer_says(server: Server, data: bytes) -> None:
    head = answer_to(server, data).partition(b"\r\n\r\n")[0].decode().lower()
    names = {line.partition(":")[0] for line in head.split("\r\n")[1:]}
    assert "cache-control: no-store" in head
    assert {"x-request-id", "content-type", "date"} <= names
    assert "x-content-type-options: nosniff" in head
    assert "server" not in names
    assert not [name for name in names if name.startswith("access-control-")]


def test_no_other_origin_is_allowed(server: Server) -> None:
    asked = ("Origin: https://evil.example", "Access-Control-Request-Method: PUT")
    answer = answer_to(server, request("OPTIONS", "/v2/customer_sessions/s", *asked))
    assert status_of(answer) == 204
    assert b"access-control-" not in answer.lower()
