"""What log lines may say of failures: where and of what kind, never the data that took part.

Local variables hold keys and passwords; messages of exceptions quote what was sent, and those of the database quote whole
rows. So a traceback here has its frames and kinds of exceptions, and a message only where its type is on the safe list.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg
from sqlalchemy.exc import DBAPIError
from structlog.typing import EventDict, WrappedLogger

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]
"""What ``sys.exc_info()`` tells of an exception."""
_DATA_EXCEPTION = "22"  # class of SQLSTATE whose messages quote values


def describe(error: BaseException) -> str:
    """Write the traceback of an exception and of those that led to it, oldest first."""
    return "\n".join(_lines(error, set()))


def describe_exc_info(exc_info: ExceptionInfo) -> str:
    """Write the traceback of ``sys.exc_info()``, as ``describe`` does."""
    return describe(exc_info[1])


def only_first_lines(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep only the first line of the database's messages, which come as ``error``: the others quote rows."""
    if isinstance(event.get("error"), str):
        event["error"] = event["error"].partition("\n")[0]
    return event


class DiscreetFormatter(logging.Formatter):
    """The standard library's formatter, with tracebacks as here."""

    def formatException(self, ei: ExceptionInfo | tuple[None, None, None]) -> str:  # noqa: N802  # the standard library's name
        return "" if ei[1] is None else describe(ei[1])


def _lines(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in told:
        yield from _lines(earlier, told)
        yield "then"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    message = _harmless_message(error)
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    yield f"{name}: {message}" if message else name
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield "one of the group"
            yield from _lines(member, told)


def _harmless_message(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        return ""  # the database's own exception stands before it
    if isinstance(error, psycopg.Error):
        diagnosis = error.diag
        state = diagnosis.sqlstate or ""
        said = None if state.startswith(_DATA_EXCEPTION) else diagnosis.message_primary
        return " ".join(filter(None, [state, said, diagnosis.constraint_name]))
    return str(error).partition("\n")[0] if isinstance(error, AssertionError | OSError) else ""
