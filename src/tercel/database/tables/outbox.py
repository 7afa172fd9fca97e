"""The outbox: messages to deliver after the commit, written in the transaction that caused them. Nothing sends them yet."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table

from tercel.database.tables.metadata import STAYS, created, document, identity, metadata, moment, ref, words

outbox = Table(
    "outbox",
    metadata,
    identity(),
    ref("application_id"),
    words("kind"),
    document("payload"),
    created(),
    moment("sent_at"),
    PrimaryKeyConstraint("application_id", "id"),
    info=STAYS,
)
