"""Hostile expressions: whatever a function is given, processor time and memory follow the steps that it charges."""

import signal
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tercel.base.limits import LIST_LENGTH_MAX, STRING_LENGTH_MAX
from tercel.base.numbers import use_engine_context
from tercel.language.catalogue.catalogue import Argument, Function
from tercel.language.compiler.compiler import compile_expression
from tercel.language.errors import AbortedError, TalangError
from tercel.language.functions.all import FAMILIES
from tercel.language.reader import read
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.values.kinds import Kind, Location

#: What one case may spend, and how often it is computed until then.
STEPS = 100_000
TIMES = 50

#: A step takes a tenth of this on a machine that has nothing else to do. Other work on its cores makes some tries slower, never
#: faster, so one that keeps the bound is enough.
SECONDS_PER_STEP, SECONDS_BESIDE = 10e-6, 0.05
TRIES = 5
BYTES_PER_STEP, BYTES_BESIDE = 1_000, 8_000_000
#: Of waiting for what never ends.
ALARM_S = 20


def shared(levels: int, last: Any) -> Any:
    """A value that unfolds to two to the power of ``levels`` elements."""
    value = [last]
    for _ in range(levels):
        value = [value, value]
    return value


LONG = "a" * STRING_LENGTH_MAX
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
POOL: dict[Kind, list[Any]] = {
    Kind.STRING: [
        LONG, "", "x", "\U0001f600" * STRING_LENGTH_MAX, "a" * (STRING_LENGTH_MAX - 1) + "b", "1" * STRING_LENGTH_MAX,
        "é" * 30_000, "x " * 30_000, "Σ" * STRING_LENGTH_MAX, "a" * 49 + "b" + "a" * 49, "a" * 29_999,
        " ".join(["MMM"] * 40), " ".join(["May"] * 40) + "X", "Hm" * 50, "1" * 150 + "X", "-" * 200,
        r"(\pL|\pN|.){900}x", "a" * 60_000, "(a|b)*a(a|b){12}", r"((\pL{90}){90}){90}", "Nowhere/At_All", "Europe/Berlin",
        "days", "1M_U", "2026-01-01T00:00:00Z", "08:30",
    ],
    Kind.NUMBER: [Decimal(number) for number in ("0", "1", "-1", "2", "9999", "10000", "1e6144", "1e-6143", "9" * 34)],
    Kind.BOOLEAN: [True, False],
    Kind.TIME: [NOON, datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)],
    Kind.LOCATION: [Location(Decimal(1), Decimal(2)), Location(Decimal("1." + "1" * 33), Decimal("-1." + "1" * 33))],
    Kind.LIST: [
        [Decimal(number) for number in range(LIST_LENGTH_MAX)],
        [Decimal("1e6144")] * LIST_LENGTH_MAX,
        [LONG] * LIST_LENGTH_MAX,
        [LONG[:-8] + f"{number:08}" for number in range(200)] * 50,
        [f"1.{'0' * number}" for number in range(1, 5_000)] + [Decimal(1)],
        [[Decimal(number), "x"] for number in range(LIST_LENGTH_MAX)],
        [[Decimal(1)] * LIST_LENGTH_MAX] * LIST_LENGTH_MAX,
        [[]] * LIST_LENGTH_MAX,
        [NOON + timedelta(days=number) for number in range(LIST_LENGTH_MAX)],
        [Location(Decimal(number % 90), Decimal(number % 180)) for number in range(LIST_LENGTH_MAX)],
        shared(40, "s"), shared(40, "s"), shared(40, "t"), shared(40, Decimal(1)),
        [],
    ],
    Kind.MAP: [{"a": shared(40, "s")}, {"a": shared(40, "s"), "b": LONG}, {}],
}  # fmt: skip
NAMES = {f"{kind} {index}": value for kind, values in POOL.items() for index, value in enumerate(values)}
BODIES: list[Any] = [
    [".", "x"], 1, True, "s", [".", "list 10"], ["list", [".", "x"], [".", "list 11"]], ["concat", [".", "string 0"], ""],
    ["toString", [".", "x"]], ["substring", [".", "string 0"], 1], ["=", [".", "x"], [".", "list 12"]],
]  # fmt: skip
_LANGUAGE = {"set", "setTemplate", "!", "#", "."}
FUNCTIONS = [
    function
    for family in FAMILIES
    for function in family.functions
    if not function.is_effect and function.name.split()[0] not in _LANGUAGE
]


def arguments(function: Function) -> list[Argument]:
    """The arguments of a call that has as many as there are, and repeated ones three times."""
    return [each for each in function.arguments for _ in range(3 if each.is_repeated else 1)]


