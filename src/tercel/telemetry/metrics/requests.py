"""Counts and durations of requests, and all metrics as Prometheus reads them.

With several processes the client library keeps its values in files of one directory, which ``tercel serve`` makes before
it starts them; any of them can then tell the sums of all.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import psutil
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from tercel.settings import shared_directory

CONTENT_TYPE = CONTENT_TYPE_LATEST
# The times at which series began would add a line to each, which is of no use.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library is only partly typed
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter(
    "tercel_http_requests", "Requests answered, by operation and status.", ["operation", "status"]
)
DURATIONS = Histogram(
    "tercel_http_request_seconds", "Time to answer, by operation.", ["operation"], buckets=_SECONDS
)
IN_FLIGHT = Gauge("tercel_http_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum")


def observe(operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    requests, durations = _children(operation, status)
    requests.inc()
    durations.observe(seconds)


@cache
def _children(operation: str, status: int) -> tuple[Counter, Histogram]:
    """Return the two series of an operation, remembered: looking them up by label costs more than counting."""
    return REQUESTS.labels(operation, str(status)), DURATIONS.labels(operation)


def render() -> bytes:
    """Write all metrics in the text format of Prometheus."""
    directory = shared_directory()
    if directory is None:
        return generate_latest(REGISTRY)
    _forget_dead_processes(directory)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(directory))  # type: ignore[no-untyped-call]  # as above
    return generate_latest(registry)


def _forget_dead_processes(directory: Path) -> None:
    """Drop what killed processes said about their present; what they counted stays."""
    processes = {int(path.stem.rpartition("_")[2]) for path in directory.glob("gauge_live*.db")}
    for process in processes:
        if not psutil.pid_exists(process):
            mark_process_dead(process, str(directory))  # type: ignore[no-untyped-call]  # as above
