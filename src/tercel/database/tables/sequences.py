"""Sequences whose values processes take in blocks (``tercel.database.ids``)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Sequence

from tercel.database.tables.metadata import metadata

SESSIONS = Sequence("sessions_id_seq", data_type=BigInteger, metadata=metadata)
PROFILES = Sequence("profiles_id_seq", data_type=BigInteger, metadata=metadata)
EVENTS = Sequence("events_id_seq", data_type=BigInteger, metadata=metadata)
ENTRIES = Sequence("entries_id_seq", data_type=BigInteger, metadata=metadata)
RETURNS = Sequence("returns_id_seq", data_type=BigInteger, metadata=metadata)
COUPONS = Sequence("coupons_id_seq", data_type=BigInteger, metadata=metadata)
REFERRALS = Sequence("referrals_id_seq", data_type=BigInteger, metadata=metadata)
POINTS = Sequence("loyalty_transactions_id_seq", data_type=BigInteger, metadata=metadata)

ALL = {
    "sessions": SESSIONS,
    "profiles": PROFILES,
    "events": EVENTS,
    "entries": ENTRIES,
    "returns": RETURNS,
    "coupons": COUPONS,
    "referrals": REFERRALS,
    "points": POINTS,
}
