"""The draft in which one command changes the working copy of its batch.

A command reads through its draft and writes into it; only when it has decided everything is the draft merged, so that a
command that fails leaves no trace.
"""

from __future__ import annotations

from typing import Any

from tercel.pipeline.aggregate import Aggregate, Changes, Work


class IdsExhausted(Exception):  # noqa: N818  # a request for more, not an error
    """A draft used all ids of a kind."""

    def __init__(self, aggregate: Aggregate[Any, Any]) -> None:
        super().__init__(aggregate.name)
        self.aggregate = aggregate


class Draft:
    """One command's changes, over the rows as the commands before it left them.

    ``loaded`` are these rows, not to be changed; ``changes`` is what the command wants to be written.
    """

    __slots__ = ("_ids_used", "changes", "loaded")

    def __init__(self, work: Work) -> None:
        self.loaded = work
        self.changes = Changes()
        self._ids_used: dict[Aggregate[Any, Any], int] = {}

    def next_id(self, aggregate: Aggregate[Any, Any]) -> int:
        """Return an id that was taken for this batch.

        Raises:
            IdsExhausted: none is left; the batch takes more and decides the command again.
        """
        used = self._ids_used.get(aggregate, 0)
        stock = self.loaded.ids.get(aggregate, ())
        if used >= len(stock):
            raise IdsExhausted(aggregate)
        self._ids_used[aggregate] = used + 1
        return stock[used]

    def drop(self) -> None:
        """Forget all changes: what was computed was only for the answer."""
        self.changes = Changes()

    def merge(self) -> None:
        """Make the changes those of the batch. Cannot fail."""
        work = self.loaded
        for aggregate, used in self._ids_used.items():
            del work.ids[aggregate][:used]
        for aggregate, delta in self.changes.items():
            work.to_write[aggregate].merge(delta, work)
