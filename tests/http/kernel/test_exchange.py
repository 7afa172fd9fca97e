"""Answers on the wire: a head and its body leave together, and whatever is odd leaves as the web server writes it."""

import asyncio
import logging
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl

from tercel.http.server.exchange import Exchange

pytestmark = pytest.mark.anyio
_LENGTH = (b"content-length", b"2")


class Wire:
    """Remembers what was written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def exchange(wire: Any, *, method: str = "GET", keep_alive: bool = True) -> Exchange:
    made = Exchange(
        scope={"type": "http", "method": method},  # type: ignore[typeddict-item, arg-type]
        transport=wire,
        flow=FlowControl(wire),
        logger=logging.getLogger("test"),
        access_logger=logging.getLogger("test"),
        access_log=False,
        default_headers=[(b"date", b"now")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: None,
    )
    made.more_body = False
    return made


async def send(
    cycle: Exchange, headers: list[tuple[bytes, bytes]], *bodies: bytes, status: int = 200
) -> None:
    await cycle.send({"type": "http.response.start", "status": status, "headers": headers})
    for left, body in enumerate(bodies, 1 - len(bodies)):
        await cycle.send({"type": "http.response.body", "body": body, "more_body": left < 0})


async def test_a_whole_answer_is_one_write() -> None:
    wire = Wire()
    cycle = exchange(wire)
    await send(cycle, [_LENGTH, (b"X-Y", b"z")], b"{}")
    assert wire.written == [b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 2\r\nx-y: z\r\n\r\n{}"]
    assert (cycle.response_started, cycle.response_complete, wire.is_closed) == (True, True, False)


@pytest.mark.parametrize("headers", [[_LENGTH], [_LENGTH, (b"Connection", b"x, Close")]])
async def test_a_connection_that_ends_says_so_once(headers: list[tuple[bytes, bytes]]) -> None:
    wire = Wire()
    await send(exchange(wire, keep_alive=len(headers) > 1), headers, b"{}")
    assert len(wire.written) == 1
    assert wire.written[0].lower().count(b"close\r\n") == 1
    assert wire.is_closed


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\nb", b"a\rb", b"a\0", b"\x7f"])
@pytest.mark.parametrize("bodies", [(b"{}",), (b"{", b"}")])
async def test_no_header_is_smuggled_in(value: bytes, bodies: tuple[bytes, ...]) -> None:
    wire = Wire()
    with pytest.raises(RuntimeError, match="header"):
        await send(exchange(wire), [_LENGTH, (b"x", value)], *bodies)
    assert wire.written == []


@pytest.mark.parametrize(
    ("method", "status", "headers", "bodies", "written"),
    [
        ("HEAD", 200, [_LENGTH], (b"{}",), b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 2\r\n\r\n"),
        ("GET", 204, [], (b"",), b"HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n"),
        ("GET", 200, [_LENGTH], (b"{", b"}"), b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 2\r\n\r\n{}"),
        (
            "GET",
            200,
            [],
            (b"{}",),
            b"HTTP/1.1 200 OK\r\ndate: now\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ),
    ],
    ids=["head", "nothing", "pieces", "no length"],
)
async def test_odd_answers(
    method: str, status: int, headers: list[tuple[bytes, bytes]], bodies: tuple[bytes, ...], written: bytes
) -> None:
    wire = Wire()
    cycle = exchange(wire, method=method)
    await send(cycle, headers, *bodies, status=status)
    assert b"".join(wire.written) == written
    assert cycle.response_complete


@pytest.mark.parametrize("body", [b"{", b"{} "])
async def test_a_length_that_is_wrong_is_refused(body: bytes) -> None:
    with pytest.raises(RuntimeError, match="Content-Length"):
        await send(exchange(Wire()), [_LENGTH], body)


async def test_a_client_that_has_gone_gets_nothing() -> None:
    wire = Wire()
    cycle = exchange(wire)
    cycle.disconnected = True
    await send(cycle, [_LENGTH], b"{}")
    assert wire.written == []


async def test_an_application_that_breaks_between_head_and_body_has_not_answered() -> None:
    wire = Wire()

    async def broken(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [_LENGTH]})
        raise ValueError

    await exchange(wire).run_asgi(broken)
    assert wire.written[0].startswith(b"HTTP/1.1 500 ")


async def test_who_still_sends_is_given_the_time_to_hear_the_answer() -> None:
    wire, lingering = Wire(), []
    cycle = exchange(wire, keep_alive=False)
    cycle.more_body = True
    cycle.linger = lambda: lingering.append(True)
    await send(cycle, [_LENGTH], b"{}")
    assert (wire.is_closed, lingering) == (False, [True])
