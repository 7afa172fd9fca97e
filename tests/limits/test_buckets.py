"""Histograms can be read: their bounds rise, and what is bounded by a limit falls into a bucket that ends."""

from types import ModuleType

import pytest
from prometheus_client import Histogram

from tercel.base.limits import BATCH_COMMANDS_MAX, BATCH_SECONDS_MAX, WAITING_SECONDS_MAX
from tercel.telemetry.metrics import pipeline
from tercel.telemetry.metrics import processes as jobs
from tercel.telemetry.metrics import requests as http


def _histograms(module: ModuleType) -> list[tuple[str, Histogram]]:
    return [(name, each) for name, each in vars(module).items() if isinstance(each, Histogram)]


_ALL = [*_histograms(http), *_histograms(jobs), *_histograms(pipeline)]


@pytest.mark.parametrize("histogram", [each for _, each in _ALL], ids=[name for name, _ in _ALL])
def test_bounds_rise(histogram: Histogram) -> None:
    *bounds, last = histogram._upper_bounds
    assert len(bounds) > 5
    assert all(low < high for low, high in zip(bounds, [*bounds[1:], last], strict=True))
    assert bounds[0] > 0
    assert last == float("inf")


@pytest.mark.parametrize(
    ("histogram", "limit"),
    [
        (pipeline.QUEUE_SECONDS, WAITING_SECONDS_MAX),
        (pipeline.BATCH_SECONDS, BATCH_SECONDS_MAX),
        (pipeline.BATCH_COMMANDS, BATCH_COMMANDS_MAX),
    ],
)
def test_what_has_a_limit_falls_into_a_bucket(histogram: Histogram, limit: float) -> None:
    assert histogram._upper_bounds[-2] >= limit
