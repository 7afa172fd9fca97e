"""Whatever is thrown at the language, only its own errors come back."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tercel.base.numbers import use_engine_context
from tercel.language.checker.checker import check
from tercel.language.compiler.compiler import compile_effect
from tercel.language.errors import TalangError
from tercel.language.functions.all import CATALOGUE
from tercel.language.printer import sentence
from tercel.language.reader import ReadError, read, read_text
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.values.exchange import to_json
from tests.support.recording_host import RecordingHost

ODD = [
    *(
        Decimal(text)
        for text in ("1e400", "-1e6144", "1e-6000", "0.1", "NaN", "Infinity", "1e7000", "-0", "59")
    ),
    *("NaN", "Infinity", "-1", "1e400", "", "x" * 1_000, "\x00", "\ud800", "İ", "2026-01-01T00:00:00Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "YYYY-MM-DD", "(a+)+$", "days", "1M_U"),
]
ATOMS = st.none() | st.booleans() | st.integers() | st.sampled_from(ODD) | st.text(max_size=5)
NAMES = st.sampled_from(sorted(CATALOGUE))
ANYTHING = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=12,
)
CALLS = st.recursive(
    ATOMS | st.just([".", "X"]) | st.just([".", "Item"]) | st.just(["list", 3, 1, 2]) | st.just(["now"]),
    lambda inner: st.builds(lambda name, parts: [name, *parts], NAMES, st.lists(inner, max_size=4)),
    max_leaves=10,
)


def survive(data: Any) -> None:
    use_engine_context()
    zone = ZoneInfo("America/New_York")
    host = RecordingHost({}, {})
    run = Run(
        now=datetime(2026, 1, 1, tzinfo=UTC), zone=zone, host=host, variables={"X": {"a": [Decimal(1)]}}
    )  # type: ignore[arg-type]  # answers everything
    with suppress(ReadError, TalangError):
        node = read(data)
        check(node, Scope())
        sentence(node)
        to_json(compile_effect(node, Scope(free=True))(run), zone)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
@example([])
@example([[]])
@example([[["x"]]])
@example(["kv", [["a"], 1]])
@example(["map", ["list"], [[]]])
def test_any_json_is_survived(data: Any) -> None:
    survive(data)


@settings(max_examples=800, deadline=None)
@given(CALLS)
@example(["addDuration", ["now"], Decimal("1e400"), "days"])
@example(["take", ["list", 1], Decimal("1e6144")])
@example(["mod", Decimal("1e6144"), Decimal("1e-6000")])
@example(["anniversaryWithin", "0001-01-01T00:00:00+14:00", 1, 1, "0001-01-01T00:00:00+14:00"])
@example(["toString", Decimal("1e-6000")])
@example(["~", "\ud800", "a"])
@example(["~", "a", "\ud800"])
def test_any_call_is_survived(data: Any) -> None:
    survive(data)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="()'\"\\; .ab1-", max_size=30))
def test_any_text_is_survived(text: str) -> None:
    with suppress(TalangError):
        survive(read_text(text))


def test_numbers_with_a_fraction_stay_exact() -> None:
    assert read(json.loads('["+", 0.1, 0.2]', parse_float=Decimal)) == read(
        ["+", Decimal("0.1"), Decimal("0.2")]
    )
