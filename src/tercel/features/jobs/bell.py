"""Telling the workers of this process that a job was asked for, so that it begins at once."""

from __future__ import annotations

import asyncio


class Bell:
    """A signal to the workers of this process: a ring that comes after ``listen`` is heard, however much later the
    event is waited for."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake every worker that listens."""
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """Return the event of the next ring."""
        return self._next
