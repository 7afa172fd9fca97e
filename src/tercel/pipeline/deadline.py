"""The processor time of one evaluation: limited and measured. The core reads no clock, so it is done here.

Never the wall clock: what a customer gets must not depend on how busy the machine is (ADR 0026).
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time

from tercel.base import limits
from tercel.base.errors import TooCostlyError
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import Program
from tercel.evaluation.snapshot import Snapshot
from tercel.telemetry.metrics.pipeline import EVALUATION_SECONDS

_MESSAGE = "the rules need more computation than one request may have, and nothing was done"


def processor_time_limit() -> Callable[[], bool]:
    """Return a function that tells whether an evaluation which starts now has used up its processor time, on this
    thread.

    Because: asking for processor time is a call of the kernel, ten times dearer than to look how long it is ago. So it is asked
    only of evaluations that take long, and the time until then counts as if all of it had been used.
    """
    began, most = perf_counter(), limits.PROCESSOR_SECONDS_MAX
    unmeasured = min(limits.PROCESSOR_SECONDS_UNMEASURED, most)
    end: float | None = None

    def is_late() -> bool:
        nonlocal end
        if perf_counter() - began < unmeasured:
            return False
        if end is None:
            end = thread_time() + most - unmeasured
        return thread_time() >= end

    return is_late


def evaluate_in_time(program: Program, snapshot: Snapshot) -> Outcome:
    """Evaluate within the limits, and observe how long it took.

    Raises:
        TooCostlyError: the evaluation ended early, and its changes would have been written.
    """
    started = perf_counter()
    try:
        outcome = evaluate(program, snapshot, is_late=processor_time_limit())
    finally:
        EVALUATION_SECONDS.observe(perf_counter() - started)
    if not outcome.is_complete and not snapshot.is_dry:
        raise TooCostlyError(_MESSAGE)
    return outcome
