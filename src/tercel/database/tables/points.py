"""Ledgers of loyalty programs: additions and subtractions of points, and what each subtraction took from which addition.

A ledger belongs to a *holder*, a profile or a card, whichever the program counts points by. Only ``tercel.ledger.points`` writes these
tables. Transactions and allocations are appended; of an addition only its rest and its dates change, of a subtraction what is still owed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, PrimaryKeyConstraint, Table, text

from tercel.database.tables.metadata import (
    STAYS,
    allocated,
    amount,
    count,
    created,
    flag,
    metadata,
    moment,
    ref,
    words,
)
from tercel.database.tables.sequences import POINTS

loyalty_ledgers = Table(
    "loyalty_ledgers",
    metadata,
    ref("account_id"),
    ref("program_id"),
    ref("holder_id"),
    words("subledger"),  # empty for the main one
    count("version"),  # guards whatever was decided on the ledger
    moment("joined"),  # when the holder joined the program, on the main ledger
    ref("tier_id", nullable=True),
    moment("tier_since"),
    moment("tier_expires_at"),
    moment("settled_at"),  # until when debts were paid from what became active
    created(),
    PrimaryKeyConstraint("account_id", "program_id", "holder_id", "subledger"),
    info={"fillfactor": 50},  # as profiles: each order that moves points moves its ledger
)
Index(
    "ix_loyalty_ledgers_subledger",
    loyalty_ledgers.c.account_id,
    loyalty_ledgers.c.program_id,
    loyalty_ledgers.c.subledger,
    postgresql_where=text("subledger <> ''"),
)
Index(
    "ix_loyalty_ledgers_tier_id",
    loyalty_ledgers.c.account_id,
    loyalty_ledgers.c.program_id,
    loyalty_ledgers.c.tier_id,
    postgresql_where=text("tier_id IS NOT NULL"),
)

loyalty_transactions = Table(
    "loyalty_transactions",
    metadata,
    allocated(POINTS),
    ref("account_id"),
    ref("program_id"),
    ref("holder_id"),
    words("subledger"),
    words("uuid"),
    flag("is_addition"),
    amount("amount"),
    amount("remaining"),  # of an addition what is not taken, of a subtraction what is owed
    moment("starts_at"),  # null while an addition waits for an action
    moment("expires_at"),  # null for points that stay
    words("validity", nullable=True),  # how long waiting points will live
    moment("awarded", nullable=False),  # the place in the order of spending
    words("name"),
    words("source"),  # manual, session or import
    created(),
    ref("application_id", nullable=True),
    ref("campaign_id", nullable=True),
    ref("ruleset_id", nullable=True),
    words("rule_name", nullable=True),
    ref("event_id", nullable=True),
    ref("session_id", nullable=True),
    words("session_integration_id", nullable=True),
    words("store_integration_id", nullable=True),
    ref("import_id", nullable=True),
    ref("user_id", nullable=True),
    Column("undoes", BigInteger, nullable=True),  # the transaction that this one takes or gives back
    flag("creates_debt"),
    PrimaryKeyConstraint("account_id", "program_id", "holder_id", "id"),
    CheckConstraint("amount > 0 AND remaining BETWEEN 0 AND amount", name="remaining"),
    info=STAYS,  # points are the account's: they outlive the application and the campaign that gave them
)
Index(
    "ix_loyalty_transactions_remaining",
    loyalty_transactions.c.account_id,
    loyalty_transactions.c.program_id,
    loyalty_transactions.c.holder_id,
    postgresql_where=text("remaining > 0"),
)
Index(
    "ix_loyalty_transactions_created",
    loyalty_transactions.c.account_id,
    loyalty_transactions.c.program_id,
    loyalty_transactions.c.created,
    loyalty_transactions.c.id,
)
Index(
    "ix_loyalty_transactions_uuid",
    loyalty_transactions.c.account_id,
    loyalty_transactions.c.uuid,
)
Index(
    "ix_loyalty_transactions_session_id",
    loyalty_transactions.c.account_id,
    loyalty_transactions.c.session_id,
    postgresql_where=text("session_id IS NOT NULL"),
)

loyalty_allocations = Table(
    "loyalty_allocations",
    metadata,
    ref("account_id"),
    ref("program_id"),
    ref("holder_id"),
    ref("subtraction_id"),
    ref("addition_id"),
    amount("amount"),
    created(),
    PrimaryKeyConstraint("account_id", "program_id", "holder_id", "subtraction_id", "addition_id"),
    CheckConstraint("amount > 0", name="amount"),
)
