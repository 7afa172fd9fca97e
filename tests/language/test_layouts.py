"""Layouts of times: no text takes longer to refuse than it takes to read (behaviour/language 10)."""

import time
from datetime import UTC

import pytest

from tercel.base.limits import LAYOUT_LENGTH_MAX, STRING_LENGTH_MAX
from tercel.language.checker.checker import check
from tercel.language.errors import TimeError
from tercel.language.reader import read
from tercel.language.running.scope import Scope
from tercel.language.values.layouts import format_time, parse_time, require_layout
from tests.evaluation.support import NOW

#: Of one try, where a backtracking search of the same text takes longer than anybody waits.
PROCESSOR_S = 0.5

#: Everything that can be read, each letter in the form that matches in most ways.
ALL = "E MMM d YYYY H h m s SSS a Z"


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (" ".join(["May"] * 40) + "X", " ".join(["MMM"] * 40)),
        ("1" * 150 + "X", "Hm" * 50),
        ("1" * STRING_LENGTH_MAX, "dHhms"),
        ("Mon June 1 2026 " + "1 " * 4 + "999 AM Z" + "X", ALL),
        ("1" * 11, "dHhmsX"),
    ],
)
def test_ambiguous(text: str, layout: str) -> None:
    started = time.thread_time()
    with pytest.raises(TimeError):
        parse_time(text, layout, UTC)
    assert time.thread_time() - started < PROCESSOR_S


def test_each_part_of_a_time_is_read_once() -> None:
    with pytest.raises(TimeError, match="letter `M` twice"):
        parse_time("05 05", "MM MM", UTC)
    with pytest.raises(TimeError, match="letter `D` twice"):
        parse_time("05 05", "dd DD", UTC)
    assert parse_time("Tue May 5 2026 14 2 7 9 125 PM +02:00", ALL, UTC).isoformat() == (
        "2026-05-05T14:07:09.125000+02:00"
    )


def test_the_length_of_layouts() -> None:
    longest = "-" * LAYOUT_LENGTH_MAX
    require_layout(longest)
    assert format_time(NOW, longest) == longest
    with pytest.raises(TimeError, match=str(LAYOUT_LENGTH_MAX)):
        require_layout(longest + "-")


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (["parseTime", "x", "MM MM"], "/2"),
        (["parseTime", "x", "QQ"], "/2"),
        (["formatTime", ["now"], "'open"], "/2"),
        (["matchTime", ["now"], ["now"], "-" * (LAYOUT_LENGTH_MAX + 1)], "/3"),
    ],
)
def test_layouts_are_checked_when_rules_are_saved(call: list[object], place: str) -> None:
    (finding,) = check(read(call), Scope())
    assert (finding.pointer, finding.code) == (place, "time")


def test_a_layout_that_is_written_may_repeat_its_letters() -> None:
    assert check(read(["formatTime", ["now"], "MMM MMM"]), Scope()) == []
