"""Failures on the wire: the one table of status codes, and the error body (behaviour/requests 1)."""

from __future__ import annotations

from tercel.base import errors
from tercel.base.codec import encode
from tercel.base.errors import Problem, TercelError

#: A subclass answers like its nearest ancestor in this table.
STATUS_CODES: dict[type[TercelError], int] = {
    TercelError: 400,
    errors.InvalidError: 400,
    errors.WrongStateError: 400,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.TooLargeError: 413,
    errors.TooManyRequestsError: 429,
    errors.NotImplementedYetError: 501,
    errors.UnavailableError: 503,
}
_RETRY_AFTER_S = 1
_RETRIABLE = {429, 503}


def status_of(error: TercelError) -> int:
    """Return the status code of an expected failure."""
    return next(STATUS_CODES[kind] for kind in type(error).__mro__ if kind in STATUS_CODES)


def headers_of(error: TercelError) -> dict[str, str]:
    """Return the headers of an expected failure: ``Retry-After`` if it passes with time."""
    status = status_of(error)
    if status in _RETRIABLE:
        return {"Retry-After": str(getattr(error, "retry_after_s", _RETRY_AFTER_S))}
    return {}


def error_body(error: TercelError) -> bytes:
    """Write the body of an expected failure."""
    return plain_body(status_of(error), error.message, [_problem(problem) for problem in error.problems])


def plain_body(status: int, message: str, problems: list[dict[str, object]] | None = None) -> bytes:
    """Write an error body from its parts."""
    body: dict[str, object] = {"message": message}
    if problems:
        body["errors"] = problems
    body["StatusCode"] = status
    return encode(body)


def _problem(problem: Problem) -> dict[str, object]:
    source = {
        name: str(value)
        for name in ("pointer", "parameter", "line", "resource")
        if (value := getattr(problem, name)) is not None
    }
    return {"title": problem.title, "details": problem.details, "source": source}
