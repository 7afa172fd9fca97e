"""The ledger: entries that are never changed, and the limited counters that are kept beside them.

Only ``tercel.ledger`` writes these tables, the counters of coupons and referrals, and the sales of profiles
that exist; a new one may begin with its first order.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from tercel.database.tables.metadata import (
    BY_LEDGER,
    STAYS,
    allocated,
    amount,
    created,
    flag,
    metadata,
    moment,
    ref,
    words,
)
from tercel.database.tables.sequences import ENTRIES

counters = Table(
    "counters",
    metadata,
    ref("application_id"),
    ref("campaign_id"),
    words("action"),
    words("scope"),
    words("period"),
    amount("used"),
    PrimaryKeyConstraint("application_id", "campaign_id", "action", "scope", "period"),
    CheckConstraint("used >= 0", name="used"),
    info=BY_LEDGER,
)

entries = Table(
    "entries",
    metadata,
    allocated(ENTRIES),
    ref("application_id"),
    created(),
    words("kind"),
    ref("campaign_id"),
    ref("ruleset_id"),
    Column("rule_index", Integer, nullable=False),
    amount("amount"),
    ref("event_id"),  # the event that caused the entry
    ref("session_id", nullable=True),
    ref("profile_id", nullable=True),
    ref("coupon_id", nullable=True),
    ref("referral_id", nullable=True),
    amount("coupon_discount", nullable=True),
    Column("position", Integer, nullable=True),
    Column("sub_position", Integer, nullable=True),
    # With the columns before, what limits count by; codes, customer and session stand there.
    ref("store_id", nullable=True),
    Column("identifiers", JSONB, nullable=True),  # keys of the session's identifiers
    flag("own_limits"),  # the coupon's limits per customer held in place of the campaign's
    moment("granted"),  # when what this one undoes was granted, to whose day or month it is given back
    Column("effect_index", Integer, nullable=True),  # which of the event's effects this is, for its reversal
    ref("reverses", nullable=True),  # the entry that this one undoes
    info={"partition_by": "created", **STAYS},
)
# In place of a primary key: ids come from a sequence, and entries are looked up by what they belong to, never by id alone.
Index(
    "uq_entries_session_id",
    entries.c.application_id,
    entries.c.session_id,
    entries.c.id,
    entries.c.created,
    unique=True,
)
Index("ix_entries_campaign_id", entries.c.application_id, entries.c.campaign_id, entries.c.kind)
Index(
    "ix_entries_coupon_id",
    entries.c.application_id,
    entries.c.coupon_id,
    postgresql_where=text("coupon_id IS NOT NULL"),
)
Index(
    "ix_entries_referral_id",
    entries.c.application_id,
    entries.c.referral_id,
    postgresql_where=text("referral_id IS NOT NULL"),
)
