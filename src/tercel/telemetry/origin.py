"""Where a command comes from: the request that brought it, for log lines and traces. Never for decisions."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from opentelemetry.trace import SpanContext, get_current_span

#: The id of the request that is being answered; empty outside requests.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class Origin(NamedTuple):
    """A request and its span; the span's context is not valid when tracing is off."""

    request_id: str
    span: SpanContext


def current_origin() -> Origin:
    """Return the request that is being answered now."""
    return Origin(REQUEST_ID.get(), get_current_span().get_span_context())
