"""Reservations in the pipeline: who reserved which coupon, and what rules reserve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting, insert
from tercel.database.tables.codes import coupon_reservations
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.write import Write, expected

Reservation = tuple[int, int]
"""A coupon, and the profile that reserved it, by their ids."""
RESERVATION_KEYS = Keys[Reservation](coupon_id="BIGINT", profile_id="BIGINT")

_RESERVATIONS = f"""SELECT v.coupon_id, v.profile_id
    FROM {RESERVATION_KEYS.recordset}
    JOIN coupon_reservations AS v USING (coupon_id, profile_id) WHERE v.application_id = %s"""

# The coupons are locked first, as in every transaction that reserves. A limit holds for rules; reservations that the shop asks
# for may pass it, and then rules add none (behaviour/codes 11).
COUNT_RESERVATIONS = expecting(
    """UPDATE coupons AS c SET reservation_counter = c.reservation_counter + r.made
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(id BIGINT, made BIGINT, expected BIGINT) ORDER BY id) AS r
    WHERE c.application_id = %s AND c.id = r.id AND c.reservation_counter = coalesce(r.expected, c.reservation_counter) AND (
        coalesce(c.reservation_limit, 0) = 0 OR c.reservation_counter + r.made <= c.reservation_limit)""",
    "coupons",
)

# Another transaction may have made the same reservation meanwhile; then the rule made none, and must not take it from its budget.
INSERT_RESERVATIONS = expecting(
    insert(
        coupon_reservations,
        ("application_id", "coupon_id", "profile_id"),
        order_by=("coupon_id", "profile_id"),
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "reservations",
)


class ReservationChanges(msgspec.Struct):
    """Reservations that rules make, and how many a coupon had before, where they filled its limit."""

    made: set[Reservation] = set()
    expected: dict[int, int] = {}

    def merge(self, later: ReservationChanges, work: Work, /) -> None:
        """Show later commands who reserved what, and how many reservations a coupon has now."""
        reserved, coupons = work[RESERVATIONS], work[COUPONS].by_id
        fresh = later.made - reserved
        reserved |= fresh
        self.made |= fresh
        for coupon_id, number in Counter(coupon_id for coupon_id, _ in fresh).items():
            coupon = coupons.get(coupon_id)
            if coupon is None:
                continue
            coupon.reservation_counter += number
            if coupon.reservation_limit and coupon.reservation_counter >= coupon.reservation_limit:
                made = sum(each == coupon_id for each, _ in self.made)
                self.expected[coupon_id] = coupon.reservation_counter - made

    def insert(self, owner: Owner, /) -> Iterator[Statement]:
        """Count the reservations on their coupons, and write them."""
        counted = Counter(coupon for coupon, _ in self.made)
        coupons = [
            {"id": coupon, "made": number, "expected": self.expected.get(coupon)}
            for coupon, number in counted.items()
        ]
        yield from expected(COUNT_RESERVATIONS, coupons, owner.application_id)
        rows = [
            {"application_id": owner.application_id, "coupon_id": coupon, "profile_id": profile}
            for coupon, profile in self.made
        ]
        yield from expected(INSERT_RESERVATIONS, rows)


RESERVATIONS = Aggregate[set[Reservation], ReservationChanges](
    "reservations", rows=set, delta=ReservationChanges
)


def _take(work: Work, rows: Iterable[Reservation]) -> None:
    work[RESERVATIONS].update(rows)


LOAD_RESERVATIONS = Load(_RESERVATIONS, (RESERVATION_KEYS, APPLICATION), _take)

MAKE_RESERVATIONS = Write(RESERVATIONS, ReservationChanges.insert)
