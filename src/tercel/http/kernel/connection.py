"""Connections that cannot be abused: bounded heads, and an end to whoever sends or reads too slowly.

The web server bounds neither the head of a request nor the time it takes to arrive, so one client could hold thousands of
connections with a byte now and then. Nothing here sets a timer per request: one look per second at all connections of
the process finds those that are late.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tercel.base.limits import (
    CONNECTIONS_MAX,
    HEAD_BYTES_MAX,
    HEADERS_MAX,
    RECEIVE_BYTES_PER_SECOND_MIN,
    RECEIVE_SECONDS_MAX,
    SEND_SECONDS_MAX,
)
from tercel.http.kernel.answer import PROTECTION, plain_failure
from tercel.http.kernel.errors import plain_body
from tercel.http.kernel.exchange import Exchange

_LOOK_EVERY_S = 1.0
_TOO_LARGE = (
    431,
    f"the head of the request must have at most {HEADERS_MAX} headers and {HEAD_BYTES_MAX} bytes in all",
)
_TOO_MANY = (503, "too many connections are open: try again")
_TOO_SLOW = (408, "the request did not arrive in time")


class BoundedConnection(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._receiving_since: float | None = None
        self._received = 0  # bytes, since then
        self._chunk = 0
        self._sending_since: float | None = None
        self._is_in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._receiving_since = self.loop.time()
        _watch(self.loop, self)
        if len(self.connections) > CONNECTIONS_MAX:
            self._say(*_TOO_MANY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        was_in_head = self._is_in_head
        if self._receiving_since is None:
            self._receiving_since, self._received = self.loop.time(), 0
        self._chunk = len(data)
        self._received += self._chunk
        super().data_received(data)
        if was_in_head and self._is_in_head:
            self._head_bytes += self._chunk
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(*_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._receiving_since, self._received = self.loop.time(), self._chunk
        self._is_in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if len(self.headers) > HEADERS_MAX or (self._received > HEAD_BYTES_MAX and self._is_head_too_large()):
            self.app = plain_failure(*_TOO_LARGE, {"Connection": "close"})
        version = self._describe_request()
        before = self.cycle
        self.cycle = Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _describe_request(self) -> str:
        """Put what the head says into the scope; returns the version of the protocol."""
        url = parse_url(self.url)
        version: str = self.parser.get_http_version()
        self.scope["http_version"] = version
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["raw_path"] = url.path
        self.scope["path"] = unquote(url.path.decode("ascii"))
        self.scope["query_string"] = url.query or b""
        return version

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._receiving_since = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._sending_since = None

    def look(self, now: float) -> None:
        """End the connection if its client is late."""
        if self._sending_since is not None and now - self._sending_since > SEND_SECONDS_MAX:
            self.transport.abort()
        elif self._receiving_since is not None and not self.transport.is_closing():
            allowed = RECEIVE_SECONDS_MAX + self._received / RECEIVE_BYTES_PER_SECOND_MIN
            if now - self._receiving_since > allowed:
                self._refuse(*_TOO_SLOW)

    def _is_head_too_large(self) -> bool:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES_MAX

    def _refuse(self, status: int, message: str) -> None:
        """Hang up, after an answer where one can be given: the client has sent something and waits for nothing else."""
        if self._received and self._can_answer() and not self.transport.is_closing():
            self._say(status, message)
        self.transport.close()

    def _say(self, status: int, message: str) -> None:
        body = plain_body(status, message)
        headers = {"Content-Type": "application/json", "Content-Length": len(body), "Connection": "close"}
        if status == _TOO_MANY[0]:
            headers["Retry-After"] = 1
        lines = [f"{name.lower()}: {value}\r\n" for name, value in {**headers, **PROTECTION}.items()]
        self.transport.write(STATUS_LINE[status] + "".join(lines).encode() + b"\r\n" + body)

    def _can_answer(self) -> bool:
        if self.pipeline:
            return False
        if self._is_in_head:
            return self.cycle is None or self.cycle.response_complete
        return self.cycle is not None and not self.cycle.response_started


#: The connections of each event loop, which has one watchman as long as there are any.
_connections: WeakKeyDictionary[asyncio.AbstractEventLoop, set[BoundedConnection]] = WeakKeyDictionary()


def _watch(loop: asyncio.AbstractEventLoop, connection: BoundedConnection) -> None:
    watched = _connections.setdefault(loop, set())
    if not watched:
        loop.call_later(_LOOK_EVERY_S, _look_at_all, loop)
    watched.add(connection)


def _look_at_all(loop: asyncio.AbstractEventLoop) -> None:
    watched = _connections[loop]
    now = loop.time()
    for connection in tuple(watched):
        if connection in connection.connections:
            connection.look(now)
        else:
            watched.discard(connection)
    if watched:
        loop.call_later(_LOOK_EVERY_S, _look_at_all, loop)
