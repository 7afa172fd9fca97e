"""The pipeline names no noun, a noun is one module and its places in the order, and the order of locks is what it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tercel.database.engine import Database
from tercel.database.round_trip import Statement
from tercel.features.aggregates import ORDER
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import Load, load
from tercel.pipeline.needs import Keys, Needs
from tercel.pipeline.order import Order
from tercel.pipeline.owner import Owner
from tercel.pipeline.write import Write, plain, write

_PIPELINE = Path("src/tercel/pipeline")
_NOUNS = re.compile(
    r"coupon|referral|reservation|campaign|loyalty|achievement|giveaway|audience|outbox|webhook"
    r"|(session|profile|store|event)_?(row|key|id|move)s?\b|\b(entries|redemption)",
    re.IGNORECASE,
)


def test_the_pipeline_names_no_noun() -> None:
    named = {
        f"{path.name}: {match.group()}"
        for path in _PIPELINE.glob("*.py")
        for match in _NOUNS.finditer(path.read_text())
    }
    assert not named


def test_everybody_locks_in_one_order() -> None:
    """Codes and counters, which many want, come last, and counters after the guard of revisions."""
    assert [f"{each.aggregate!r} {each.statements.__name__}" for each in ORDER.writes] == [
        "entries share_uncounted",
        "profiles insert",
        "profiles move_rows",
        "profiles join",
        "profiles move_friends",
        "sessions write",
        "sessions expect",
        "entries insert",
        "events insert",
        "events insert_keys",
        "returns write",
        "coupons insert",
        "referrals insert",
        "outbox write",
        "answers insert",
        "points move_ledgers",
        "points write",
        "reservations insert",
        "coupons set_attributes",
        "referrals set_attributes",
        "coupons move_counters",
        "referrals move_counters",
        "activity of campaigns touch",
        "revisions guard",
        "counters move",
    ]


def test_revisions_are_read_last() -> None:
    assert "revisions" in ORDER.loads[-1].sql


# A noun that is made up: notes that customers leave, numbered by their keys.


class _NoteChanges(dict[str, str]):
    def merge(self, later: _NoteChanges, work: Work, /) -> None:
        self.update(later)
        work[_NOTES].update(later)

    def write(self, _: Owner, /) -> Iterable[Statement]:
        rows = [{"key": key, "text": text} for key, text in self.items()]
        return plain(
            """INSERT INTO notes SELECT r.key, r.text FROM jsonb_to_recordset(%s::jsonb) AS r(key TEXT, text TEXT)
            ON CONFLICT (key) DO UPDATE SET text = excluded.text""",
            rows,
        )


_NOTE_KEYS = Keys[str](key="TEXT")
_NOTES = Aggregate[dict[str, str], _NoteChanges]("notes", rows=dict, delta=_NoteChanges)


def _take(work: Work, rows: Iterable[Any]) -> None:
    work[_NOTES].update(rows)


_LOAD_NOTES = Load(f"SELECT n.key, n.text FROM {_NOTE_KEYS.recordset} JOIN notes AS n USING (key)", (_NOTE_KEYS,), _take, "n")  # fmt: skip
_ORDER = Order((_LOAD_NOTES, *ORDER.loads), (*ORDER.writes, Write(_NOTES, _NoteChanges.write)))


@pytest.mark.anyio
async def test_a_new_noun_is_only_an_aggregate(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE notes (key TEXT PRIMARY KEY, text TEXT)")
        for found, left in (({}, "first second"), ({"ann": "first second"}, "first second second")):
            work = Work(Owner(1, 1))
            await load(connection, _ORDER.loads, Needs({_NOTE_KEYS: {"ann", "bob"}}), work, locking=True)
            assert work[_NOTES] == found
            for text in ("first", "second") if not found else ("second",):
                draft = Draft(work)
                known = draft.loaded[_NOTES].get("ann")
                draft.changes[_NOTES]["ann"] = text if known is None else f"{known} {text}"
                draft.merge()
            dropped = Draft(work)
            dropped.changes[_NOTES]["bob"] = "never written"
            dropped.drop()
            dropped.merge()
            await write(connection, _ORDER.writes, work)
            cursor = await connection.execute("SELECT key, text FROM notes")
            assert await cursor.fetchall() == [("ann", left)]


def test_nothing_is_spent_on_nouns_that_nobody_touches() -> None:
    work = Work(Owner(1, 1))
    Draft(work).merge()
    assert (dict(work), dict(work.to_write)) == ({}, {})
