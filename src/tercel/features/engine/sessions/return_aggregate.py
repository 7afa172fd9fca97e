"""Returns in the pipeline: the earlier ones of a session, and new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import insert
from tercel.database.tables.sessions import returns
from tercel.ledger.entries import SessionId
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.rows import columns, rows_of
from tercel.pipeline.write import Write, plain

RETURN_KEYS = Keys[SessionId](application_id="BIGINT", session_id="BIGINT")


class ReturnRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """Units of a session that came back in one call."""

    id: int
    application_id: int
    account_id: int
    session_id: int
    session_integration_id: str
    profile_id: int | None
    profile_integration_id: str | None
    event_id: int
    items: msgspec.Raw
    created: datetime


_RETURNS = f"""SELECT {columns("t", ReturnRow)}
    FROM {RETURN_KEYS.recordset}
    JOIN returns AS t USING (application_id, session_id) WHERE t.application_id = %s ORDER BY t.created, t.id"""

INSERT_RETURNS = insert(returns, ReturnRow.__struct_fields__, order_by=("application_id", "id"))


class ReturnChanges(list[ReturnRow]):
    """New returns."""

    def merge(self, later: ReturnChanges, _: Work, /) -> None:
        """Append those of one more command."""
        self.extend(later)

    def write(self, _: Owner, /) -> Iterable[Statement]:
        """Write them."""
        return plain(INSERT_RETURNS, self)


#: by session, oldest first
RETURNS = Aggregate[defaultdict[SessionId, list[ReturnRow]], ReturnChanges](
    "returns", rows=lambda: defaultdict(list), delta=ReturnChanges
)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    returned = work[RETURNS]
    for made in rows_of(ReturnRow, rows):
        returned[made.application_id, made.session_id].append(made)


LOAD_RETURNS = Load(_RETURNS, (RETURN_KEYS, APPLICATION), _take)

WRITE_RETURNS = Write(RETURNS, ReturnChanges.write)
