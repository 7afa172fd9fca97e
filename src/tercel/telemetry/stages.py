"""A batch, its stages, or a job, as operators see them: durations always, spans when tracing is on.

Spans go through the OpenTelemetry API. Without a provider of spans none is made, not even an empty one. They carry sizes
and names of errors only: messages of errors may quote what customers sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from time import perf_counter
from types import TracebackType

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, ProxyTracerProvider, Span, StatusCode
from prometheus_client import Histogram

from tercel.telemetry.origin import Origin

_TRACER = trace.get_tracer("tercel")


def is_traced() -> bool:
    """Tell whether this process has a provider of spans."""
    return not isinstance(trace.get_tracer_provider(), ProxyTracerProvider)


class Stage:
    """Measures its block, and is a span while tracing is on."""

    __slots__ = ("_links", "_name", "_seconds", "_span", "_started")

    def __init__(self, name: str, seconds: Histogram, origins: Sequence[Origin] | None = None) -> None:
        """``origins`` are the requests that the work serves, none for a job; without them it is part of what runs now."""
        self._name = name
        self._seconds = seconds
        self._links = origins
        self._span: AbstractContextManager[Span] | None = None
        self._started = 0.0

    def __enter__(self) -> None:
        if is_traced():
            self._span = self._open()
            self._span.__enter__()
        self._started = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._seconds.observe(perf_counter() - self._started)
        if self._span is not None:
            if kind is not None:
                mark_failed(trace.get_current_span(), kind.__name__)
            self._span.__exit__(kind, error, traceback)

    def _open(self) -> AbstractContextManager[Span]:
        if self._links is None:
            return _TRACER.start_as_current_span(
                self._name, record_exception=False, set_status_on_exception=False
            )
        return _TRACER.start_as_current_span(
            self._name,
            context=_context_of(self._links),
            links=[Link(origin.span) for origin in self._links if origin.span.is_valid],
            attributes={"tercel.requests": len(self._links)} if self._links else None,
            record_exception=False,
            set_status_on_exception=False,
        )


def _context_of(origins: Sequence[Origin]) -> Context:
    """Return the trace that shows work done for many requests: that of the first sampled request, if any is sampled."""
    spans = [origin.span for origin in origins if origin.span.is_valid]
    parent = next((span for span in spans if span.trace_flags.sampled), spans[0] if spans else None)
    return Context() if parent is None else trace.set_span_in_context(NonRecordingSpan(parent), Context())


def mark_failed(span: Span, name: str) -> None:
    """Say on a span that its work failed, and with which error."""
    span.set_attribute("error.type", name)
    span.set_status(StatusCode.ERROR)
