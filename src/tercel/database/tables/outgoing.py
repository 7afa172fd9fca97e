"""What rules may send out: webhooks and custom effects."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from tercel.database.tables.metadata import created, document, flag, identity, metadata, ref, words

webhooks = Table(
    "webhooks",
    metadata,
    identity(),
    ref("account_id"),
    document("application_ids", "[]"),
    words("title"),
    words("description"),
    flag("draft"),
    words("verb"),
    words("url"),
    document("headers", "[]"),
    words("payload"),
    document("params", "[]"),
    flag("enabled", default=True),
    created(),
    created("modified"),
    PrimaryKeyConstraint("id"),
    CheckConstraint("verb IN ('POST', 'PUT', 'GET', 'DELETE', 'PATCH')", name="verb"),
)
Index("ix_webhooks_account_id", webhooks.c.account_id)

custom_effects = Table(
    "custom_effects",
    metadata,
    identity(),
    ref("account_id"),
    document("application_ids", "[]"),
    words("name"),
    words("title"),
    words("description"),
    words("payload"),
    document("params", "[]"),
    flag("is_per_item"),
    flag("enabled", default=True),
    created(),
    created("modified"),
    ref("created_by_id", nullable=True),
    ref("modified_by_id", nullable=True),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("account_id", "name"),
)