@st.composite
def calls(draw: st.DrawFn) -> Any:
    """A call of some function with the most hostile arguments of the kinds that it takes."""
    function = draw(st.sampled_from(FUNCTIONS))
    written: list[Any] = []
    for argument in arguments(function):
        if argument.is_pair:
            written.append(["a", [".", draw(st.sampled_from(sorted(NAMES)))]])
        elif argument.is_block:
            written.append([["x"], draw(st.sampled_from(BODIES))])
        else:
            kinds = sorted(argument.kinds & POOL.keys()) or sorted(POOL)
            names = [name for name in NAMES if name.rsplit(" ", 1)[0] in kinds]
            written.append([".", draw(st.sampled_from(names))])
    return [function.name, *written]


@contextmanager
def alarm() -> Iterator[None]:
    """End what would never end, between two of its instructions."""

    def ring(*_: Any) -> None:
        raise AssertionError(f"it took longer than {ALARM_S} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, ALARM_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def spent(expression: Any, times: int) -> int:
    """The steps that an expression charges when it is computed so many times, or until no steps are left."""
    run = Run(now=NOON, zone=UTC, variables=NAMES)
    compute = compile_expression(read(expression), Scope(free=True))
    run.steps_left = STEPS
    for _ in range(times):
        try:
            compute(run)
        except AbortedError:
            return STEPS
        except TalangError:
            pass
        run.spend(1)
    return STEPS - run.steps_left


FAULTS: list[Any] = [
    ["=", [".", "list 10"], [".", "list 11"]],
    ["distinct", ["list", [".", "list 10"], [".", "list 11"], [".", "list 12"]]],
    ["oneOf", [".", "list 12"], ["list", [".", "list 10"], [".", "list 11"]]],
    ["=", [".", "list 6"], ["map", [".", "list 6"], [["x"], [".", "list 1"]]]],
    ["distinct", [".", "list 5"]],
    ["groupBy", [".", "list 0"], [["x"], ["list", [".", "x"], [".", "list 10"]]]],
    ["parseTime", [".", "string 12"], [".", "string 11"]],
    ["parseTime", [".", "string 14"], [".", "string 13"]],
    ["~", [".", "string 16"], [".", "string 6"]],
    ["~", [".", "string 17"], [".", "string 0"]],
    ["~", [".", "string 18"], [".", "string 0"]],
    ["catch", False, ["~", [".", "string 19"], ""]],
    ["contains", [".", "string 10"], [".", "string 9"]],
    ["join", [".", "list 1"], ""],
    ["sort", [".", "list 3"]],
    ["withinPolygon", [".", "location 1"], [".", "list 9"]],
    ["=", [".", "string 5"], 1],
    ["catch", 1, ["inTimezone", [".", "time 0"], [".", "string 20"]]],
]


def with_faults(test: Any) -> Any:
    """The test with all that was found once, tried each time."""
    for fault in FAULTS:
        test = example(fault)(test)
    return test


@with_faults
@given(calls())
@settings(max_examples=150, deadline=None)
def test_processor_time_follows_the_steps(expression: Any) -> None:
    use_engine_context()
    with alarm():
        spent(["do", 1, 1], 1)
        for _ in range(TRIES):
            started = time.thread_time()
            steps = spent(expression, TIMES)
            took = time.thread_time() - started
            if took <= SECONDS_BESIDE + steps * SECONDS_PER_STEP:
                return
    pytest.fail(f"{took} s for {steps} steps, {TRIES} times")


KEPT: list[Any] = [
    ["substring", [".", "string 0"], 1],
    ["concat", [".", "string 3"], ""],
    ["replace", [".", "string 0"], "a", "b"],
    ["upper", [".", "string 8"]],
    ["split", [".", "string 7"], " "],
    ["toString", [".", "number 6"]],
    ["join", [".", "list 1"], ""],
    ["list", 1, 2],
    ["tail", [".", "list 0"]],
    ["flatten", ["list", [".", "list 0"]]],
]


@with_faults
@given(st.sampled_from(KEPT) | calls())
@settings(max_examples=60, deadline=None)
def test_memory_follows_the_steps(expression: Any) -> None:
    use_engine_context()
    kept = ["map", ["take", [".", "list 0"], 500], [["i"], ["catch", 1, expression]]]
    with alarm():
        tracemalloc.start()
        try:
            steps = spent(kept, 1)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak <= BYTES_BESIDE + steps * BYTES_PER_STEP, (peak, steps)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in POOL])
def test_there_is_something_hostile_of_each_kind(kind: Kind) -> None:
    assert POOL[kind]
