"""Coupons as rows of PostgreSQL's COPY, the fastest way in: a code each, everything else the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation

from tercel.base.codec import encode
from tercel.database.transaction import Transaction

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(codes: Iterable[str], shared: Mapping[str, Any]) -> bytes:
    """The rows of these codes, each with the columns of ``shared`` in its order; none of them is null.

    Codes are visible characters, so that a backslash is all that may need care in them.
    """
    rest = "".join(f"\t{_text(value)}" for value in shared.values()) + "\n"
    lines = "\n".join(codes).replace("\\", r"\\")
    return (lines.replace("\n", rest) + rest).encode()


async def copy_coupons(tx: Transaction, shared: Mapping[str, Any], rows: bytes) -> bool:
    """Write the rows, unless one of their codes exists already: then none is written.

    Because it does not look for each code first, this takes half the time of an insertion that may meet conflicts. The
    transaction must have run a statement before, so that what fails here is undone alone.
    """
    connection = await tx.driver_connection()
    columns = ", ".join(["value", *shared])
    try:
        async with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY coupons ({columns}) FROM STDIN") as copy,  # our own names
        ):
            await copy.write(rows)
    except UniqueViolation:
        return False
    return True


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    text = encode(value).decode() if isinstance(value, dict | list) else str(value)
    return text.translate(_ESCAPES)
