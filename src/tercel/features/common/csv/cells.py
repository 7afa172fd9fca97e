"""Cells: values as texts in a file, and texts as values; nothing is guessed (behaviour/csv 2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import UNSET, inspect

from tercel.base.codec import decode_any, encode

DateFormat = Literal["excel", "ISO8601"]
Reader = Callable[[str], Any]
"""Makes a value of the text of a cell, or raises ``ValueError`` with what the cell must be."""

#: What a spreadsheet would take for a formula, and the same behind quotes, so that one more quote can always be taken away again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def write_cell(value: Any, times: DateFormat = "ISO8601") -> str:
    """Return the text of a value; nothing for what is not set.

    >>> write_cell(Decimal("5.50")), write_cell("=1+1"), write_cell(None), write_cell(True)
    ('5.50', "'=1+1", '', 'true')
    """
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if value is None or value is UNSET:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return (
            moment.strftime("%Y-%m-%d %H:%M:%S")
            if times == "excel"
            else moment.isoformat().replace("+00:00", "Z")
        )
    if isinstance(value, dict | list):
        return encode(value).decode()
    return str(value)


def read_text(cell: str) -> str:
    r"""Return a text as it was before it was made safe for spreadsheets.

    >>> read_text("'=1+1"), read_text("'quoted'"), read_text("-5")
    ('=1+1', "'quoted'", '-5')
    """
    if "\0" in cell:
        raise ValueError("must not contain NUL characters")
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read_whole(cell: str) -> int:
    """Return a whole number."""
    if not _WHOLE.fullmatch(cell):
        raise ValueError("must be a whole number such as `5`")
    return int(cell)


def read_amount(cell: str) -> Decimal:
    """Return an exact number: digits, with a point before its fraction."""
    if not _AMOUNT.fullmatch(cell):
        raise ValueError(
            "must be a number such as `12.50`, with a point before its fraction and nothing between thousands"
        )
    return Decimal(cell)


def read_instant(cell: str) -> datetime:
    """Return an instant (RFC 3339)."""
    if _INSTANT.fullmatch(cell):
        try:
            return msgspec.convert(cell, datetime)
        except msgspec.ValidationError:
            pass  # a day that the calendar does not have
    raise ValueError("must be a time with its zone such as `2030-01-31T12:00:00Z`")


def read_flag(cell: str) -> bool:
    """Return a truth value."""
    if cell not in ("true", "false"):
        raise ValueError("must be `true` or `false`")
    return cell == "true"


def read_document(cell: str) -> dict[str, Any]:
    """Return the members of a JSON object."""
    try:
        document = decode_any(cell.encode())
    except msgspec.DecodeError:
        document = None
    if not isinstance(document, dict):
        raise ValueError('must be a JSON object such as `{"Size": 5}`')
    return document


_READERS: Mapping[type[inspect.Type], Reader] = {
    inspect.StrType: read_text,
    inspect.IntType: read_whole,
    inspect.DecimalType: read_amount,
    inspect.DateTimeType: read_instant,
    inspect.BoolType: read_flag,
    inspect.DictType: read_document,
}


def reader_of(kind: inspect.Type) -> Reader:
    """Return what reads the cells of a column of this type."""
    alternatives = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return next(_READERS[type(each)] for each in alternatives if type(each) in _READERS)
