"""Loyalty programs, their tiers, their cards, and the customers that cards are linked with."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from tercel.database.tables.metadata import (
    amount,
    connected_by,
    created,
    document,
    flag,
    identity,
    metadata,
    moment,
    part_of,
    ref,
    words,
)

loyalty_programs = Table(
    "loyalty_programs",
    metadata,
    identity(),
    ref("account_id"),
    words("name"),
    words("title"),
    words("description"),
    document("subscribed_applications", "[]"),
    flag("sandbox"),
    flag("card_based"),
    words("timezone"),
    words("default_validity"),
    words("default_pending"),
    flag("allow_subledger"),
    Column("users_per_card_limit", BigInteger, nullable=False),
    words("program_join_policy"),
    words("return_policy"),
    words("tiers_expiration_policy", nullable=True),
    words("tiers_expiration_attribute", nullable=True),
    moment("tier_cycle_start_date"),
    words("tiers_expire_in", nullable=True),
    words("tiers_downgrade_policy", nullable=True),
    Column("card_code_settings", JSONB, nullable=True),
    created(),
    created("modified"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "name"),
    CheckConstraint(
        "program_join_policy IN ('not_join', 'points_activated', 'points_earned')", name="join_policy"
    ),
    CheckConstraint("return_policy IN ('only_pending', 'within_balance', 'unlimited')", name="return_policy"),
    info=connected_by("subscribed_applications"),
)

loyalty_tiers = Table(
    "loyalty_tiers",
    metadata,
    identity(),
    ref("account_id"),
    ref("program_id"),
    words("name"),
    amount("min_points"),
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("program_id", "name"),
    info=part_of("loyalty_programs", "program_id"),
)

loyalty_cards = Table(
    "loyalty_cards",
    metadata,
    ref("account_id"),
    ref("program_id"),
    identity(),  # the holder of the card's ledgers
    words("identifier"),
    words("status"),
    words("block_reason", nullable=True),
    words("old_identifier", nullable=True),  # what it was called before it was transferred
    words("new_identifier", nullable=True),  # set of an identifier that is blocked for good
    words("batch_id", nullable=True),
    document("attributes"),
    created(),
    moment("modified"),
    moment("deleted"),  # the row stays, so that its identifier is never given again
    PrimaryKeyConstraint("account_id", "program_id", "id"),
    UniqueConstraint("account_id", "program_id", "identifier"),
    CheckConstraint("status IN ('active', 'inactive')", name="status"),
    CheckConstraint("new_identifier IS NULL OR status = 'inactive'", name="blocked"),
)
Index(
    "ix_loyalty_cards_batch_id",
    loyalty_cards.c.account_id,
    loyalty_cards.c.program_id,
    loyalty_cards.c.batch_id,
)

loyalty_card_profiles = Table(
    "loyalty_card_profiles",
    metadata,
    ref("account_id"),
    ref("program_id"),
    ref("card_id"),
    ref("profile_id"),
    created(),
    PrimaryKeyConstraint("account_id", "program_id", "card_id", "profile_id"),
)
Index(
    "ix_loyalty_card_profiles_profile_id",
    loyalty_card_profiles.c.account_id,
    loyalty_card_profiles.c.profile_id,
    loyalty_card_profiles.c.program_id,
)
