"""Drawing codes ahead: while the database writes some of them, a thread draws the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from tercel.features.common.patterns.pattern import Choices, CodePattern

T = TypeVar("T")


class DrawnAhead(Generic[T]):
    """Codes of one pattern, chunk after chunk, each in the shape that the function gives to sorted codes."""

    def __init__(self, pattern: CodePattern, choices: Choices, shape: Callable[[list[str]], T]) -> None:
        self._pattern = pattern
        self._choices = choices
        self._shape = shape
        self._next: asyncio.Task[tuple[int, T]] | None = None

    async def take(self, count: int, *, then: int) -> T:
        """Return up to ``count`` different codes, and begin to draw as many as will be wanted ``then``."""
        number, codes = await (self._next or self._begin(count))
        if number > count:
            # Because: some were made elsewhere meanwhile, and the first of sorted codes are not drawn at random.
            _, codes = await self._begin(count)
        self._next = self._begin(then) if then else None
        return codes

    def _begin(self, count: int) -> asyncio.Task[tuple[int, T]]:
        return asyncio.create_task(asyncio.to_thread(self._draw, count))

    def _draw(self, count: int) -> tuple[int, T]:
        # Because: in the order of the index the database writes them twice as fast.
        codes = sorted(self._pattern.draw(count, self._choices))
        return len(codes), self._shape(codes)
