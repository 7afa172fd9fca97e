"""The outbox: what an evaluation asked to be sent, written together with everything else that it changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tercel.database.round_trip import Statement
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.owner import Owner
from tercel.pipeline.write import Write, plain

INSERT_OUTBOX = """INSERT INTO outbox (application_id, kind, payload) SELECT r.application_id, r.kind, r.payload
    FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, kind TEXT, payload JSONB)"""


class OutboxChanges(list[dict[str, Any]]):
    """Rows of the outbox: application, kind and payload."""

    def merge(self, later: OutboxChanges, _: Work, /) -> None:
        """Append those of one more command."""
        self.extend(later)

    def write(self, _: Owner, /) -> Iterable[Statement]:
        """Write them."""
        return plain(INSERT_OUTBOX, self)


OUTBOX = Aggregate[None, OutboxChanges]("outbox", rows=lambda: None, delta=OutboxChanges)

WRITE_OUTBOX = Write(OUTBOX, OutboxChanges.write)
