"""Files of comma-separated values: cells and lines, whatever they are of (behaviour/csv 1, 2)."""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import IMPORT_CELL_LENGTH_MAX
from tercel.features.common.csv.cells import (
    read_amount,
    read_document,
    read_flag,
    read_instant,
    read_text,
    read_whole,
    write_cell,
)
from tercel.features.common.csv.importing import Importing, Refused
from tercel.features.common.csv.reading import Line, read_lines

_MOMENT = datetime(2030, 1, 31, 12, 0, 0, 250000, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("00123", "00123"),
        ("1E10", "1E10"),
        ("2026-03-01", "2026-03-01"),
        ("TRUE", "TRUE"),
        ("-5", "'-5"),
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+x", "'+x"),
        ("\tx", "'\tx"),
        ("'=x", "''=x"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_texts_are_safe_and_come_back(value: str, cell: str) -> None:
    assert write_cell(value) == cell
    assert read_text(cell) == value


def test_a_text_that_was_typed_as_it_is_stays() -> None:
    assert [read_text(cell) for cell in ("-5", "=1+1", "'a")] == ["-5", "=1+1", "'a"]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_comes_back(value: str) -> None:
    assert read_text(write_cell(value)) == value


@pytest.mark.parametrize(
    ("value", "cell", "read"),
    [
        (Decimal("-5.00"), "-5.00", read_amount),
        (Decimal("1E+3"), "1000", read_amount),
        (Decimal("0.000000001"), "0.000000001", read_amount),
        (7, "7", read_whole),
        (-7, "-7", read_whole),
        (True, "true", read_flag),
        (False, "false", read_flag),
        (_MOMENT, "2030-01-31T10:00:00.250000Z", read_instant),
        ({"a": [1, "b"]}, '{"a":[1,"b"]}', read_document),
    ],
)
def test_values_are_exact_and_come_back(value: Any, cell: str, read: Any) -> None:
    assert write_cell(value) == cell
    assert read(cell) == value


@pytest.mark.parametrize("nothing", [None, msgspec.UNSET])
def test_what_is_not_set_is_empty(nothing: Any) -> None:
    assert write_cell(nothing) == ""


def test_times_as_spreadsheets_read_them() -> None:
    assert write_cell(_MOMENT, "excel") == "2030-01-31 10:00:00"


@pytest.mark.parametrize(
    ("read", "cells"),
    [
        (read_amount, ["1.000,50", "1,5", "1 000", "1e3", "NaN", "", ".5", "5.", "\u0665", "5\n"]),
        (read_whole, ["1.0", "1e3", "1 000", "0x1", "", "1" * 20, "\u0665"]),
        (
            read_instant,
            ["2030-01-31", "31.01.2030", "2030-01-31T12:00:00", "2030-02-30T12:00:00Z", "1893456000", ""],
        ),
        (read_flag, ["TRUE", "1", "yes", ""]),
        (read_document, ["[]", "{", "1", "null", '{"a":1}x', ""]),
        (read_text, ["a\0b"]),
    ],
)
def test_nothing_is_guessed(read: Any, cells: list[str]) -> None:
    for cell in cells:
        with pytest.raises(ValueError, match="must"):
            read(cell)


def _lines(content: bytes, columns: tuple[str, ...] = ("value", "limitval")) -> list[Line | Problem]:
    return list(read_lines(io.BytesIO(content), columns, ["value"]))


@pytest.mark.parametrize(
    "content",
    [
        b"value,limitval\nABC,5\n",
        b"\xef\xbb\xbfvalue;limitval\r\nABC;5\r\n",
        b"limitval\tvalue\n5\tABC",
        b'"VALUE", Limitval\n"ABC",5\n\n',
        b"value,more,limitval\nABC,x,5\n",
        b'"value";"a,b";limitval\nABC;;5\n',
    ],
)
def test_files_as_people_have_them(content: bytes) -> None:
    assert _lines(content) == [Line(2, {"value": "ABC", "limitval": "5"})]


def test_lines_are_numbered_as_an_editor_does() -> None:
    content = b'value,limitval\n"A\nB",1\n\n"C""D",2\nonly one\n'
    assert _lines(content) == [
        Line(2, {"value": "A\nB", "limitval": "1"}),
        Line(5, {"value": 'C"D', "limitval": "2"}),
        Problem(title="format", details="the line has 1 cells, the header 2", line=6),
    ]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "must begin with a line of column names: `value`, `limitval`"),
        (b"valeu,limitval\nA,1\n", 1, "the column `value` is missing; did you mean `valeu`?"),
        (b"value,value\nA,B\n", 1, "the column `value` is there twice"),
        (b"value\nA\n\xff\n", 3, "must be UTF-8"),
        (b'"value" x\nA\n', 1, "the header cannot be read"),
        (b'value\n"A" B\n', 2, "cannot be read"),
        (b'value\nA\n"never closed\n', 3, "cannot be read"),
        (b"value\n" + b"x" * (IMPORT_CELL_LENGTH_MAX + 1), 2, "cannot be read"),
    ],
)
def test_what_is_no_such_file(content: bytes, line: int, words: str) -> None:
    with pytest.raises(InvalidError) as raised:
        _lines(content)
    [problem] = raised.value.problems
    assert problem.line == line
    assert words in problem.details


def test_a_cell_may_be_as_long_as_the_limit() -> None:
    [line] = _lines(b"value\n" + b"x" * IMPORT_CELL_LENGTH_MAX)
    assert isinstance(line, Line)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")),
            min_size=2,
            max_size=2,
        )
    )
)
def test_any_cells_come_back(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["value", "limitval"], *rows])
    found = [list(line.cells.values()) for line in _lines(text.getvalue().encode()) if isinstance(line, Line)]
    assert found == [row for row in rows if any(row)] or found == rows


class _Coin(msgspec.Struct, kw_only=True):
    value: str
    amount: Decimal = Decimal(1)
    minted: datetime | None = None


def _read(content: bytes) -> list[Any]:
    return [each for piece in Importing(_Coin, "Coin")._pieces(io.BytesIO(content)) for each in piece]


def test_lines_become_structs() -> None:
    coin, other = _read(b"value,amount,minted\na,2.50,2030-01-01T00:00:00Z\nb,,\n")
    assert (coin.number, coin.line) == (
        2,
        _Coin(value="a", amount=Decimal("2.50"), minted=datetime(2030, 1, 1, tzinfo=UTC)),
    )
    assert (other.number, other.line) == (3, _Coin(value="b"))


def test_a_line_says_what_is_wrong_with_it() -> None:
    assert [(each.line, each.details) for each in _read(b"value,amount\n,1\na,x\n")] == [
        (2, "value must not be empty"),
        (
            3,
            "amount must be a number such as `12.50`, with a point before its fraction and nothing between thousands",
        ),
    ]


def test_a_hundred_lines_are_shown_and_the_rest_counted() -> None:
    refused = Refused()
    refused.refuse()
    refused.add(*(Problem(title="t", line=number) for number in range(150)))
    with pytest.raises(InvalidError, match="150 lines cannot be accepted; 50 more are not shown") as raised:
        refused.refuse()
    assert [problem.line for problem in raised.value.problems] == list(range(100))
