"""The outbox: what must leave the house, written in the transaction that caused it."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table

from tercel.database.tables.metadata import created, document, identity, metadata, moment, ref, words

outbox = Table(
    "outbox",
    metadata,
    identity(),
    ref("application_id"),
    words("kind"),
    document("payload"),
    created(),
    moment("sent_at"),
    PrimaryKeyConstraint("id"),
)
