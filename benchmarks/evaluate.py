"""Evaluation in process: the engine with full effects beside the same promotions as bare sums, in one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median, quantiles
from typing import Any

import msgspec

from benchmarks.variants import generated, indexed
from benchmarks.workload import (
    Workload,
    application,
    campaign,
    crowded,
    generate,
    reference,
    snapshot,
)
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.program.program import build_program

SIZES = ((10, 10), (10, 100), (10, 1_000), (50, 100), (50, 1_000))
CROWD = 10_000


class Timing(msgspec.Struct, frozen=True):
    """Microseconds of one call."""

    median: float
    p99: float


class EvaluationFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One workload: how many campaigns applied, the three timings, and what was wrong with the answers."""

    lines: int
    campaigns: int
    applied: int
    engine: Timing
    indexed: Timing
    generated: Timing
    problems: list[str]


def measure(seconds: float) -> Iterator[EvaluationFigures]:
    """Measure every size for so many seconds per engine; the last is the crowd of campaigns that cannot apply."""
    for line_count, promotion_count in SIZES:
        yield _measure_one(generate(line_count, promotion_count), seconds)
    yield _measure_one(crowded(generate(10, 100), CROWD), seconds)


def _measure_one(workload: Workload, seconds: float) -> EvaluationFigures:
    gc.collect()
    gc.disable()  # building makes millions of objects that stay
    program = build_program(application(), map(campaign, workload.promotions))
    gc.freeze()
    gc.enable()
    facts = snapshot(workload)
    by_index, by_function = indexed(workload), generated(workload)
    hits, discount = reference(workload)
    outcome = evaluate(program, facts)
    given = sum((effect.props.value for effect in outcome.effects), Decimal(0))
    problems = _compare("engine", [each - 1 for each in outcome.triggered], given, hits, discount)
    for name, variant in (("index", by_index), ("function", by_function)):
        found, total = variant(workload.lines)
        problems += _compare(name, found, Decimal(total) / 10_000, hits, discount)
    figures = EvaluationFigures(
        lines=len(workload.lines),
        campaigns=len(workload.promotions),
        applied=len(hits),
        engine=_time(lambda: evaluate(program, facts), seconds),
        indexed=_time(lambda: by_index(workload.lines), seconds),
        generated=_time(lambda: by_function(workload.lines), seconds),
        problems=problems,
    )
    gc.unfreeze()
    return figures


def _compare(name: str, hits: list[int], discount: Decimal, wanted: list[int], amount: Decimal) -> list[str]:
    problems = []
    if hits != wanted:
        problems.append(f"{name}: {len(hits)} campaigns applied, not {len(wanted)}")
    if discount != amount:
        problems.append(f"{name}: the discount is {discount}, not {amount}")
    return problems


def _time(call: Callable[[], Any], seconds: float) -> Timing:
    clock = time.perf_counter_ns
    end = clock() + int(seconds * 0.2e9)
    while clock() < end:
        call()
    times = []
    end = clock() + int(seconds * 1e9)
    while clock() < end:
        start = clock()
        call()
        times.append((clock() - start) / 1_000)
    return Timing(median(times), quantiles(times, n=100)[-1] if len(times) > 1 else times[0])
