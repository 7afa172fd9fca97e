"""What a noun brings to the pipeline, and the shelves on which its rows and its changes lie while a batch runs.

A noun is one module of its feature (or of the ledger). The module makes an ``Aggregate``, which is the key of two shelves:
``work[NOUN]`` holds the rows that were loaded, as the commands so far leave them; ``changes[NOUN]`` is its *delta*, what is to
be written. Beside it stand the noun's kinds of keys (``needs.Keys``), its loads (``load.Load``) and its writes (``write.Write``).
A shelf is made when it is first asked for, so nothing is spent on nouns that a batch does not touch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner


class Delta(Protocol):
    """What changes on the rows of a noun: of one command, and summed up of a batch."""

    def merge(self, later: Self, work: Work, /) -> None:
        """Take over what one more command changed, and show it in ``work`` to the commands after it. Cannot fail."""


R = TypeVar("R")
D = TypeVar("D", bound=Delta)
D_contra = TypeVar("D_contra", bound=Delta, contravariant=True)


class Memory(Protocol[D_contra]):
    """What a process remembers of what it has written, so that it need not write it again."""

    def spare(self, delta: D_contra, /) -> None:
        """Take out of a batch's delta what need not be written."""

    def note(self, delta: D_contra, /) -> None:
        """Remember what was committed."""


class Unchanged:
    """The delta of a noun that is only read."""

    def merge(self, later: Unchanged, work: Work, /) -> None:
        """Merge nothing: nothing changes."""


class Aggregate(Generic[R, D]):
    """A noun of the pipeline: how its rows and its delta are held.

    ``name`` is also that of its sequence in ``database.tables.sequences``, if it has ids that commands take
    (``Draft.next_id``); ``ids_ahead`` of them are kept ready for each command of a batch.
    """

    __slots__ = ("delta", "ids_ahead", "memory", "name", "rows")

    def __init__(
        self,
        name: str,
        *,
        rows: Callable[[], R],
        delta: Callable[[], D],
        ids_ahead: int = 0,
        memory: Callable[[], Memory[D]] | None = None,
    ) -> None:
        self.name = name
        self.rows = rows
        self.delta = delta
        self.ids_ahead = ids_ahead
        self.memory = memory

    def __repr__(self) -> str:
        return self.name


class Changes(dict[Any, Any]):
    """Deltas by aggregate; of what did not change there is none."""

    __slots__ = ()

    def __missing__(self, aggregate: Aggregate[Any, D]) -> D:
        delta = aggregate.delta()
        self[aggregate] = delta
        return delta

    if TYPE_CHECKING:

        def __getitem__(self, aggregate: Aggregate[Any, D], /) -> D: ...


class Work(dict[Any, Any]):
    """The working copy of a batch: rows of one owner by aggregate, and what will be written.

    Rows that were asked for and not found are absent.
    """

    __slots__ = ("asked", "ids", "owner", "to_write")

    def __init__(self, owner: Owner) -> None:
        super().__init__()
        self.owner = owner
        self.asked = Needs()
        self.ids: dict[Aggregate[Any, Any], list[int]] = {}
        self.to_write = Changes()

    def __missing__(self, aggregate: Aggregate[R, Any]) -> R:
        rows = aggregate.rows()
        self[aggregate] = rows
        return rows

    if TYPE_CHECKING:

        def __getitem__(self, aggregate: Aggregate[R, Any], /) -> R: ...
