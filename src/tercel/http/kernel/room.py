"""Room for bodies: the bytes that all requests of a process may hold at once, and which of them gives way when there
are too many.

A body counts with its bytes while they arrive, and with the size of its decoded values until its request is answered.
When the sum is too large, the largest body that still arrives gives way, or the one that wants more: so a client that
sends many large bodies, however slowly, hinders other large bodies but no ordinary cart. Small bodies are not
counted: as many as may wait at all have room beside.
"""

from __future__ import annotations

from types import TracebackType

from tercel.base.errors import UnavailableError
from tercel.base.limits import BODIES_BYTES_MAX
from tercel.http.decoding.skeleton import Bytes

SMALL_BYTES = 64 * 1024
#: Of one decoded value: a number or text with its place in a list or object, and its part of that.
BYTES_PER_VALUE = 128
_FULL = "too many large requests are under way: try again"


class Room:
    """The room of one process."""

    def __init__(self, most: int = BODIES_BYTES_MAX) -> None:
        self._most = most
        self._taken = 0
        self._arriving: set[Share] = set()

    def share(self) -> Share:
        """Make an empty share for one body; it is given back at the end of its ``with`` block."""
        return Share(self)

    def take(self, share: Share, size: int) -> None:
        """Let a share grow.

        Raises:
            UnavailableError: it has to give way itself.
        """
        self._taken += size
        share.size += size
        while self._taken > self._most:
            largest = max((*self._arriving, share), key=lambda each: each.size)
            largest.give_way()
            if largest is share:
                raise UnavailableError(_FULL)

    def give_back(self, share: Share) -> None:
        """Let a share be nothing again."""
        self._taken -= share.size
        share.size = 0
        self._arriving.discard(share)

    def arrives(self, share: Share) -> None:
        """Note that the share's body still arrives, so that the share can give way."""
        self._arriving.add(share)

    def has_arrived(self, share: Share) -> None:
        """Note that the share's body has arrived, so that the share can no longer give way."""
        self._arriving.discard(share)


class Share:
    """What one body takes.

    Attributes:
        size: In bytes; 0 while it is small.
    """

    __slots__ = ("_has_given_way", "_raw", "_room", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._raw = bytearray()
        self._has_given_way = False
        self.size = 0

    def __enter__(self) -> Share:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.size:
            self._room.give_back(self)

    def add(self, chunk: bytes) -> None:
        """Take what has arrived.

        Raises:
            UnavailableError: it had to give way to others.
        """
        if self._has_given_way:
            raise UnavailableError(_FULL)
        self._raw += chunk
        if len(self._raw) > SMALL_BYTES:
            self._room.arrives(self)
            self._room.take(self, len(self._raw) - self.size)

    def complete(self) -> Bytes:
        """Return the bytes that have arrived; the share no longer gives way."""
        self._room.has_arrived(self)
        raw, self._raw = self._raw, bytearray()
        return raw

    def decode(self, raw: Bytes, values: int) -> None:
        """Take what the body with so many values will be decoded to, beside what it is.

        Raises:
            UnavailableError: there is no room for it.
        """
        size = len(raw) + values * BYTES_PER_VALUE
        if size > SMALL_BYTES:
            self._room.take(self, size - self.size)

    def give_way(self) -> None:
        """Make room for others: forget the bytes that have arrived, and refuse the rest when it comes."""
        self._has_given_way = True
        self._raw = bytearray()
        self._room.give_back(self)
