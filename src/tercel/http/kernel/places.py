"""Places: how many of what takes long a process does at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tercel.base.errors import UnavailableError


class Places:
    """So many places, each for as long as it is needed."""

    def __init__(self, most: int, message: str) -> None:
        self._free = most
        self._message = message

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place for the length of the block.

        Raises:
            UnavailableError: none is free.
        """
        if not self._free:
            raise UnavailableError(self._message)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
