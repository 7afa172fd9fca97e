"""Entries: what sessions and events consumed, one row for each thing, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tercel.base.codec import encode
from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import column_types, recordset, value
from tercel.database.tables.ledger import entries
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.rows import rows_of
from tercel.pipeline.write import Write, plain, spelled

SessionId = tuple[int, int]
"""Application and id of a session."""
SESSION_ENTRY_KEYS = Keys[SessionId](application_id="BIGINT", session_id="BIGINT")


class Cause(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True, omit_defaults=True):
    """The event that caused entries, with what they count by: session, profile, store, and keys of identifiers."""

    application_id: int
    created: datetime
    event_id: int
    session_id: int | None = None
    profile_id: int | None = None
    store_id: int | None = None
    identifiers: tuple[str, ...] | None = None


class EntryRow(msgspec.Struct, gc=False, omit_defaults=True):
    """What is an entry's own in a row of ``entries``; the id comes from the database, the rest from its cause.
    ``own_limits``: limits of its coupon held in place of the campaign's limits per customer. ``granted`` is when the
    entry was written that this one undoes."""

    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    coupon_id: int | None = None
    referral_id: int | None = None
    coupon_discount: Decimal | None = None
    position: int | None = None
    sub_position: int | None = None
    effect_index: int | None = None
    reverses: int | None = None
    own_limits: bool = False
    granted: datetime | None = None


class StoredEntryRow(msgspec.Struct, kw_only=True, gc=False):
    """An entry of a session that is still in force."""

    id: int
    application_id: int
    session_id: int
    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    profile_id: int | None
    coupon_id: int | None
    referral_id: int | None
    coupon_discount: Decimal | None
    position: int | None
    sub_position: int | None
    effect_index: int | None
    store_id: int | None
    identifiers: msgspec.Raw | None
    own_limits: bool
    created: datetime
    effect: msgspec.Raw | None


class Uncounted(NamedTuple):
    """A figure of a code that is moved by entries alone, because it had no limit when it was decided: ``usage`` or
    ``discount`` of a coupon, ``referral usage`` of a referral. ``edits`` as it was read, None of a code that is gone."""

    figure: str
    campaign_id: int
    code_id: int
    edits: int | None


# What is still in force of a session: entries that no later entry undoes, oldest first, each with its effect, which
# stands in the event that caused it. OFFSET 0 keeps the order of the joins: sessions first, so that an index finds the rest.
_ACTIVE_ENTRIES = """SELECT e.id, e.application_id, e.session_id, e.kind, e.campaign_id, e.ruleset_id, e.rule_index,
        e.amount, e.profile_id, e.coupon_id, e.referral_id, e.coupon_discount, e.position, e.sub_position, e.effect_index,
        e.store_id, e.identifiers::text, e.own_limits, e.created, (v.effects::jsonb -> e.effect_index)::text
    FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, session_id BIGINT)
    CROSS JOIN LATERAL (
        SELECT * FROM entries AS x
        WHERE x.application_id = %s AND x.session_id = r.session_id OFFSET 0) AS e
    LEFT JOIN events AS v ON v.application_id = %s AND v.session_id = e.session_id AND v.id = e.event_id
        AND v.created = e.created
    WHERE e.reverses IS NULL AND NOT EXISTS (
        SELECT 1 FROM entries AS u
        WHERE u.application_id = %s AND u.session_id = e.session_id AND u.reverses = e.id)
    ORDER BY e.id"""

_CAUSE, _ENTRY = Cause.__struct_fields__, EntryRow.__struct_fields__
# One document for each cause, which holds its entries: what they share is sent and read once. No other transaction can hold their
# rows, so they are not sorted, and their ids rise in the order in which they were granted.
INSERT_ENTRIES = f"""INSERT INTO entries ({", ".join(f'"{name}"' for name in (*_CAUSE, *_ENTRY))})
    SELECT {", ".join(value(entries.c[name], "c") for name in _CAUSE)}, {", ".join(value(entries.c[name]) for name in _ENTRY)}
    FROM {recordset([*column_types(entries, _CAUSE), ("entries", "JSONB")], "c")}
    CROSS JOIN LATERAL {recordset(column_types(entries, _ENTRY), source="c.entries")}"""

UNCOUNTED_LOCK = "limits of codes"
_UNCOUNTED = (
    "jsonb_to_recordset(%s::jsonb) AS u(figure TEXT, campaign_id BIGINT, code_id BIGINT, edits BIGINT)"
)

# The locks of a batch are taken in one order, so that there is no deadlock.
SHARE_UNCOUNTED = f"""SELECT pg_advisory_xact_lock_shared(k.key) FROM (
        SELECT DISTINCT hashtextextended('{UNCOUNTED_LOCK}', u.campaign_id) AS key FROM {_UNCOUNTED} ORDER BY 1) AS k"""

# Not one statement with the lock: only what begins after it was granted sees what its last holder wrote.
INSERT_UNCOUNTED_ENTRIES = f"""WITH w AS ({INSERT_ENTRIES}) SELECT tercel_expect((SELECT count(*) FROM {_UNCOUNTED}
        LEFT JOIN coupons AS c ON u.figure <> 'referral usage' AND c.application_id = %s AND c.id = u.code_id
        LEFT JOIN referrals AS f ON u.figure = 'referral usage' AND f.application_id = %s AND f.id = u.code_id
        WHERE coalesce(c.edits, f.edits) IS DISTINCT FROM u.edits), 0, 'codes that were edited')"""


class EntryChanges(msgspec.Struct):
    """New entries by their cause, and the figures of codes that they alone move."""

    caused: dict[Cause, list[EntryRow]] = {}
    uncounted: set[Uncounted] = set()

    def add(self, cause: Cause, entry: EntryRow) -> None:
        """Append an entry."""
        known = self.caused.get(cause)
        if known is None:
            self.caused[cause] = [entry]
        else:
            known.append(entry)

    def merge(self, later: EntryChanges, _: Work, /) -> None:
        """Append the entries of one more command."""
        for cause, caused in later.caused.items():
            self.caused.setdefault(cause, []).extend(caused)
        self.uncounted |= later.uncounted

    def share_uncounted(self, _: Owner, /) -> Iterable[Statement]:
        """Keep edits from giving limits to the codes that were decided without one, until the commit (``start_counting``)."""
        return plain(SHARE_UNCOUNTED, self._uncounted()) if self.uncounted else ()

    def insert(self, owner: Owner, /) -> Iterable[Statement]:
        """Write the entries; those of codes that were decided without a limit stand only if there is none yet."""
        # Because: the server spends much longer on a row that spells out its nulls.
        rows = [
            {
                **{name: value for name, value in msgspec.structs.asdict(cause).items() if value is not None},
                "entries": caused,
            }
            for cause, caused in self.caused.items()
        ]
        if self.uncounted:
            codes, application = encode(self._uncounted()), spelled(owner.application_id)
            return (Statement(INSERT_UNCOUNTED_ENTRIES, (encode(rows), codes, application, application)),)
        return plain(INSERT_ENTRIES, rows)

    def _uncounted(self) -> list[dict[str, Any]]:
        return [figure._asdict() for figure in self.uncounted]


#: by session, those that are in force
ENTRIES = Aggregate[defaultdict[SessionId, list[StoredEntryRow]], EntryChanges](
    "entries", rows=lambda: defaultdict(list), delta=EntryChanges
)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    stored = work[ENTRIES]
    for entry in rows_of(StoredEntryRow, rows):
        stored[entry.application_id, entry.session_id].append(entry)


LOAD_ENTRIES = Load(_ACTIVE_ENTRIES, (SESSION_ENTRY_KEYS, APPLICATION, APPLICATION, APPLICATION), _take)

SHARE_UNCOUNTED_CODES = Write(ENTRIES, EntryChanges.share_uncounted)
WRITE_ENTRIES = Write(ENTRIES, EntryChanges.insert)
