"""What clients and load balancers see once a process was told to stop."""

import asyncio
import threading
from typing import Any

import pytest

from tercel.http.server.stopping import Stopping

_CLOSE = (b"connection", b"close")


async def _ok(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
    await send({"type": "http.response.body", "body": b""})


async def _never_ends(_scope: Any, _receive: Any, _send: Any) -> None:
    await asyncio.Event().wait()


async def _ends_half_way(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.Event().wait()


async def _ask(app: Any, path: str, stopping: threading.Event | None, *, cancel: bool = False) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "state": {} if stopping is None else {"stopping": stopping}}
    task = asyncio.ensure_future(Stopping(app)(scope, lambda: None, send))
    if cancel:
        await asyncio.sleep(0)
        task.cancel()
    await task
    return sent


def _told() -> threading.Event:
    told = threading.Event()
    told.set()
    return told


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/readyz", "/v1/x"])
@pytest.mark.parametrize("stopping", [None, threading.Event()], ids=["other server", "not told"])
async def test_before_nothing_is_different(path: str, stopping: threading.Event | None) -> None:
    start = (await _ask(_ok, path, stopping))[0]
    assert (start["status"], start["headers"]) == (200, [(b"x", b"y")])


@pytest.mark.anyio
async def test_it_is_not_ready() -> None:
    start = (await _ask(_ok, "/readyz", _told()))[0]
    assert start["status"] == 503
    assert _CLOSE in start["headers"]


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/healthz", "/v1/x"])
async def test_everything_else_is_answered_and_the_connection_closed(path: str) -> None:
    start = (await _ask(_ok, path, _told()))[0]
    assert (start["status"], start["headers"]) == (200, [(b"x", b"y"), _CLOSE])


@pytest.mark.anyio
async def test_what_is_cut_off_at_the_end_is_told_to_come_again() -> None:
    start, body = await _ask(_never_ends, "/v1/x", _told(), cancel=True)
    assert start["status"] == 503
    assert {_CLOSE, (b"retry-after", b"1")} <= set(start["headers"])
    assert b"same Idempotency-Key" in body["body"]


@pytest.mark.anyio
async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    with pytest.raises(asyncio.CancelledError):
        await _ask(_ends_half_way, "/v1/x", _told(), cancel=True)


@pytest.mark.anyio
async def test_a_client_that_goes_away_is_none_of_this() -> None:
    with pytest.raises(asyncio.CancelledError):
        await _ask(_never_ends, "/v1/x", threading.Event(), cancel=True)
