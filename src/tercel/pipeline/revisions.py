"""The optimistic guard of every batch: what was decided on a revision is committed only while it is the newest
(``database.revisions``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg import AsyncConnection

from tercel.database.revisions import EXPECT_REVISIONS, SHARE_REVISIONS
from tercel.database.round_trip import Statement, round_trip
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.write import Write, spelled


class Revisions:
    """The revisions of the application and of its account; None while there is no such application."""

    __slots__ = ("current",)

    def __init__(self) -> None:
        self.current: tuple[int, int] | None = None


class RevisionChanges:
    """Nothing that changes: the revisions on which a batch decided."""

    __slots__ = ("decided_on",)

    def __init__(self) -> None:
        self.decided_on: tuple[int, int] | None = None

    def merge(self, _later: RevisionChanges, _: Work, /) -> None:
        """Commands change no revisions."""

    def guard(self, owner: Owner, /) -> Iterator[Statement]:
        """Lock the revisions that were decided on against changes until the commit, and fail if one has changed
        before."""
        if self.decided_on is not None:
            yield Statement(EXPECT_REVISIONS, [*map(spelled, (owner.application_id, *self.decided_on))])


REVISIONS = Aggregate[Revisions, RevisionChanges]("revisions", rows=Revisions, delta=RevisionChanges)


def _take(work: Work, rows: Iterable[Any]) -> None:
    work[REVISIONS].current = next(iter(rows), None)


# An application is current in a process when both its own revision and that of its account are those in the database.
# Read in every round. Because: a budget of now must not be held against a limit of before.
LOAD_REVISIONS = Load(
    "SELECT v.own, v.account FROM revisions AS v WHERE v.application_id = %s AND v.slot = 0",
    (APPLICATION,),
    _take,
    is_always=True,
)

GUARD_REVISIONS = Write(REVISIONS, RevisionChanges.guard)


async def share_revisions(connection: AsyncConnection[Any], application_id: int) -> None:
    """Lock the configurations that evaluations of these applications depend on against changes until this transaction
    ends."""
    await round_trip(connection, [Statement(SHARE_REVISIONS, [spelled(application_id)])])
