"""Coupons as rows of PostgreSQL's binary COPY, the fastest way in: a code each, everything else the same.

The server itself says how it writes the columns that they share, once; it has nothing to read in what it copies then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from struct import pack
from typing import Any, NamedTuple

from psycopg.errors import UniqueViolation

from tercel.base.codec import encode
from tercel.database.rows.recordset import column_types
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"


class SharedColumns(NamedTuple):
    """Columns that have the same value in many rows, as COPY sends them."""

    names: tuple[str, ...]
    fields: bytes


async def encode_shared(tx: Transaction, shared: Mapping[str, Any]) -> SharedColumns:
    """Encode the columns of ``shared``, without those that are null."""
    given = {name: value for name, value in shared.items() if value is not None}
    listing = ", ".join(f"%s::{kind}" for _, kind in column_types(coupons, given))
    connection = await tx.driver_connection()
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(f"SELECT {listing}".encode(), [_text(value) for value in given.values()])
        result = cursor.pgresult
        assert result is not None, "a SELECT has a result"
        values = [result.get_value(0, index) or b"" for index in range(len(given))]
    return SharedColumns(tuple(given), b"".join(_sized(value) for value in values))


def pack_rows(codes: Sequence[str], shared: SharedColumns) -> bytes:
    """Pack the rows of these codes, each with the shared columns."""
    number = pack(">h", 1 + len(shared.names))
    rows = [number + _sized(code.encode()) + shared.fields for code in codes]
    return b"".join([_HEADER, *rows, _END])


async def copy_coupons(tx: Transaction, shared: SharedColumns, rows: bytes) -> bool:
    """Write the rows, unless one of their codes exists already: then none is written.

    Because it does not look for each code first, this takes two thirds of the time of an insertion that may meet conflicts.
    The transaction must have run a statement before, so that what fails here is undone alone.
    """
    connection = await tx.driver_connection()
    columns = ", ".join(["value", *shared.names])
    try:
        async with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(
                f"COPY coupons ({columns}) FROM STDIN (FORMAT BINARY)".encode()
            ) as copy,  # our own names
        ):
            await copy.write(rows)
    except UniqueViolation:
        return False
    return True


def _sized(value: bytes) -> bytes:
    return pack(">i", len(value)) + value


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # PostgreSQL reads no offset above 16 hours
    return encode(value).decode() if isinstance(value, dict | list) else str(value)
