"""Who may do what: the account, its users, their tokens, and management keys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import BYTEA

from tercel.database.tables.metadata import (
    count,
    created,
    document,
    flag,
    identity,
    metadata,
    moment,
    ref,
    words,
)

accounts = Table(
    "accounts",
    metadata,
    identity(),
    words("name"),
    count("revision"),  # rises with each change of account-wide definitions; caches compare it
    created(),
    moment("modified"),
    PrimaryKeyConstraint("id"),
)

users = Table(
    "users",
    metadata,
    identity(),
    ref("account_id"),
    words("email"),
    words("name"),
    words("password_hash", nullable=True),
    words("state"),
    flag("is_admin"),
    document("roles", "[]"),
    created(),
    moment("modified"),
    moment("last_signed_in"),
    PrimaryKeyConstraint("id"),
    CheckConstraint("state IN ('invited', 'active', 'deactivated')", name="state"),
)
Index("uq_users_email", users.c.account_id, users.c.email, unique=True)

user_tokens = Table(
    "user_tokens",
    metadata,
    Column("token_hash", BYTEA, nullable=False),  # SHA-256 of the token; the token itself is shown once
    ref("user_id"),
    created(),
    moment("expires", nullable=False),
    PrimaryKeyConstraint("token_hash"),
)

log_in_attempts = Table(
    "log_in_attempts",
    metadata,
    Column("subject", BYTEA, nullable=False),  # SHA-256 of the email, the address, or both
    count("attempts"),
    moment("until", nullable=False),
    PrimaryKeyConstraint("subject"),
)

management_keys = Table(
    "management_keys",
    metadata,
    identity(),
    ref("account_id"),
    ref("created_by"),
    words("name"),
    Column("key_hash", BYTEA, nullable=False),
    document("endpoints", "[]"),
    document("allowed_application_ids", "[]"),
    moment("expiry_date", nullable=False),
    flag("disabled"),
    moment("last_used"),
    created(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("key_hash"),
)
