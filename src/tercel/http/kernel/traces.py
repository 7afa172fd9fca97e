"""One span per request, through the OpenTelemetry API, while tracing is on.

Attributes follow the semantic conventions for HTTP servers, save that the path is left out: it names customers,
sessions and codes. The route and the operation say enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind

from tercel.http.kernel.operation import Operation
from tercel.http.server.asgi import Scope
from tercel.http.server.pressure import ALWAYS_ANSWERED
from tercel.telemetry.stages import is_traced, mark_failed

_TRACER = trace.get_tracer("tercel")
Headers = list[tuple[bytes, bytes]]


class _HeaderGetter(Getter[Headers]):
    """Reads what callers pass on about their trace."""

    def get(self, carrier: Headers, key: str) -> list[str] | None:
        name = key.lower().encode()
        return [value.decode("latin-1") for known, value in carrier if known == name] or None

    def keys(self, carrier: Headers) -> list[str]:
        return [name.decode("latin-1") for name, _ in carrier]


_GETTER = _HeaderGetter()


def is_to_trace(scope: Scope) -> bool:
    """Tell whether a span of this request is recorded."""
    return is_traced() and scope["path"] not in ALWAYS_ANSWERED


@contextmanager
def request_span(scope: Scope, request_id: str) -> Iterator[Span]:
    """Open the span of a request, a child of the caller's if it names one."""
    with _TRACER.start_as_current_span(
        scope["method"],
        context=propagate.extract(scope["headers"], getter=_GETTER),
        kind=SpanKind.SERVER,
        attributes={
            "http.request.method": scope["method"],
            "url.scheme": scope["scheme"],
            "network.protocol.version": scope["http_version"],
            "tercel.request.id": request_id,
        },
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def finish(span: Span, operation: Operation | None, status: int) -> None:
    """Say what is known once a request is answered."""
    if operation is not None:
        span.update_name(f"{operation.method} {operation.path}")
        span.set_attribute("http.route", operation.path)
        span.set_attribute("tercel.operation.id", operation.id)
    span.set_attribute("http.response.status_code", status)
    if status >= 500 or not status:  # without a status nothing was answered
        mark_failed(span, str(status) if status else "unanswered")
