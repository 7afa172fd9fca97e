"""Answers to requests that may be repeated, remembered for their idempotency key and replayed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tercel.base.limits import IDEMPOTENCY_HOURS
from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.command import Answer, RepeatKey
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.rows import rows_of
from tercel.pipeline.write import Write, expected

ANSWER_KEYS = Keys[RepeatKey](application_id="BIGINT", scope="TEXT", key="TEXT")

# An answer that is no longer replayed makes room: the comparison is the one that decides about replaying.
INSERT_ANSWERS = expecting(
    f"""INSERT INTO idempotency (application_id, scope, key, status, body, created)
    SELECT r.application_id, r.scope, r.key, r.status, decode(r.body, 'hex'), r.created FROM
        jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, scope TEXT, key TEXT, status SMALLINT, body TEXT,
                                           created TIMESTAMPTZ)
    ORDER BY r.application_id, r.scope, r.key
    ON CONFLICT (application_id, scope, key) DO UPDATE
    SET status = excluded.status, body = excluded.body, created = excluded.created
    WHERE idempotency.created <= excluded.created - interval '{IDEMPOTENCY_HOURS} hours'""",
    "answers",
)


class AnswerRow(msgspec.Struct, kw_only=True, gc=False):
    """A remembered answer. ``body`` is the hexadecimal form."""

    application_id: int
    scope: str
    key: str
    status: int
    body: str
    created: datetime


class AnswerChanges(dict[RepeatKey, AnswerRow]):
    """Answers to remember."""

    def merge(self, later: AnswerChanges, work: Work, /) -> None:
        """Remember them, and let commands after this one be answered by them."""
        self.update(later)
        work[ANSWERS].update(later)

    def insert(self, _: Owner, /) -> Iterable[Statement]:
        """Write them where none is replayed yet."""
        return expected(INSERT_ANSWERS, list(self.values()))


ANSWERS = Aggregate[dict[RepeatKey, AnswerRow], AnswerChanges]("answers", rows=dict, delta=AnswerChanges)


def _take(work: Work, rows: Iterable[tuple[object, ...]]) -> None:
    answers = work[ANSWERS]
    for row in rows_of(AnswerRow, rows):
        answers[row.application_id, row.scope, row.key] = row


LOAD_ANSWERS = Load(
    f"""SELECT a.application_id, a.scope, a.key, a.status, encode(a.body, 'hex'), a.created
    FROM {ANSWER_KEYS.recordset}
    JOIN idempotency AS a USING (application_id, scope, key) WHERE a.application_id = %s""",
    (ANSWER_KEYS, APPLICATION),
    _take,
)

KEEP_ANSWERS = Write(ANSWERS, AnswerChanges.insert)


def remembered(work: Work, key: RepeatKey, now: datetime) -> Answer | None:
    """Return the answer that was given under the key, if it is still replayed, else None."""
    row = work[ANSWERS].get(key)
    if row is None or row.created <= now - timedelta(hours=IDEMPOTENCY_HOURS):
        return None
    return Answer(status=row.status, body=bytes.fromhex(row.body))


def remember(draft: Draft, key: RepeatKey, answer: Answer, now: datetime) -> None:
    """Keep an answer together with what it answers for."""
    application_id, scope, name = key
    draft.changes[ANSWERS][key] = AnswerRow(
        application_id=application_id,
        scope=scope,
        key=name,
        status=answer.status,
        body=answer.body.hex(),
        created=now,
    )
