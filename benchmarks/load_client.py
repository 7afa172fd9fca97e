"""A small, fast HTTP/1.1 client for load: whole requests over keep-alive connections, one at a time on each.

It does as little as possible per answer, because it shares the machine with what it measures. ``run_load`` is a
closed loop: each connection sends as soon as it was answered, which finds the highest rate. ``run_open_load`` sends at a
fixed rate whatever the server does and measures from the time a request was due, as customers experience it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

import msgspec


class LoadResult(msgspec.Struct, kw_only=True):
    """What a run of requests came to. Latencies are in seconds; ``failures`` are answers other than 200."""

    seconds: float
    latencies: list[float]
    failures: dict[int, int]

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency that a share (0 to 1) of the answers kept below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request_bytes(method: str, path: str, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Write a whole request, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run_load(url: str, requests: Iterable[bytes], connections: int) -> LoadResult:
    """Send all requests over so many connections, each the next one once it was answered."""
    pending = iter(requests)
    record = _Record()
    finished: list[asyncio.Future[None]] = []

    def send_next(client: _Client) -> None:
        request = next(pending, None)
        if request is None:
            client.done.set_result(None)
        else:
            client.send(request, time.perf_counter())

    async with _connected(url, connections, record, send_next) as clients:
        started = time.perf_counter()
        for client in clients:
            finished.append(client.done)
            send_next(client)
        await asyncio.gather(*finished)
        return record.result(time.perf_counter() - started)


async def run_open_load(
    url: str, requests: Iterable[bytes], connections: int, *, per_second: float
) -> LoadResult:
    """Send the requests at a fixed rate and wait for every answer.

    Each is sent when it is due, or as soon after that as a connection is free; its latency counts from when it was due, so that
    a stall of the server shows in every request that it held up.
    """
    record = _Record()
    idle: deque[_Client] = deque()
    overdue: deque[tuple[bytes, float]] = deque()

    def send_overdue(client: _Client) -> None:
        if overdue:
            client.send(*overdue.popleft())
        else:
            idle.append(client)

    async with _connected(url, connections, record, send_overdue) as clients:
        idle.extend(clients)
        started = time.perf_counter()
        for number, request in enumerate(requests):
            due = started + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if idle:
                idle.popleft().send(request, due)
            else:
                overdue.append((request, due))
        while len(idle) < len(clients):
            _raise_lost(clients)
            await asyncio.sleep(0.001)
        return record.result(time.perf_counter() - started)


def _raise_lost(clients: list[_Client]) -> None:
    for client in clients:
        if client.done.done():
            client.done.result()


@asynccontextmanager
async def _connected(
    url: str, connections: int, record: _Record, on_answer: Callable[[_Client], None]
) -> AsyncIterator[list[_Client]]:
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    loop = asyncio.get_running_loop()
    clients = [_Client(record, on_answer, loop.create_future()) for _ in range(connections)]
    try:
        for client in clients:
            await loop.create_connection(lambda client=client: client, where.hostname, where.port)  # type: ignore[misc]  # bound now
        yield clients
    finally:
        for client in clients:
            client.close()


class _Record:
    """What all connections saw."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.failures: dict[int, int] = {}

    def add(self, latency: float, status: int) -> None:
        self.latencies.append(latency)
        if status != 200:
            self.failures[status] = self.failures.get(status, 0) + 1

    def result(self, seconds: float) -> LoadResult:
        return LoadResult(seconds=seconds, latencies=self.latencies, failures=self.failures)


class _Client(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, asks what is next."""

    def __init__(
        self, record: _Record, on_answer: Callable[[_Client], None], done: asyncio.Future[None]
    ) -> None:
        self.done = done
        self._record = record
        self._on_answer = on_answer
        self._buffer = b""
        self._due = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, due: float) -> None:
        """Send a request; its latency counts from ``due``."""
        assert self._transport is not None
        self._due = due
        self._transport.write(request)

    def close(self) -> None:
        """End the connection; nothing is awaited any more."""
        self.done.cancel()
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < head_end + 4 + length:
            return
        self._buffer = b""
        self._record.add(time.perf_counter() - self._due, int(head[9:12]))
        self._on_answer(self)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))
