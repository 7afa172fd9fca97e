"""Drawing codes ahead: while the database writes some of them, a thread draws the next."""

from __future__ import annotations

import asyncio

from tercel.features.codes.pattern import Choices, CodePattern


class DrawnAhead:
    """Codes of one pattern, chunk after chunk."""

    def __init__(self, pattern: CodePattern, choices: Choices) -> None:
        self._pattern = pattern
        self._choices = choices
        self._next: asyncio.Task[list[str]] | None = None

    async def take(self, count: int, *, then: int) -> list[str]:
        """Up to ``count`` different codes, sorted; drawing as many as will be wanted ``then`` begins now."""
        codes = await (self._next or self._begin(count))
        if len(codes) > count:
            # Because: some were made elsewhere meanwhile, and the first of sorted codes are not drawn at random.
            codes = await self._begin(count)
        self._next = self._begin(then) if then else None
        return codes

    def _begin(self, count: int) -> asyncio.Task[list[str]]:
        return asyncio.create_task(asyncio.to_thread(self._draw, count))

    def _draw(self, count: int) -> list[str]:
        # Because: in the order of the index the database writes them twice as fast.
        return sorted(self._pattern.draw(count, self._choices))
