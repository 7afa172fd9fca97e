"""Counters: the sums of entries under one limit each, written only with a guard that holds the limit.

The statement that moves them waits for other transactions at most as long as their own may last, and checks its guard on the newest
row: ``used + peak <= limit``, where the peak is the highest that a batch stood on its way to what it comes to. A guard that fails
makes the number of rows differ from the number meant, and the transaction is rolled back. Counters that no order has moved yet
are started at zero just before, so that one guard holds for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from tercel.base.numbers import ZERO
from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import column_types, expecting, insert, recordset
from tercel.database.tables.ledger import counters
from tercel.evaluation.snapshot import CounterKey
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.write import Write, expected, plain

Counter = tuple[int, CounterKey]
"""An application and the key of a counter in it."""
#: How much of a counter is taken, and its limit; None for what only gives back.
Use = tuple[CounterKey, Decimal, Decimal | None]
_Figure = TypeVar("_Figure", int, Decimal)

_COUNTER_KEY = ("application_id", "campaign_id", "action", "scope", "period")
_COUNTER_MOVE = [
    *column_types(counters, _COUNTER_KEY),
    ("delta", "NUMERIC"),
    ("limit", "NUMERIC"),
    ("peak", "NUMERIC"),
    ("expected", "NUMERIC"),
]

COUNTER_KEYS = Keys[Counter](
    spelled=lambda counter: {"application_id": counter[0], **counter[1]._asdict()},
    application_id="BIGINT",
    campaign_id="BIGINT",
    action="TEXT",
    scope="TEXT",
    period="TEXT",
)

_LOAD_COUNTERS = f"""SELECT c.application_id, c.campaign_id, c.action, c.scope, c.period, c.used
    FROM {COUNTER_KEYS.recordset} JOIN counters AS c
    USING (application_id, campaign_id, action, scope, period) WHERE c.application_id = %s"""

# Another transaction may have started the same counter: then it is moved from where that one left it.
START_COUNTERS = insert(
    counters,
    _COUNTER_KEY,
    order_by=_COUNTER_KEY,
    on_conflict="ON CONFLICT DO NOTHING",
)

# Giving back needs the counter that was taken from: as long as there is a limit, its counters are there.
MOVE_COUNTERS = expecting(
    f"""UPDATE counters AS c SET used = c.used + r.delta
    FROM (SELECT * FROM {recordset(_COUNTER_MOVE, "x")} ORDER BY {", ".join(_COUNTER_KEY)}) AS r
    WHERE c.application_id = %s AND (c.campaign_id, c.action, c.scope, c.period) = (r.campaign_id, r.action, r.scope, r.period)
      AND c.used = coalesce(r.expected, c.used) AND (r.peak IS NULL OR c.used + r.peak <= coalesce(r."limit", 'infinity'))""",
    "counters",
)


class CounterMove(msgspec.Struct, kw_only=True):
    """A change of one limited counter. ``limit`` is None for a change that only gives back. ``peak`` is where the change stood
    highest on its way, after a command that took: later commands may give back, and still there must have been room.
    ``expected`` is the use that the change rests on, where that must not have moved at all. ``is_first``: no counter was found."""

    application_id: int
    campaign_id: int
    action: str
    scope: str
    period: str
    delta: Decimal
    limit: Decimal | None
    peak: Decimal | None = None
    expected: Decimal | None = None
    is_first: bool = False


class CounterChanges(dict[Counter, CounterMove]):
    """Moves of counters."""

    def count(
        self, application_id: int, key: CounterKey, delta: Decimal, limit: Decimal | None
    ) -> CounterMove:
        """Take from a counter, or give back; the move as it is then."""
        move = self.get((application_id, key))
        if move is None:
            move = self[application_id, key] = CounterMove(
                application_id=application_id,
                campaign_id=key.campaign_id,
                action=key.action,
                scope=key.scope,
                period=key.period,
                delta=delta,
                limit=limit,
            )
            return move
        move.delta += delta
        if limit is not None:
            move.limit = limit if move.limit is None else min(move.limit, limit)
        return move

    def merge(self, later: CounterChanges, work: Work, /) -> None:
        """Show later commands the counters as this one leaves them, and add up what is moved.

        What filled a limit stands only if the limit is where it was read. Because: an amount that was cut to what was left
        fills its limit, and is wrong as soon as another transaction gave back or took meanwhile; and so is what a later command of the
        batch was refused because of it. The limit alone would let both pass.
        """
        stored = work[COUNTERS]
        for (application_id, key), move in later.items():
            known = stored.get((application_id, key))
            used = stored[application_id, key] = (known or ZERO) + move.delta
            union = self.count(application_id, key, move.delta, move.limit)
            if move.delta > 0:
                union.is_first |= known is None
                union.peak = higher(union.peak, union.delta)
                if move.limit is not None and used >= move.limit:
                    union.expected = used - union.delta

    def move(self, owner: Owner, /) -> Iterator[Statement]:
        """Start the counters that are taken from for the first time, then move all."""
        moves = [move for move in self.values() if move.delta or (move.expected, move.peak) != (None, None)]
        yield from plain(START_COUNTERS, [move for move in moves if move.is_first])
        yield from expected(MOVE_COUNTERS, moves, owner.application_id)


#: counter → how much of it is used
COUNTERS = Aggregate[dict[Counter, Decimal], CounterChanges]("counters", rows=dict, delta=CounterChanges)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    stored = work[COUNTERS]
    for application_id, campaign_id, action, scope, period, used in rows:
        stored[application_id, CounterKey(campaign_id, action, scope, period)] = used


LOAD_COUNTERS = Load(_LOAD_COUNTERS, (COUNTER_KEYS, APPLICATION), _take, locks="c")

MOVE_EACH_COUNTER = Write(COUNTERS, CounterChanges.move)


def used_of(work: Work, application_id: int, keys: Iterable[CounterKey]) -> Mapping[CounterKey, Decimal]:
    """Stored use of counters, with what earlier commands of the batch took."""
    stored = work[COUNTERS]
    found = ((key, stored.get((application_id, key))) for key in keys)
    return {key: used for key, used in found if used is not None}


def higher(peak: _Figure | None, now: _Figure) -> _Figure:
    """Return the peak of a move that stands at ``now``."""
    return now if peak is None or now > peak else peak
