"""Files that came in and went out: which, when, by whom."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from tercel.database.tables.metadata import STAYS, count, created, document, identity, metadata, ref, words

imports = Table(
    "imports",
    metadata,
    identity(),
    ref("account_id"),
    ref("application_id", nullable=True),  # none: it was for the account
    ref("user_id"),
    words("entity"),
    count("amount"),
    created(),
    PrimaryKeyConstraint("id"),
    info=STAYS,
)
Index("ix_imports_account_id_id", imports.c.account_id, imports.c.id)

exports = Table(
    "exports",
    metadata,
    identity(),
    ref("account_id"),
    ref("application_id", nullable=True),
    ref("user_id"),
    words("entity"),
    document("filter"),
    created(),
    PrimaryKeyConstraint("id"),
    info=STAYS,
)
Index("ix_exports_account_id_id", exports.c.account_id, exports.c.id)
