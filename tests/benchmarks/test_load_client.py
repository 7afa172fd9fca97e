"""The load client against a server that answers when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

import pytest

from benchmarks.load_client import LoadResult, request_bytes, run_load, run_open_load

_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
_HANG_UP = b""
_STALL_S = 0.2
_REQUEST = request_bytes("GET", "/", "localhost", {})

Load = Callable[[str], Awaitable[LoadResult]]


class _Server(asyncio.Protocol):
    """One connection of the server: answers each request from the list, then with 200; the first may take its time."""

    def __init__(self, answers: list[bytes], stalls: list[float]) -> None:
        self.gone = asyncio.get_running_loop().create_future()
        self._answers = answers
        self._stalls = stalls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        answer = self._answers.pop(0) if self._answers else _OK
        delay = self._stalls.pop() if self._stalls else 0.0
        asyncio.get_running_loop().call_later(delay, self._answer, answer)

    def connection_lost(self, _error: Exception | None) -> None:
        self.gone.set_result(None)

    def _answer(self, answer: bytes) -> None:
        self._transport.write(answer)
        if answer == _HANG_UP:
            self._transport.close()


def _against(answers: Iterable[bytes], load: Load, *, stall: bool = False) -> LoadResult:
    """Run a load against a server that gives these answers in turn."""

    async def run() -> LoadResult:
        connections: list[_Server] = []
        left, stalls = list(answers), [_STALL_S] if stall else []

        def connect() -> _Server:
            connections.append(_Server(left, stalls))
            return connections[-1]

        async with await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0) as server:
            try:
                return await load(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            finally:
                await asyncio.gather(*(connection.gone for connection in connections))

    return asyncio.run(run())


def test_every_request_is_answered_once() -> None:
    result = _against([], lambda url: run_load(url, [_REQUEST] * 50, 4))
    assert len(result.latencies) == 50
    assert result.failures == {}


def test_failures_are_counted_by_status() -> None:
    refused = b"HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"
    result = _against([refused, refused], lambda url: run_load(url, [_REQUEST] * 5, 1))
    assert result.failures == {409: 2}
    assert len(result.latencies) == 5


def test_more_connections_than_requests() -> None:
    assert len(_against([], lambda url: run_load(url, [_REQUEST], 4)).latencies) == 1


def test_a_closed_loop_hides_a_stall_from_all_requests_but_one() -> None:
    result = _against([], lambda url: run_load(url, [_REQUEST] * 20, 1), stall=True)
    assert sum(latency >= _STALL_S for latency in result.latencies) == 1


def test_an_open_loop_shows_a_stall_in_every_request_that_it_held_up() -> None:
    result = _against([], lambda url: run_open_load(url, [_REQUEST] * 20, 1, per_second=1_000), stall=True)
    assert len(result.latencies) == 20
    assert min(result.latencies) >= _STALL_S - 0.02


def test_an_open_loop_keeps_its_rate() -> None:
    result = _against([], lambda url: run_open_load(url, [_REQUEST] * 20, 8, per_second=100))
    assert result.seconds >= 0.19
    assert len(result.latencies) == 20


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99, 1.0])
def test_percentiles_are_latencies_that_occurred(share: float) -> None:
    result = LoadResult(seconds=1.0, latencies=[0.3, 0.1, 0.2], failures={})
    assert result.percentile(share) == {0.0: 0.1, 0.5: 0.2}.get(share, 0.3)


def test_a_lost_connection_is_an_error() -> None:
    with pytest.raises(ConnectionError, match="closed a connection"):
        _against([_HANG_UP], lambda url: run_load(url, [_REQUEST], 1))
    with pytest.raises(ConnectionError, match="closed a connection"):
        _against([_HANG_UP], lambda url: run_open_load(url, [_REQUEST], 1, per_second=1_000))
