"""Customer profiles and the applications they were seen in."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint

from tercel.database.tables.metadata import (
    STAYS,
    allocated,
    amount,
    count,
    created,
    document,
    flag,
    metadata,
    moment,
    ref,
    words,
)
from tercel.database.tables.sequences import PROFILES

profiles = Table(
    "profiles",
    metadata,
    allocated(PROFILES),
    ref("account_id"),
    flag("sandbox"),
    words("integration_id"),
    words("key"),
    document("attributes"),
    count("closed_sessions"),
    amount("total_sales"),
    moment("last_activity"),
    count("version"),
    created(),
    PrimaryKeyConstraint("account_id", "id"),
    UniqueConstraint("account_id", "sandbox", "key"),
    info={"fillfactor": 50},  # as sessions: each order moves its customer
)

profile_applications = Table(
    "profile_applications",
    metadata,
    ref("application_id"),
    ref("profile_id"),
    words("advocate_integration_id", nullable=True),  # who referred this customer here
    count("referrals"),  # how many redemptions of referrals are in force
    created(),
    PrimaryKeyConstraint("application_id", "profile_id"),
    info=STAYS,  # as the entries that the number of referrals counts
)

# A profile's sessions are counted by asking the ledger of sessions, never by scanning profiles.
Index("ix_profiles_account_id_id", profiles.c.account_id, profiles.c.sandbox, profiles.c.id)
Index(
    "ix_profiles_attributes",
    profiles.c.attributes,
    postgresql_using="gin",
    postgresql_ops={"attributes": "jsonb_path_ops"},
)
