"""A small, fast HTTP/1.1 client for load: prebuilt requests over keep-alive connections, one at a time on each.

It does as little as possible per answer, because it shares the machine with what it measures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
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
        """The latency that a share (0 to 1) of the answers kept below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request_bytes(method: str, path: str, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A whole request, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run_load(url: str, requests: Sequence[bytes], connections: int) -> LoadResult:
    """Send all requests over so many connections and wait for every answer."""
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    pending = iter(requests)
    loop = asyncio.get_running_loop()
    clients = [_Client(pending, loop) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, where.hostname, where.port)  # type: ignore[misc]  # bound now
    started = time.perf_counter()
    for client in clients:
        client.send_next()
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - started
    failures: dict[int, int] = {}
    for client in clients:
        for status, count in client.failures.items():
            failures[status] = failures.get(status, 0) + count
    return LoadResult(
        seconds=seconds,
        latencies=[latency for client in clients for latency in client.latencies],
        failures=failures,
    )


class _Client(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, pending: Iterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._pending = pending
        self.done: asyncio.Future[None] = loop.create_future()
        self.latencies: list[float] = []
        self.failures: dict[int, int] = {}
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        """Send the next request, or end."""
        assert self._transport is not None
        request = next(self._pending, None)
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

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
        self.latencies.append(time.perf_counter() - self._sent)
        status = int(head[9:12])
        if status != 200:
            self.failures[status] = self.failures.get(status, 0) + 1
        self.send_next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))
