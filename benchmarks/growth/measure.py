"""How cost grows: the same requests at sizes that differ by powers of ten, beside a constant answer.

Cost is the processor time of server and database per request, which other work on the machine disturbs least. What a
size costs is compared with the smallest size of the same run; the constant answer says how much of a difference
is the machine's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import count
from math import log

import msgspec
import uvloop

from benchmarks.growth.axes import REFERENCE, Axis, AxisName, Maker, Stage, Tell
from benchmarks.load_client import LoadResult, run_load
from benchmarks.over_http import problem_of
from benchmarks.server import cpu_spent

_CONNECTIONS = 64
_WARM_UP = 0.5  # of the time that is measured
#: What is more than this is no longer the noise of a ratio of two short measurements.
_NOISE = 1.3


class GrowthFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request at one size; ``cost`` in seconds of processor time per request. ``problem`` says what was wrong with its answers, or nothing."""

    axis: AxisName
    size: int
    kind: str
    result: LoadResult
    cost: float
    problem: str = ""


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How the cost of a kind changed from the smallest size to the largest; ``machine`` is how the constant answer's did."""

    kind: str
    sizes: float
    cost: float
    machine: float

    @property
    def ratio(self) -> float:
        """The change that is not the machine's."""
        return self.cost / self.machine

    def is_logarithmic(self, smallest: int) -> bool:
        """Tell whether the cost grew no more than the logarithm of the size, but for noise."""
        return self.ratio <= _NOISE * max(1.0, log(smallest * self.sizes, max(smallest, 10)))


def measure(axis: Axis, sizes: Sequence[int], seconds: float, tell: Tell) -> Iterator[GrowthFigures]:
    """Measure every kind at every size for so many seconds each."""
    for stage in axis.stages(sizes, tell):
        for kind, maker in stage.kinds.items():
            tell(f"{axis.name}: {kind} at {stage.size:,} {axis.noun}")
            numbers = count()
            _run(stage, maker, numbers, seconds * _WARM_UP)
            before = stage.cpu()
            result = _run(stage, maker, numbers, seconds)
            cost = cpu_spent(before, stage.cpu()) / len(result.latencies)
            problem = problem_of(result)
            yield GrowthFigures(
                axis=axis.name, size=stage.size, kind=kind, result=result, cost=cost, problem=problem
            )


def growth(figures: Sequence[GrowthFigures]) -> list[Growth]:
    """Return how every kind but the constant answer grew, from the figures of one axis."""
    smallest, largest = min(each.size for each in figures), max(each.size for each in figures)
    costs = {(each.kind, each.size): each.cost for each in figures}
    kinds = dict.fromkeys(each.kind for each in figures if each.kind != REFERENCE)
    return [
        Growth(
            kind=kind,
            sizes=largest / smallest,
            cost=costs[kind, largest] / costs[kind, smallest],
            machine=costs[REFERENCE, largest] / costs[REFERENCE, smallest],
        )
        for kind in kinds
    ]


def _run(stage: Stage, maker: Maker, numbers: Iterator[int], seconds: float) -> LoadResult:
    return uvloop.run(run_load(stage.url, _for_seconds(maker, numbers, seconds), _CONNECTIONS))


def _for_seconds(maker: Maker, numbers: Iterator[int], seconds: float) -> Iterator[bytes]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield maker(next(numbers))
