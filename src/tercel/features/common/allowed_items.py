"""The values that imported lists allow, kept by a process until a newer list takes their place (behaviour/definitions 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection

from tercel.base.codec import decode_any
from tercel.features.common.attribute_values import value_of_suggestion

_PIECES = "SELECT items FROM allowed_items WHERE attribute_id = %s"


class AllowedItems:
    """The lists that were read so far. One for all applications: a list may have half a million values."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, frozenset[Any]]] = {}

    async def of(self, connection: AsyncConnection[Any], attribute: Any) -> frozenset[Any] | None:
        """Return what the list of an attribute allows; None when the attribute has none, or is not restricted to it."""
        if not attribute.restricted_by_suggestions or attribute.allowed_list_id is None:
            return None
        list_id, values = self._known.get(attribute.id, (None, frozenset()))
        if list_id != attribute.allowed_list_id:
            pieces = await (await connection.execute(_PIECES, [attribute.id])).fetchall()
            values = await asyncio.to_thread(_values, attribute.type, (items for (items,) in pieces))
            self._known[attribute.id] = attribute.allowed_list_id, values
        return values


def _values(kind: str, pieces: Iterable[str]) -> frozenset[Any]:
    return frozenset(value_of_suggestion(kind, item) for piece in pieces for item in decode_any(piece))
