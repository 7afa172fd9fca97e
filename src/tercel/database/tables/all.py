"""Every table, for migrations and tests: importing this module registers them all in ``metadata``."""

from __future__ import annotations

from tercel.database.tables import (
    accounts,
    applications,
    campaigns,
    codes,
    customers,
    definitions,
    experiments,
    files,
    jobs,
    ledger,
    loyalty,
    outbox,
    outgoing,
    points,
    sequences,
    sessions,
)
from tercel.database.tables.metadata import metadata

__all__ = [
    "accounts",
    "applications",
    "campaigns",
    "codes",
    "customers",
    "definitions",
    "experiments",
    "files",
    "jobs",
    "ledger",
    "loyalty",
    "metadata",
    "outbox",
    "outgoing",
    "points",
    "sequences",
    "sessions",
]
