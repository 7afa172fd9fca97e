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
    outbox,
    outgoing,
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
    "metadata",
    "outbox",
    "outgoing",
    "sequences",
    "sessions",
]
