"""Connections that cannot be abused: bounded heads, one meaning for each request, and an end to clients that are too
slow.

The web server bounds neither the head of a request nor the time it takes to arrive, so one client could hold thousands of
connections with a byte now and then. Nothing here sets a timer per request: one look per second at all connections of
the process finds those that are late.

What is refused before it is a request is answered after all requests before it. Then the server says that nothing more will
come, and goes on reading for a moment: to close a connection with bytes unread would take the answer away from the client.
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
    PIPELINED_REQUESTS_MAX,
    RECEIVE_BYTES_PER_SECOND_MIN,
    RECEIVE_SECONDS_MAX,
    SEND_SECONDS_MAX,
)
from tercel.http.server.answer import PROTECTION
from tercel.http.server.errors import plain_body
from tercel.http.server.exchange import Exchange
from tercel.http.server.framing import ambiguity_of
from tercel.http.server.request_ids import new_request_id

_LINGER_S = 2.0
_LINGER_BYTES = 16 * 1024 * 1024
_SLICE = 2048
_LOOK_EVERY_S = 1.0
_TOO_LARGE = (
    431,
    f"the head of the request must have at most {HEADERS_MAX} headers and {HEAD_BYTES_MAX} bytes in all",
)
_TOO_MANY = (503, "too many connections are open: try again")
_TOO_SLOW = (408, "the request did not arrive in time")
_NO_REQUEST = (400, "the request is not HTTP/1.1")


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
        self._has_begun = False  # a request, in the bytes that are just read
        self._unread = b""  # what comes after as many requests as may wait
        self._is_in_body = False
        self._unanswered = 0  # of the requests that were taken
        self._refusal: tuple[int, str] | None = None  # the last answer; nothing more is taken
        self._is_to_be_told = True
        self._lingering_until: float | None = None
        self._lingered = 0  # bytes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._receiving_since = self.loop.time()
        _watch(self.loop, self)
        if len(self.connections) > CONNECTIONS_MAX:
            self._say(*_TOO_MANY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None or self._lingering_until is not None:
            self._lingered += len(data)
            if self._lingered > _LINGER_BYTES:
                self.transport.close()
            return
        if self._receiving_since is None:
            self._receiving_since, self._received = self.loop.time(), 0
        self._read(self._unread + data if self._unread else data)

    def _read(self, data: bytes) -> None:
        """Take the bytes piece by piece, so that not thousands of requests are taken where a few may wait."""
        self._unread = b""
        for start in range(0, len(data), _SLICE):
            if self._refusal is not None or self.transport.is_closing():
                return
            if len(self.pipeline) >= PIPELINED_REQUESTS_MAX:
                self._unread = data[start:]
                self.flow.pause_reading()
                return
            self._parse(data[start : start + _SLICE])

    def _parse(self, data: bytes) -> None:
        was_in_head, self._has_begun = self._is_in_head, False
        self._chunk = len(data)
        self._received += self._chunk
        super().data_received(data)
        if was_in_head and self._is_in_head and not self._has_begun:
            self._head_bytes += self._chunk
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(*_TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser could not read."""
        self._refuse(*_NO_REQUEST)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._receiving_since, self._received = self.loop.time(), self._chunk
        self._is_in_head = self._has_begun = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if self._refusal is not None:
            return
        version: str = self.parser.get_http_version()
        refusal = self._refusal_of_head(version)
        if refusal is not None:
            self._refuse(*refusal)
            return
        self._is_in_body = True
        self._describe_request(version)
        self._unanswered += 1
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
        self.cycle.linger = self._linger
        if self._unanswered == 1:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _refusal_of_head(self, version: str) -> tuple[int, str] | None:
        """Return status and message if the head of a request must be refused, whatever it asks for, else None."""
        if len(self.headers) > HEADERS_MAX or (self._received > HEAD_BYTES_MAX and self._is_head_too_large()):
            return _TOO_LARGE
        ambiguity = ambiguity_of(version, self.headers)
        return None if ambiguity is None else (400, ambiguity)

    def _describe_request(self, version: str) -> None:
        """Put what the head says into the scope."""
        url = parse_url(self.url)
        self.scope["http_version"] = version
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["raw_path"] = url.path
        self.scope["path"] = unquote(url.path.decode("ascii"))
        self.scope["query_string"] = url.query or b""

    def on_body(self, body: bytes) -> None:
        if self._refusal is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_in_body = False
        self._receiving_since = None
        if self._refusal is None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._unanswered -= 1
        super().on_response_complete()
        if self.transport.is_closing() or self._lingering_until is not None:
            return
        if self._refusal is not None:
            if not self._unanswered:
                self._end()
        elif self._unread:
            self.flow.pause_reading()
            if len(self.pipeline) < PIPELINED_REQUESTS_MAX:
                self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        if self._unread and not self.transport.is_closing():
            self._read(self._unread)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._sending_since = None

    def look(self, now: float) -> None:
        """End the connection if its client is late."""
        if self._lingering_until is not None:
            if now > self._lingering_until:
                self.transport.close()
        elif self._sending_since is not None and now - self._sending_since > SEND_SECONDS_MAX:
            self.transport.abort()
        elif self._receiving_since is not None and not self._unread and self._refusal is None:
            allowed = RECEIVE_SECONDS_MAX + self._received / RECEIVE_BYTES_PER_SECOND_MIN
            if now - self._receiving_since > allowed:
                self._is_to_be_told = self._is_in_head or self._is_in_body or not self.cycle
                self._refuse(*_TOO_SLOW)

    def _is_head_too_large(self) -> bool:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES_MAX

    def _refuse(self, status: int, message: str) -> None:
        """Take nothing more, answer all that was taken before, and this last."""
        if self._refusal is not None or self.transport.is_closing():
            return
        self._refusal = (status, message)
        if self._is_in_body:
            self._take_back()
        if not self._unanswered:
            self._end()

    def _take_back(self) -> None:
        """Forget the request whose body cannot be read; it may have been answered already, in part or whole."""
        if self.pipeline:
            self.pipeline.popleft()
            self._unanswered -= 1
            return
        self._is_to_be_told = not self.cycle.response_started
        if not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._unanswered -= 1

    def _end(self) -> None:
        """Say why nothing more is taken, where a client waits to hear it, and hang up."""
        if self._received and self._is_to_be_told and self._refusal is not None:
            self._say(*self._refusal)
        self._linger()

    def _linger(self) -> None:
        """Say that nothing more will come, and read on for a moment before hanging up."""
        if self._lingering_until is None and not self.transport.is_closing():
            self._lingering_until = self.loop.time() + _LINGER_S
            self.transport.write_eof()
            self.flow.resume_reading()

    def _say(self, status: int, message: str) -> None:
        body = plain_body(status, message)
        headers = {
            "Content-Type": "application/json",
            "Content-Length": len(body),
            "Connection": "close",
            "X-Request-Id": new_request_id(),
            **PROTECTION,
        }
        if status == _TOO_MANY[0]:
            headers["Retry-After"] = 1
        lines = [name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers]
        lines += [f"{name.lower()}: {value}\r\n".encode() for name, value in headers.items()]
        self.transport.write(STATUS_LINE[status] + b"".join(lines) + b"\r\n" + body)


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
