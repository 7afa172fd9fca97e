"""Referrals in the pipeline: found by their codes, moved by redemptions, changed and created by rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting, insert
from tercel.database.tables.codes import referrals
from tercel.features.codes.library.attributes import NEW_ATTRIBUTES, CodeAttributes, merge_attributes
from tercel.ledger.counters import higher
from tercel.ledger.sums import MOVE_REFERRALS
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import ACCOUNT, APPLICATION, Owner
from tercel.pipeline.rows import columns, rows_of
from tercel.pipeline.write import Write, expected

ReferralCode = tuple[int, str]
"""An application and a folded code in it."""
Referred = tuple[int, int]
"""A campaign, and a profile for which a referral of it was redeemed."""
REFERRAL_CODES = Keys[ReferralCode](application_id="BIGINT", code="TEXT")
REFERRAL_IDS = Keys[int](id="BIGINT")
REFERRED_KEYS = Keys[Referred](campaign_id="BIGINT", profile_id="BIGINT")
#: ids of referrals whose friends are to be listed
USED_REFERRAL_IDS = Keys[int](id="BIGINT")


class ReferralRow(msgspec.Struct, kw_only=True, gc=False):
    """A referral as loaded."""

    id: int
    application_id: int
    campaign_id: int
    code: str
    usage_limit: int
    usage_counter: int
    start_date: datetime | None
    expiry_date: datetime | None
    advocate_profile_integration_id: str
    friend_profile_integration_id: str | None
    attributes: msgspec.Raw
    batch_id: str | None
    import_id: int | None
    edits: int
    created: datetime


class ReferralMove(msgspec.Struct, kw_only=True):
    """A change of the counter on a referral, guarded like one of a coupon."""

    id: int
    edits: int | None
    usage: int = 0
    usage_peak: int | None = None
    expected_usage: int | None = None

    def matters(self) -> bool:
        """Tell whether the move changes a figure, or depends on one."""
        return self != ReferralMove(id=self.id, edits=self.edits)


_REFERRALS = f"""SELECT {columns("f", ReferralRow)} FROM {REFERRAL_CODES.recordset}
    JOIN referrals AS f USING (application_id, code) WHERE f.application_id = %s"""

_REFERRALS_BY_ID = f"""SELECT {columns("f", ReferralRow)} FROM {REFERRAL_IDS.recordset}
    CROSS JOIN LATERAL (SELECT * FROM referrals AS x WHERE x.application_id = %s AND x.id = k.id OFFSET 0) AS f"""

# Who was referred already: an entry in force that redeemed a referral of the campaign for the profile.
_REFERRED = f"""SELECT k.campaign_id, k.profile_id
    FROM {REFERRED_KEYS.recordset} WHERE (
        SELECT coalesce(sum(e.amount), 0) FROM entries AS e
        WHERE e.application_id = %s AND e.campaign_id = k.campaign_id AND e.kind = 'redeemReferral' AND e.profile_id = k.profile_id) > 0"""

_REFERRAL_USES = f"""SELECT e.referral_id, e.profile_id, p.integration_id, sum(e.amount)::bigint
    FROM entries AS e LEFT JOIN profiles AS p ON p.account_id = %s AND p.id = e.profile_id
    WHERE e.application_id = %s AND e.referral_id IN (SELECT k.id FROM {USED_REFERRAL_IDS.recordset}) AND e.kind = 'redeemReferral'
    GROUP BY e.referral_id, e.profile_id, p.integration_id HAVING sum(e.amount) > 0"""

NEW_REFERRAL = (
    "id", "application_id", "campaign_id", "code", "usage_limit", "start_date", "expiry_date", "attributes",
    "advocate_profile_integration_id", "friend_profile_integration_id", "created",
)  # fmt: skip
INSERT_REFERRALS = expecting(
    insert(
        referrals, NEW_REFERRAL, order_by=("application_id", "code"), on_conflict="ON CONFLICT DO NOTHING"
    ),
    "referrals",
)

SET_REFERRAL_ATTRIBUTES = expecting(
    f"""UPDATE referrals AS f SET attributes = r.attributes FROM {NEW_ATTRIBUTES}
        WHERE f.application_id = %s AND f.id = r.id AND f.attributes = r.expected""",
    "attributes of referrals",
)


class Referrals:
    """Referrals that were loaded, the friends of those that were asked for, and who was referred already."""

    __slots__ = ("by_code", "by_id", "friends", "referred")

    def __init__(self) -> None:
        self.by_code: dict[ReferralCode, ReferralRow] = {}
        self.by_id: dict[int, ReferralRow] = {}
        self.friends: defaultdict[int, list[str]] = defaultdict(list)
        self.referred: set[Referred] = set()


class ReferralChanges(msgspec.Struct):
    """What redemptions move, what rules set, and what they create."""

    moves: dict[int, ReferralMove] = {}
    attributes: dict[int, CodeAttributes] = {}
    new: list[dict[str, Any]] = []
    referred: dict[Referred, bool] = {}  # whether they are now

    def move(self, referral_id: int, edits: int | None, usage: int) -> ReferralMove:
        """Move the counter of a referral; what is moved then."""
        moved = self.moves.get(referral_id)
        if moved is None:
            moved = self.moves[referral_id] = ReferralMove(id=referral_id, edits=edits)
        moved.usage += usage
        return moved

    def merge(self, later: ReferralChanges, work: Work, /) -> None:
        """Show later commands the referrals as this one leaves them, and add up what is moved."""
        loaded = work[REFERRALS]
        for referral_id, move in later.moves.items():
            union = self.move(referral_id, move.edits, move.usage)
            if move.usage > 0:
                union.usage_peak = higher(union.usage_peak, union.usage)
            row = loaded.by_id.get(referral_id)
            if row is not None:
                _move_row(row, move, union)
        for pair, is_referred in later.referred.items():
            (loaded.referred.add if is_referred else loaded.referred.discard)(pair)
        merge_attributes(self.attributes, later.attributes, loaded.by_code.values())
        self.new += later.new

    def insert(self, _: Owner, /) -> Iterable[Statement]:
        """Write the referrals that rules created."""
        return expected(INSERT_REFERRALS, self.new)

    def set_attributes(self, owner: Owner, /) -> Iterable[Statement]:
        """Write the attributes that rules set."""
        return expected(SET_REFERRAL_ATTRIBUTES, list(self.attributes.values()), owner.application_id)

    def move_counters(self, owner: Owner, /) -> Iterable[Statement]:
        """Move the counters on referrals."""
        return expected(
            MOVE_REFERRALS, [move for move in self.moves.values() if move.matters()], owner.application_id
        )


def _move_row(row: ReferralRow, move: ReferralMove, union: ReferralMove) -> None:
    """Show a move in the row; one that used the referral up stands only if the counter is where it was read."""
    row.usage_counter += move.usage
    if move.usage > 0 and row.usage_counter >= row.usage_limit:
        union.expected_usage = row.usage_counter - union.usage


REFERRALS = Aggregate[Referrals, ReferralChanges]("referrals", rows=Referrals, delta=ReferralChanges)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    loaded = work[REFERRALS]
    for referral in rows_of(ReferralRow, rows):
        loaded.by_code[referral.application_id, referral.code] = loaded.by_id[referral.id] = referral


def _take_referred(work: Work, rows: Iterable[Referred]) -> None:
    work[REFERRALS].referred.update(rows)


def _take_uses(work: Work, rows: Iterable[tuple[int, int | None, str | None, int]]) -> None:
    friends = work[REFERRALS].friends
    for referral_id, _, integration_id, _ in rows:
        if integration_id is not None:
            friends[referral_id].append(integration_id)


LOAD_REFERRALS = Load(_REFERRALS, (REFERRAL_CODES, APPLICATION), _take, locks="f")
LOAD_REFERRALS_BY_ID = Load(_REFERRALS_BY_ID, (REFERRAL_IDS, APPLICATION), _take, locks="f")
LOAD_REFERRED = Load(_REFERRED, (REFERRED_KEYS, APPLICATION), _take_referred)
LOAD_REFERRAL_USES = Load(_REFERRAL_USES, (ACCOUNT, APPLICATION, USED_REFERRAL_IDS), _take_uses)

CREATE_REFERRALS = Write(REFERRALS, ReferralChanges.insert)
CHANGE_REFERRALS = Write(REFERRALS, ReferralChanges.set_attributes)
REDEEM_REFERRALS = Write(REFERRALS, ReferralChanges.move_counters)
