"""Loyalty programs and their tiers."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, PrimaryKeyConstraint, Table, UniqueConstraint
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
