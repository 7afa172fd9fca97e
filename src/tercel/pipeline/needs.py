"""What a batch must load: keys by kind, gathered from its commands."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tercel.base.codec import encode

K = TypeVar("K")


class Keys(Generic[K]):
    """One kind of key by which rows are asked for, such as (application, code).

    ``columns`` are names with their PostgreSQL types, in the order of the key; a key of a single column is its bare value.
    """

    __slots__ = ("_columns", "_spelled", "recordset")

    def __init__(self, *, spelled: Callable[[K], dict[str, Any]] | None = None, **columns: str) -> None:
        """``spelled`` makes a row of a key that is not a plain tuple of the columns."""
        self._columns = tuple(columns)
        self._spelled = spelled
        listing = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.recordset = f"jsonb_to_recordset(%s::jsonb) AS k({listing})"

    def document(self, keys: Set[K]) -> bytes:
        """Encode the keys as the one parameter that ``recordset`` reads."""
        columns, spelled = self._columns, self._spelled
        if spelled is not None:
            return encode([spelled(key) for key in keys])
        if len(columns) == 1:
            name = columns[0]
            return encode([{name: key} for key in keys])
        rows: Set[Any] = keys
        return encode([dict(zip(columns, key, strict=True)) for key in rows])


class Needs(dict[Any, Any]):
    """Sets of keys by their kind; a kind that no command asked for is absent.

    ``needs[KEYS].add(key)`` asks for one more.
    """

    __slots__ = ()

    def __missing__(self, keys: Keys[Any]) -> set[Any]:
        wanted: set[Any] = set()
        self[keys] = wanted
        return wanted

    if TYPE_CHECKING:

        def __getitem__(self, keys: Keys[K], /) -> set[K]: ...

    def beyond(self, asked: Needs) -> Needs:
        """Return the keys that were not asked for before; remember them as asked."""
        fresh = Needs()
        for keys, wanted in self.items():
            known = asked[keys]
            new = wanted - known
            if new:
                fresh[keys] = new
                known |= new
        return fresh
