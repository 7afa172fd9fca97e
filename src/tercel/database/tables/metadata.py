"""The one MetaData, with names for every constraint, and the column helpers all tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    MetaData,
    Numeric,
    Sequence,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Of tables whose rows stay when the application or campaign that they name is deleted, as a record.
STAYS = {"deletion": "stays"}
#: Of tables that the ledger deletes itself, because figures that stay count their rows.
BY_LEDGER = {"deletion": "ledger"}


def part_of(table: str, by: str) -> dict[str, str]:
    """Mark tables whose rows are deleted with a row of another table, which the column ``by`` names."""
    return {"part_of": table, "by": by}


def connected_by(column: str) -> dict[str, str]:
    """Mark tables whose rows list applications in a column, from which those that are deleted go."""
    return {"connected_by": column}


def identity(name: str = "id") -> Column[int]:
    """Make a column for an id that the database assigns."""
    return Column(name, BigInteger, Identity(always=False), nullable=False)


def allocated(sequence: Sequence) -> Column[int]:
    """Make a column for an id that the process takes from a sequence in blocks, known before the row is written."""
    return Column("id", BigInteger, sequence, nullable=False, server_default=sequence.next_value())


def ref(name: str, *, nullable: bool = False) -> Column[int]:
    """Make a column for the id of a row of another table."""
    return Column(name, BigInteger, nullable=nullable)


def words(name: str, *, nullable: bool = False) -> Column[str]:
    """Text of any length the limits allow."""
    return Column(name, Text, nullable=nullable)


def amount(name: str, *, nullable: bool = False) -> Column[Any]:
    """Money, points or another exact number; zero unless nullable."""
    if nullable:
        return Column(name, Numeric, nullable=True)
    return Column(name, Numeric, nullable=False, server_default=text("0"))


def count(name: str) -> Column[int]:
    """Make a column for a whole number that starts at zero."""
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def flag(name: str, *, default: bool = False) -> Column[bool]:
    """Make a column for a yes or no."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def moment(name: str, *, nullable: bool = True) -> Column[Any]:
    """Make a column for an instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def created(name: str = "created") -> Column[Any]:
    """Make a column for an instant that defaults to the time of the transaction."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def document(name: str, default: str = "{}") -> Column[Any]:
    """Make a column for a JSON document."""
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))
