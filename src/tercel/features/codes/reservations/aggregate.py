"""Reservations in the pipeline: who reserved which coupon, and what rules reserve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from tercel.database.round_trip import Statement
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.write import Write, plain

Reservation = tuple[int, int]
"""A coupon, and the profile that reserved it, by their ids."""
RESERVATION_KEYS = Keys[Reservation](coupon_id="BIGINT", profile_id="BIGINT")

_RESERVATIONS = f"""SELECT v.coupon_id, v.profile_id
    FROM {RESERVATION_KEYS.recordset}
    JOIN coupon_reservations AS v USING (coupon_id, profile_id)"""

# The coupons are locked first, as everybody does who reserves. A limit holds for rules; reservations that the shop asks
# for may pass it, and then rules add none (behaviour/codes 11). Somebody else may have made the same reservation meanwhile;
# then the rule made none, and must not take it from its budget.
INSERT_RESERVATIONS = """WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(coupon_id BIGINT, profile_id BIGINT, expected BIGINT)),
    held AS (
        SELECT c.id FROM coupons AS c WHERE c.id IN (SELECT coupon_id FROM wanted) ORDER BY c.id FOR NO KEY UPDATE),
    fresh AS (
        INSERT INTO coupon_reservations (coupon_id, profile_id)
        SELECT w.coupon_id, w.profile_id FROM wanted AS w JOIN held AS h ON h.id = w.coupon_id ORDER BY 1, 2
        ON CONFLICT DO NOTHING RETURNING coupon_id),
    raised AS (
        SELECT f.coupon_id, count(*) AS count, (SELECT max(w.expected) FROM wanted AS w WHERE w.coupon_id = f.coupon_id) AS expected
        FROM fresh AS f GROUP BY f.coupon_id),
    moved AS (
        UPDATE coupons AS c SET reservation_counter = c.reservation_counter + n.count
        FROM raised AS n WHERE c.id = n.coupon_id AND (
            coalesce(c.reservation_limit, 0) = 0 OR c.reservation_counter + n.count <= c.reservation_limit)
            AND c.reservation_counter = coalesce(n.expected, c.reservation_counter)
        RETURNING 1)
    SELECT tercel_expect((SELECT count(*) FROM fresh), (SELECT count(*) FROM wanted), 'reservations'),
        tercel_expect((SELECT count(*) FROM moved), (SELECT count(*) FROM raised), 'reservations')"""


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

    def insert(self) -> Iterable[Statement]:
        """Write the reservations and count them on their coupons."""
        return plain(
            INSERT_RESERVATIONS,
            [
                {"coupon_id": coupon, "profile_id": profile, "expected": self.expected.get(coupon)}
                for coupon, profile in self.made
            ],
        )


RESERVATIONS = Aggregate[set[Reservation], ReservationChanges](
    "reservations", rows=set, delta=ReservationChanges
)


def _take(work: Work, rows: Iterable[Reservation]) -> None:
    work[RESERVATIONS].update(rows)


LOAD_RESERVATIONS = Load(_RESERVATIONS, (RESERVATION_KEYS,), _take)

MAKE_RESERVATIONS = Write(RESERVATIONS, ReservationChanges.insert)
