"""Coupons as rows of PostgreSQL's COPY, the fastest way in: a code each, everything else the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation

from tercel.base.codec import encode
from tercel.database.transaction import Transaction
from tercel.features.codes.pattern import CodePattern

_SPECIAL = "\\\t\n\r"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_ROOM = 2


def is_mostly_free(pattern: CodePattern, wanted: int, at_once: int) -> bool:
    """Whether most of the rows written at once, of all that are wanted, will hold no code that exists.

    Two draws are the same once in as many as there are possible codes, and there are ``wanted * at_once`` pairs of them.
    """
    return pattern.capacity() >= _ROOM * wanted * at_once


def copy_rows(codes: Sequence[str], shared: Mapping[str, Any]) -> bytes:
    """The rows of these codes, each with the columns of ``shared`` in its order; none of them is null."""
    rest = "".join(f"\t{_text(value)}" for value in shared.values()) + "\n"
    text = "".join(codes)
    if any(character in text for character in _SPECIAL):
        codes = [code.translate(_ESCAPES) for code in codes]
    return ("\n".join(codes).replace("\n", rest) + rest).encode()


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
