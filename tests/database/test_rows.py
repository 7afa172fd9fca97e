"""Rows travel to the server as one array for each column, and arrive as what they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from tercel.database.engine import Database
from tercel.database.round_trip import Statement, round_trip
from tercel.database.rows.arrays import bigints, moments, texts
from tercel.database.rows.unnested import Unnested
from tercel.database.tables.sessions import events, sessions

pytestmark = pytest.mark.anyio

_NUMBERS = [0, 1, -1, None, 2**63 - 1, -(2**63)]
_TEXTS = ["", "NULL", None, '{"a": "b\\"c"}', "é€😀", "{1,2}", " x\n"]
_NOW = datetime(2026, 12, 1, 9, 30, 1, 999_999, tzinfo=UTC)
_MOMENTS = [
    datetime(2000, 1, 1, tzinfo=UTC),
    _NOW,
    None,
    datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


async def test_arrays_arrive_as_what_they_were(database: Database) -> None:
    for sql, parameter, values in (
        ("SELECT unnest(%s::bigint[])", bigints(_NUMBERS), _NUMBERS),
        ("SELECT unnest(%s::text[])", texts(_TEXTS), _TEXTS),
        ("SELECT unnest(%s::timestamptz[])", moments(_MOMENTS), _MOMENTS),
        ("SELECT unnest(%s::text[])", texts([]), []),
    ):
        async with database.connection() as connection:
            [rows] = await round_trip(connection, [Statement(sql, (parameter,))])
        assert [row[0] for row in rows] == values


async def test_bytes_are_text_already(database: Database) -> None:
    async with database.connection() as connection:
        statement = Statement("SELECT unnest(%s::text[])", (texts([b"a", msgspec.Raw(b"[1]")]),))
        [rows] = await round_trip(connection, [statement])
    assert rows == [("a",), ("[1]",)]


class _Event(msgspec.Struct):
    id: int
    created: datetime
    attributes: msgspec.Raw
    effects: msgspec.Raw
    rule_failure_reasons: msgspec.Raw | None


async def test_what_is_left_out_is_the_default_of_its_column(database: Database) -> None:
    empty = msgspec.Raw(b"{}")
    effects = msgspec.Raw(b'[{"b": 1,  "a": 2}]')
    rows = Unnested(events, _Event.__struct_fields__)
    given = [_Event(1, _NOW, empty, effects, None), _Event(2, _NOW, effects, empty, effects)]  # fmt: skip
    async with database.connection() as connection:
        sql = f"SELECT {rows.values} FROM {rows.source}"
        [found] = await round_trip(connection, [Statement(sql, rows.parameters(given, [empty]))])
    assert [(row[0], row[2], row[3], row[4]) for row in found] == [
        (1, {}, '[{"b": 1,  "a": 2}]', None),
        (2, [{"b": 1, "a": 2}], "[]", [{"b": 1, "a": 2}]),
    ]


class _Session(msgspec.Struct):
    first_session: bool
    total: Decimal
    coupon_codes: list[str]


async def test_every_kind_of_column_travels(database: Database) -> None:
    rows = Unnested(sessions, _Session.__struct_fields__)
    given = [
        _Session(True, Decimal("12.340"), []),
        _Session(False, Decimal("1E+3"), ["", "NULL", 'a "b"', "back\\slash", "{x,y}", "é"]),
    ]
    async with database.connection() as connection:
        sql = f"SELECT {rows.values} FROM {rows.source}"
        [found] = await round_trip(connection, [Statement(sql, rows.parameters(given))])
    assert found == [msgspec.structs.astuple(each) for each in given]
