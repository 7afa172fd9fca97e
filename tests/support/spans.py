"""The spans that this process finishes, through the real SDK, while a test listens."""

from collections.abc import Iterator
from functools import cache

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanContext


class Spans(SpanProcessor):
    """Keeps finished spans, between ``listen`` and ``stop`` only: a process has one provider until it ends."""

    def __init__(self) -> None:
        self.finished: list[ReadableSpan] = []
        self.flushes = 0
        self._is_listening = False

    def listen(self) -> None:
        self.finished = []
        self.flushes = 0
        self._is_listening = True

    def stop(self) -> None:
        self._is_listening = False

    def on_end(self, span: ReadableSpan) -> None:
        if self._is_listening:
            self.finished.append(span)

    def force_flush(self, timeout_millis: int = 0) -> bool:
        self.flushes += 1
        return True

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.finished if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


@cache
def _recorded() -> Spans:
    recorded = Spans()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(recorded)
    trace.set_tracer_provider(provider)
    return recorded


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Everything that is traced during a test."""
    recorded = _recorded()
    recorded.listen()
    yield recorded
    recorded.stop()


def context_of(span: ReadableSpan) -> SpanContext:
    """The context of a finished span."""
    context = span.get_span_context()
    assert context is not None
    return context
