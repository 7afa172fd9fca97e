"""Ids that are known before the row is written: taken from a sequence in blocks, kept per process.

Ids of a crashed process are lost; nothing needs them to be gap-free.
"""

from __future__ import annotations

from collections import deque
from typing import Any, LiteralString

from psycopg import AsyncConnection

from tercel.database.tables import sequences

_BLOCK = 500

_NEXT_VALUES: LiteralString = "SELECT nextval(%s) FROM generate_series(1, %s)"


class IdAllocator:
    """This process's stock of ids, by the names of ``tables.sequences.ALL``."""

    def __init__(self) -> None:
        self._stock: dict[str, deque[int]] = {name: deque() for name in sequences.ALL}

    async def take(self, connection: AsyncConnection[Any], name: str, count: int) -> list[int]:
        """Return ``count`` unique ids; ask the database only when the stock is too small."""
        stock = self._stock[name]
        while len(stock) < count:
            wanted = max(_BLOCK, count - len(stock))
            cursor = await connection.execute(_NEXT_VALUES, [sequences.ALL[name].name, wanted])
            stock.extend([value for (value,) in await cursor.fetchall()])
        return [stock.popleft() for _ in range(count)]

    def give_back(self, name: str, unused: list[int]) -> None:
        """Return ids that were taken and not written."""
        self._stock[name].extend(unused)
