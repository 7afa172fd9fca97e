"""Rounds by turns: each measures both trees, in an order drawn by lot."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

import uvloop

from benchmarks.load_client import run_load
from benchmarks.over_http import problem_of
from benchmarks.paired.evaluator import WORKLOADS, evaluating
from benchmarks.paired.trees import environment_of
from benchmarks.server import cpu_seconds, cpu_spent, serving, temporary_home
from benchmarks.shop import Requests, Shop
from benchmarks.workload import generate

CAMPAIGNS = 100
_SESSIONS = 1_000
_KINDS = ("dry", "open", "closed")


class Pair(NamedTuple):
    """What one thing takes in both trees, in microseconds of processor time; ``ratio`` is the median of new to old of
    all rounds."""

    name: str
    old: float
    new: float
    ratio: float


class _Server:
    """A server of a tree with a database of its own."""

    def __init__(self, tree: Path, stack: ExitStack, workers: int) -> None:
        self._home = stack.enter_context(temporary_home())
        self._url = stack.enter_context(serving(self._home, workers=workers, variables=environment_of(tree)))
        workload = generate(10, CAMPAIGNS)
        shop = Shop(self._url, workload.promotions)
        self._requests: Requests = shop.requests(workload.lines)
        self._round = 0

    def microseconds(self, kind: str, updates: int, connections: int) -> float:
        """Processor time of server and database for one update.

        Raises:
            RuntimeError: an answer was wrong.
        """
        self._round += 1
        load = [self._update(kind, number) for number in range(updates)]
        before = cpu_seconds(self._home)
        result = uvloop.run(run_load(self._url, load, connections))
        spent = cpu_spent(before, cpu_seconds(self._home))
        if problem := problem_of(result):
            raise RuntimeError(problem)
        return spent / updates * 1e6

    def _update(self, kind: str, number: int) -> bytes:
        if kind == "dry":
            return self._requests.update("dry", dry=True)
        if kind == "open":
            return self._requests.update(f"s{number % _SESSIONS}")
        return self._requests.update(f"c{self._round}-{number}", state="closed")


def evaluations(old: Path, new: Path, rounds: int) -> Iterator[Pair]:
    """Evaluation in process."""
    with evaluating(old) as first, evaluating(new) as second:
        for lines, campaigns in WORKLOADS:
            both = {
                "old": lambda size=(lines, campaigns): first.microseconds(*size),
                "new": lambda size=(lines, campaigns): second.microseconds(*size),
            }
            yield by_turns(f"{lines} lines x {campaigns:,} campaigns", both, rounds)


def updates_over_http(
    old: Path, new: Path, rounds: int, updates: int, connections: int, workers: int
) -> Iterator[Pair]:
    """Updates over HTTP, server and database together."""
    with ExitStack() as stack:
        servers = {"old": _Server(old, stack, workers), "new": _Server(new, stack, workers)}
        for server in servers.values():
            for kind in _KINDS:
                server.microseconds(kind, updates, connections)
        for kind in _KINDS:
            both = {
                name: lambda server=server, kind=kind: server.microseconds(kind, updates, connections)
                for name, server in servers.items()
            }
            yield by_turns(f"{kind} update", both, rounds)


def by_turns(name: str, both: Mapping[str, Callable[[], float]], rounds: int) -> Pair:
    """Measure one thing in both trees, round by round."""
    found: dict[str, list[float]] = {"old": [], "new": []}
    for _ in range(rounds):
        for each in random.sample(sorted(both), 2):
            found[each].append(both[each]())
    ratios = [new / old for old, new in zip(found["old"], found["new"], strict=True)]
    return Pair(name, median(found["old"]), median(found["new"]), median(ratios))
