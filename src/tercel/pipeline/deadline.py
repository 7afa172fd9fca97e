"""The wall time of one evaluation: limited (rules.md 6) and measured. The core reads no clock, so it is done here."""

from __future__ import annotations

import time
from collections.abc import Callable

from tercel.base import limits
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program import Program
from tercel.evaluation.snapshot import Snapshot
from tercel.pipeline.metrics import EVALUATION_SECONDS


def wall_time_limit() -> Callable[[], bool]:
    """A clock that starts now and says whether an evaluation has run for longer than it may."""
    end = time.monotonic() + limits.WALL_TIME_S_MAX
    return lambda: time.monotonic() >= end


def evaluate_in_time(program: Program, snapshot: Snapshot) -> Outcome:
    """Evaluate within the limit, and observe how long it took."""
    started = time.perf_counter()
    try:
        return evaluate(program, snapshot, is_late=wall_time_limit())
    finally:
        EVALUATION_SECONDS.observe(time.perf_counter() - started)
