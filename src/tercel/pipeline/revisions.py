"""The guard of every batch: what was decided on a revision is committed only while it is the newest (``database.revisions``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg import AsyncConnection

from tercel.database.revisions import EXPECT_REVISIONS, SHARE_REVISIONS
from tercel.database.round_trip import Statement, round_trip
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.write import Write, expected, plain

APPLICATION_IDS = Keys[int](id="BIGINT")


class RevisionChanges(dict[int, tuple[int, int]]):
    """Nothing that changes: the revisions, of applications and of their accounts, on which a batch decided."""

    def merge(self, later: RevisionChanges, _: Work, /) -> None:
        """Rest on those of the other as well."""
        self.update(later)

    def guard(self) -> Iterator[Statement]:
        """Let nobody change what was decided on before the commit, and make sure that nobody has."""
        revisions = [{"id": each, "own": own, "account": account} for each, (own, account) in self.items()]
        yield from plain(SHARE_REVISIONS, revisions)
        yield from expected(EXPECT_REVISIONS, revisions)


#: application → its own revision and that of its account
REVISIONS = Aggregate[dict[int, tuple[int, int]], RevisionChanges](
    "revisions", rows=dict, delta=RevisionChanges
)


def _take(work: Work, rows: Iterable[tuple[int, int, int]]) -> None:
    work[REVISIONS].update((application_id, (own, account)) for application_id, own, account in rows)


# An application is current in a process when both its own revision and that of its account are those in the database.
LOAD_REVISIONS = Load(
    f"""SELECT a.id, a.revision, c.revision FROM {APPLICATION_IDS.recordset}
    JOIN applications AS a USING (id) JOIN accounts AS c ON c.id = a.account_id""",
    (APPLICATION_IDS,),
    _take,
)

GUARD_REVISIONS = Write(REVISIONS, RevisionChanges.guard)


async def share_revisions(connection: AsyncConnection[Any], applications: Iterable[int]) -> None:
    """Let nobody change what evaluations of these applications rest on before this transaction ends."""
    await round_trip(connection, plain(SHARE_REVISIONS, [{"id": each} for each in applications]))
