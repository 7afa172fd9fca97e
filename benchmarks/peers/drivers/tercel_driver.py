"""Drives Tercel in process, or the same promotions as bare sums: the job's variant says which."""

from __future__ import annotations

import gc
from collections.abc import Callable
from decimal import Decimal

import msgspec
from common import answer, read_job, timed

from benchmarks.variants import Variant, generated, indexed
from benchmarks.workload import Line, Promotion, Workload, application, campaign, snapshot
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.program.program import build_program

Answered = Callable[[], tuple[list[int], float]]


def main() -> None:
    """Do the job."""
    job = read_job()
    given = job["workload"]
    lines = [msgspec.convert(item, Line) for item in given["cart"]["items"]]
    workload = Workload(lines, msgspec.convert(given["promotions"], list[Promotion]))
    call, answered = _CALLS[job["variant"]](workload)
    hits, discount = answered()
    gc.collect()
    gc.freeze()
    answer(job, {"hits": hits, "discount": discount, "timing": timed(call, job)})


def _engine(workload: Workload) -> tuple[Callable[[], object], Answered]:
    program = build_program(application(), map(campaign, workload.promotions))
    facts = snapshot(workload)

    def answered() -> tuple[list[int], float]:
        outcome = evaluate(program, facts)
        given = sum((effect.props.value for effect in outcome.effects), Decimal(0))
        return [number - 1 for number in outcome.triggered], float(given)

    return lambda: evaluate(program, facts), answered


def _sums(
    build: Callable[[Workload], Variant],
) -> Callable[[Workload], tuple[Callable[[], object], Answered]]:
    def calls(workload: Workload) -> tuple[Callable[[], object], Answered]:
        variant = build(workload)

        def answered() -> tuple[list[int], float]:
            hits, total = variant(workload.lines)
            return hits, total / 10_000

        return lambda: variant(workload.lines), answered

    return calls


_CALLS = {"engine": _engine, "index": _sums(indexed), "function": _sums(generated)}

main()
