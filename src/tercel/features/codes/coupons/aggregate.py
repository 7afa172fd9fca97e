"""Coupons in the pipeline: found by their codes, moved by redemptions, changed and created by rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.numbers import ZERO
from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting, insert
from tercel.database.tables.codes import coupons
from tercel.features.codes.library.attributes import NEW_ATTRIBUTES, CodeAttributes, merge_attributes
from tercel.ledger.counters import higher
from tercel.ledger.sums import MOVE_COUPONS
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.rows import columns, rows_of
from tercel.pipeline.write import Write, expected

CouponCode = tuple[int, str]
"""An application and a folded code in it."""
COUPON_CODES = Keys[CouponCode](application_id="BIGINT", value="TEXT")
COUPON_IDS = Keys[int](id="BIGINT")
#: ids of coupons whose uses are to be counted
REDEEMED_COUPON_IDS = Keys[int](id="BIGINT")


class CouponRow(msgspec.Struct, kw_only=True, gc=False):
    """A coupon as loaded."""

    id: int
    application_id: int
    campaign_id: int
    value: str
    usage_limit: int
    usage_counter: int
    discount_limit: Decimal | None
    discount_counter: Decimal
    reservation_limit: int | None
    reservation_counter: int
    reservation: bool
    is_reservation_mandatory: bool
    implicitly_reserved: bool
    start_date: datetime | None
    expiry_date: datetime | None
    limits: msgspec.Raw
    attributes: msgspec.Raw
    recipient_integration_id: str | None
    batch_id: str | None
    referral_id: int | None
    import_id: int | None
    edits: int
    created: datetime


class CouponMove(msgspec.Struct, kw_only=True):
    """A change of the counters on a coupon. The row's own limits guard it, and that it was not edited since it was read;
    ``…_peak`` and ``expected_…`` are as ``peak`` and ``expected`` of a counter."""

    id: int
    edits: int | None
    usage: int = 0
    discount: Decimal = ZERO
    usage_peak: int | None = None
    discount_peak: Decimal | None = None
    expected_usage: int | None = None
    expected_discount: Decimal | None = None

    def matters(self) -> bool:
        """Tell whether the move changes a figure, or depends on one."""
        return self != CouponMove(id=self.id, edits=self.edits)


class Redemptions(msgspec.Struct):
    """How often a coupon was redeemed, in all and by profile, and for how much money."""

    count: int = 0
    discount: Decimal = Decimal(0)
    by_profile: dict[int | None, int] = {}


# OFFSET 0 keeps the order of the joins: keys first, so that each row is found by an index. Codes may come in several spellings.
_COUPONS = f"""SELECT {columns("c", CouponRow)} FROM (
        SELECT DISTINCT d.id FROM {COUPON_CODES.recordset} CROSS JOIN LATERAL (
            SELECT x.id FROM coupons AS x WHERE x.application_id = %s AND x.value = k.value OFFSET 0) AS d) AS f
    CROSS JOIN LATERAL (SELECT * FROM coupons AS x WHERE x.application_id = %s AND x.id = f.id OFFSET 0) AS c"""

_COUPONS_BY_ID = f"""SELECT {columns("c", CouponRow)} FROM {COUPON_IDS.recordset}
    CROSS JOIN LATERAL (SELECT * FROM coupons AS x WHERE x.application_id = %s AND x.id = k.id OFFSET 0) AS c"""

_REDEMPTIONS = f"""SELECT e.coupon_id, e.profile_id,
        (sum(e.amount) FILTER (WHERE e.kind = 'redeemCoupon'))::bigint, sum(e.coupon_discount)
    FROM entries AS e WHERE e.application_id = %s AND e.coupon_id IN (SELECT k.id FROM {REDEEMED_COUPON_IDS.recordset})
    GROUP BY e.coupon_id, e.profile_id"""

NEW_COUPON = (
    "id", "application_id", "campaign_id", "value", "usage_limit", "discount_limit", "start_date", "expiry_date",
    "attributes", "recipient_integration_id", "created",
)  # fmt: skip
INSERT_COUPONS = expecting(
    insert(coupons, NEW_COUPON, order_by=("application_id", "value"), on_conflict="ON CONFLICT DO NOTHING"),
    "coupons",
)

SET_COUPON_ATTRIBUTES = expecting(
    f"""UPDATE coupons AS c SET attributes = r.attributes FROM {NEW_ATTRIBUTES}
        WHERE c.application_id = %s AND c.id = r.id AND c.attributes = r.expected""",
    "attributes of coupons",
)


class Coupons:
    """Coupons that were loaded, and how the ledger counts those of them whose uses were asked for."""

    __slots__ = ("by_code", "by_id", "redemptions")

    def __init__(self) -> None:
        self.by_code: dict[CouponCode, CouponRow] = {}
        self.by_id: dict[int, CouponRow] = {}
        self.redemptions: dict[int, Redemptions] = {}


class CouponChanges(msgspec.Struct):
    """What redemptions move, what rules set, and what they create."""

    moves: dict[int, CouponMove] = {}
    attributes: dict[int, CodeAttributes] = {}
    new: list[dict[str, Any]] = []

    def move(
        self, coupon_id: int, edits: int | None, *, usage: int = 0, discount: Decimal = ZERO
    ) -> CouponMove:
        """Move the counters of a coupon; what is moved then."""
        moved = self.moves.get(coupon_id)
        if moved is None:
            moved = self.moves[coupon_id] = CouponMove(id=coupon_id, edits=edits)
        moved.usage += usage
        moved.discount += discount
        return moved

    def merge(self, later: CouponChanges, work: Work, /) -> None:
        """Show later commands the coupons as this one leaves them, and add up what is moved."""
        loaded = work[COUPONS]
        for coupon_id, move in later.moves.items():
            union = self.move(coupon_id, move.edits, usage=move.usage, discount=move.discount)
            if move.usage > 0:
                union.usage_peak = higher(union.usage_peak, union.usage)
            if move.discount > 0:
                union.discount_peak = higher(union.discount_peak, union.discount)
            row = loaded.by_id.get(coupon_id)
            if row is not None:
                _move_row(row, move, union)
        merge_attributes(self.attributes, later.attributes, loaded.by_code.values())
        self.new += later.new

    def insert(self, _: Owner, /) -> Iterable[Statement]:
        """Write the coupons that rules created."""
        return expected(INSERT_COUPONS, self.new)

    def set_attributes(self, owner: Owner, /) -> Iterable[Statement]:
        """Write the attributes that rules set."""
        return expected(SET_COUPON_ATTRIBUTES, list(self.attributes.values()), owner.application_id)

    def move_counters(self, owner: Owner, /) -> Iterable[Statement]:
        """Move the counters on coupons."""
        return expected(
            MOVE_COUPONS, [move for move in self.moves.values() if move.matters()], owner.application_id
        )


def _move_row(row: CouponRow, move: CouponMove, union: CouponMove) -> None:
    """Show a move in the row; one that used the coupon up stands only if the counter is where it was read, as of counters."""
    row.usage_counter += move.usage
    row.discount_counter += move.discount
    if move.usage > 0 and row.usage_counter >= row.usage_limit:
        union.expected_usage = row.usage_counter - union.usage
    if move.discount > 0 and row.discount_counter >= (row.discount_limit or 0):
        union.expected_discount = row.discount_counter - union.discount


COUPONS = Aggregate[Coupons, CouponChanges]("coupons", rows=Coupons, delta=CouponChanges)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    loaded = work[COUPONS]
    for coupon in rows_of(CouponRow, rows):
        loaded.by_code[coupon.application_id, coupon.value] = loaded.by_id[coupon.id] = coupon


def _take_redemptions(work: Work, rows: Iterable[tuple[int, int | None, int | None, Decimal | None]]) -> None:
    found = work[COUPONS].redemptions
    for coupon_id, profile_id, count, discount in rows:
        redemptions = found.setdefault(coupon_id, Redemptions())
        redemptions.count += count or 0
        redemptions.discount += discount or 0
        redemptions.by_profile[profile_id] = count or 0


LOAD_COUPONS = Load(_COUPONS, (COUPON_CODES, APPLICATION, APPLICATION), _take, locks="c")
LOAD_COUPONS_BY_ID = Load(_COUPONS_BY_ID, (COUPON_IDS, APPLICATION), _take, locks="c")
LOAD_REDEMPTIONS = Load(_REDEMPTIONS, (APPLICATION, REDEEMED_COUPON_IDS), _take_redemptions)

CREATE_COUPONS = Write(COUPONS, CouponChanges.insert)
CHANGE_COUPONS = Write(COUPONS, CouponChanges.set_attributes)
REDEEM_COUPONS = Write(COUPONS, CouponChanges.move_counters)
