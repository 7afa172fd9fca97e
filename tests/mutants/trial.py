"""Runs the tests that reach a mutant in a copy of the tree, until one fails or the time is over."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
import psutil

from tests.mutants.source import Mutant, Source
from tests.mutants.tree import copy_tree, environment

Verdict = Literal["killed", "survived", "unreached"]
_TRIAL_VARIABLE = "TERCEL_MUTANTS_TRIAL"
_TESTS_MAX = 400  # collecting them takes time too
_SAID_MAX = 300
_GRACE = 10.0
_START = 30.0  # seconds a run may take beside its tests: collecting them, starting a database
_SLOWNESS = 4.0  # how many times longer than measured tests may take; longer counts as hanging


class Result(msgspec.Struct, frozen=True):
    """What became of a mutant, and how many of the tests that reach it were run. ``by`` is the test that noticed, and what it said."""

    key: str
    verdict: Verdict
    by: str = ""
    ran: int = 0
    reach: int = 0
    seconds: float = 0.0


class Worker:
    """One copy of the tree with a warm process; tries one mutant at a time."""

    def __init__(self, place: Path) -> None:
        self._tree = copy_tree(place)
        self._output = place.with_suffix(".txt")
        self._name = f"{os.getpid()}-{place.name}"
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py"))],
            env=environment(self._tree) | {_TRIAL_VARIABLE: self._name, "OPENBLAS_NUM_THREADS": "1"},
            cwd=self._tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._clear()
        self._process.terminate()
        self._process.wait()

    def known_tests(self) -> set[str]:
        """Every test of the copy. What was measured may be older."""
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests"]
        said = subprocess.run(
            command, cwd=self._tree, env=environment(self._tree), check=False, capture_output=True, text=True
        )
        return {line for line in said.stdout.splitlines() if "::" in line}

    def try_mutant(
        self,
        source: Source,
        mutant: Mutant,
        tests: Sequence[str],
        seconds: dict[str, float],
        budgets: Sequence[float],
    ) -> Result:
        """Put a mutant into the copy and run its tests: those that fit into the first budget, then others for the next one."""
        if not tests:
            return Result(mutant.key, "unreached")
        began, by = time.monotonic(), ""
        rest = list(tests)
        target = self._tree / mutant.path
        target.write_text(source.changed(mutant.change), encoding="utf-8")
        try:
            for budget in budgets:
                chosen = within(rest, seconds, budget)
                rest = [test for test in rest if test not in set(chosen)]
                by = by or (self._run(chosen, sum(seconds[test] for test in chosen)) if chosen else "")
        finally:
            target.write_text(source.text, encoding="utf-8")
        took = round(time.monotonic() - began, 1)
        return Result(
            mutant.key, "killed" if by else "survived", by, len(tests) - len(rest), len(tests), took
        )

    def _run(self, tests: Sequence[str], seconds: float) -> str:
        """The test that fails first, ``hangs`` or ``cannot start``; nothing when all pass."""
        arguments = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist",
                     "-W", "ignore::pytest.PytestAssertRewriteWarning", "--tb=line", "-rfE", *tests]  # fmt: skip
        self._ask({"tree": str(self._tree), "output": str(self._output), "arguments": arguments})
        child = int(self._answer(_START) or 0)
        status = self._answer(_START + _SLOWNESS * seconds)
        if status is None:
            self._stop(child)
            return "hangs"
        if status == "0":
            return ""
        return self._failed()

    def _ask(self, asked: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")

    def _answer(self, seconds: float) -> str | None:
        """A line of the warm process; None when it does not come in time."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        return self._process.stdout.readline().strip() if ready else None

    def _failed(self) -> str:
        for line in self._output.read_text(errors="replace").splitlines():
            if line.startswith(("FAILED ", "ERROR ")):
                return line.split(" ", 1)[1][:_SAID_MAX]
        return "cannot start"

    def _stop(self, child: int) -> None:
        """Ask the run to end, so that its database ends too; then make it."""
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGINT)
        if self._answer(_GRACE) is None:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            self._answer(_GRACE)
        self._clear()

    def _clear(self) -> None:
        """End what trials have left running: whatever has our mark in its environment."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.pid != self._process.pid and process.environ().get(_TRIAL_VARIABLE) == self._name:
                    process.kill()


def within(tests: Sequence[str], seconds: dict[str, float], budget: float) -> list[str]:
    """As many of the tests, in their order, as fit into a time; one at least."""
    chosen: list[str] = []
    spent = 0.0
    for test in tests:
        if chosen and (spent + seconds[test] > budget or len(chosen) == _TESTS_MAX):
            continue
        chosen.append(test)
        spent += seconds[test]
    return chosen
