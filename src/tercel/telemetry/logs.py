"""How log lines are written: for people or as JSON, one line each, to standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import structlog
from opentelemetry.trace import format_span_id, format_trace_id, get_current_span
from structlog.typing import EventDict, Processor, WrappedLogger

from tercel.base.codec import encode
from tercel.settings import Settings
from tercel.telemetry.origin import REQUEST_ID
from tercel.telemetry.redaction import DiscreetFormatter, describe_exc_info, only_first_lines


def configure_logging(settings: Settings) -> None:
    """Set up structlog, and let the standard library's warnings through. Call once per process."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler])
    # Because: a batch that lost a race is ordinary, and the driver warns of each transaction that is given up for it.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            add_origin,
            only_first_lines,
            structlog.processors.ExceptionRenderer(describe_exc_info),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_rendering(settings),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_factory(settings),
        cache_logger_on_first_use=True,
    )


def add_origin(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say which request, and which span if there is one, a line was written for."""
    request_id = REQUEST_ID.get()
    if request_id:
        event.setdefault("request_id", request_id)
    span = get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format_trace_id(span.trace_id)
        event["span_id"] = format_span_id(span.span_id)
    return event


def _rendering(settings: Settings) -> list[Processor]:
    if settings.log_format == "json":
        return [structlog.processors.JSONRenderer(serializer=_serialize)]
    # Because: the renderer's own tracebacks tell local variables, which hold keys and passwords.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _factory(settings: Settings) -> Callable[..., WrappedLogger]:
    if settings.log_format == "json":
        return structlog.BytesLoggerFactory(sys.stderr.buffer)
    return structlog.PrintLoggerFactory(sys.stderr)


def _serialize(event: object, **_options: object) -> bytes:
    return encode(event)
