"""Counts and durations of requests, for Prometheus.

With several processes the client library keeps its values in files under ``PROMETHEUS_MULTIPROC_DIR``, which ``tercel
serve`` sets before it starts them; any of them can then tell the sums of all.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MutexValue, ValueClass

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("tercel_http_requests", "Requests answered.", ["operation", "status"])
DURATIONS = Histogram("tercel_http_request_seconds", "Time to answer.", ["operation"], buckets=_SECONDS)
IN_FLIGHT = Gauge("tercel_http_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum")


def observe(operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    requests, durations = _children(operation, status)
    requests.inc()
    durations.observe(seconds)


@cache
def _children(operation: str, status: int) -> tuple[Counter, Histogram]:
    """The two series of an operation; looking them up by label costs more than counting."""
    return REQUESTS.labels(operation, str(status)), DURATIONS.labels(operation)


def render() -> bytes:
    """All metrics in the text format of Prometheus."""
    if ValueClass is MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library is only partly typed
    return generate_latest(registry)
