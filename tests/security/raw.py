"""A client that speaks HTTP byte by byte, as no library would."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PATIENCE_S = 30
_DRIP_EVERY_S = 0.05


class RawClient:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: bytes) -> None:
        """Send bytes, unless the server has hung up already."""
        with suppress(ConnectionError):
            self._connection.sendall(data)

    def send_whole(self, data: bytes) -> None:
        """Send bytes as most clients do, for which it is a failure when the server hangs up meanwhile."""
        self._connection.sendall(data)

    def read_to_end(self) -> bytes:
        """Everything until the server hangs up."""
        parts = []
        with suppress(ConnectionError):
            while part := self._connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    def drip(self, data: bytes) -> bytes:
        """Send the same bytes now and then; everything the server says until it hangs up."""
        self._connection.settimeout(_DRIP_EVERY_S)
        parts: list[bytes] = []
        for _ in range(int(_PATIENCE_S / _DRIP_EVERY_S)):
            with suppress(TimeoutError):
                try:
                    self._connection.sendall(data)
                    part = self._connection.recv(65_536)
                except ConnectionError:
                    return b"".join(parts)
                if not part:
                    return b"".join(parts)
                parts.append(part)
        raise AssertionError("the server never hung up")

    def wait_for_reset(self) -> None:
        """Send a byte now and then, reading nothing, until the server has hung up."""
        self._connection.settimeout(_DRIP_EVERY_S)
        pause = socket.socketpair()
        with pause[0], pause[1]:
            pause[0].settimeout(_DRIP_EVERY_S)
            for _ in range(int(_PATIENCE_S / _DRIP_EVERY_S)):
                with suppress(TimeoutError):
                    try:
                        self._connection.sendall(b"\r\n")
                    except ConnectionError:
                        return
                    pause[0].recv(1)
        raise AssertionError("the server never hung up")


@contextmanager
def raw_client(url: str, *, receive_buffer: int | None = None) -> Iterator[RawClient]:
    """A connection to a server, whose client may have a small buffer for what it receives."""
    address = urlsplit(url)
    with socket.socket() as connection:
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(_PATIENCE_S)
        connection.connect((address.hostname, address.port))
        yield RawClient(connection)


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """A request as bytes; the server hangs up after its answer."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def status_of(answer: bytes) -> int:
    """The status of the only answer."""
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    return int(answer.split(b" ", 2)[1])
