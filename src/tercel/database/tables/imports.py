"""Imports: which files made rows, when, by whom, and how many."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from tercel.database.tables.metadata import count, created, identity, metadata, ref, words

imports = Table(
    "imports",
    metadata,
    identity(),
    ref("account_id"),
    ref("user_id"),
    words("entity"),
    count("amount"),
    created(),
    PrimaryKeyConstraint("id"),
)
Index("ix_imports_account_id_id", imports.c.account_id, imports.c.id)
