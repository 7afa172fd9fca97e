"""Telling the workers of this process that a job was asked for, so that it begins at once."""

from __future__ import annotations

import asyncio


class Bell:
    """Whoever listens before it is rung hears it, however much later it is waited for."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens."""
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """The next time that it rings."""
        return self._next
