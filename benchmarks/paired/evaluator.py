"""A process that evaluates the common workload with the engine of one tree, as often as it is told."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.paired.trees import environment_of

#: Lines and campaigns of each workload, and how many evaluations make one round.
WORKLOADS = {(10, 10): 1_000, (10, 100): 300, (10, 1_000): 60, (50, 1_000): 15}


class Evaluator:
    """The process, from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def microseconds(self, lines: int, campaigns: int) -> float:
        """Processor time of one evaluation, the mean of a round."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{lines} {campaigns}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline()) / 1_000


@contextmanager
def evaluating(tree: Path) -> Iterator[Evaluator]:
    """Yield an evaluator with the engine of a tree."""
    command = [sys.executable, "-m", __name__]
    environment = {**os.environ, **environment_of(tree)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        evaluator = Evaluator(process)
        evaluator.microseconds(10, 10)
        yield evaluator


def _serve() -> None:
    from benchmarks.workload import application, campaign, generate, reference, snapshot
    from tercel.evaluation.evaluate import evaluate

    try:
        from tercel.evaluation.program.program import build_program
    except ImportError:  # an older tree has it one level higher
        from tercel.evaluation.program import build_program  # type: ignore[attr-defined,no-redef]

    cases = {}
    for size in WORKLOADS:
        workload = generate(*size)
        program, facts = build_program(application(), map(campaign, workload.promotions)), snapshot(workload)
        hits, _ = reference(workload)
        assert [each - 1 for each in evaluate(program, facts).triggered] == hits
        cases[size] = program, facts
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        lines, campaigns = map(int, line.split())
        (program, facts), times = cases[lines, campaigns], WORKLOADS[lines, campaigns]
        start = time.process_time_ns()
        for _ in range(times):
            evaluate(program, facts)
        print((time.process_time_ns() - start) / times, flush=True)


if __name__ == "__main__":
    _serve()
