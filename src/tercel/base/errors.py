"""Expected failures: what a caller did wrong, told so that they can put it right.

Three kinds of failure exist. A programmer's error is an ``assert``. A rule that cannot be computed is a value in the
outcome (``language.errors``), never an exception that leaves the evaluation. Everything else is here. These classes
know no HTTP; ``http.server.errors`` holds the one table of status codes.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing wrong with a request, and where it is.

    Exactly one of ``pointer`` (a JSON pointer into the body), ``parameter`` (query or path), ``line`` (of a file, whose header is
    line 1) and ``resource`` is set.
    """

    title: str
    details: str = ""
    pointer: str | None = None
    parameter: str | None = None
    line: int | None = None
    resource: str | None = None


class TercelError(Exception):
    """Base of every expected failure. ``code`` is stable and machine-readable."""

    code = "error"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class InvalidError(TercelError):
    """The data sent cannot be accepted; each problem says where and why."""

    code = "invalid"
    MESSAGE = "The submitted data was invalid"

    def __init__(self, *problems: Problem, message: str = MESSAGE) -> None:
        super().__init__(message, problems)

    @classmethod
    def at(cls, pointer: str, title: str, details: str) -> InvalidError:
        """Make an error of one problem at a place of the body."""
        return cls(Problem(title=title, details=details, pointer=pointer))

    @classmethod
    def parameter(cls, name: str, title: str, details: str) -> InvalidError:
        """Make an error of one problem with a query or path parameter."""
        return cls(Problem(title=title, details=details, parameter=name))


class NotFoundError(TercelError):
    """No such thing, or it is not visible to the caller."""

    code = "notFound"


class WrongStateError(TercelError):
    """The thing exists but does not allow this now."""

    code = "wrongState"


class ConflictError(TercelError):
    """Another request was first, or the name is taken."""

    code = "conflict"


class UnauthenticatedError(TercelError):
    """No valid key or token."""

    code = "unauthenticated"


class ForbiddenError(TercelError):
    """A valid key without the right."""

    code = "forbidden"


class TooLargeError(TercelError):
    """The request is larger than a limit allows."""

    code = "tooLarge"


class TooManyRequestsError(TercelError):
    """A rate limit was reached."""

    code = "tooManyRequests"


class NotImplementedYetError(TercelError):
    """The published contract has this operation, and Tercel does not have it yet."""

    code = "notImplemented"


class UnavailableError(TercelError):
    """The service cannot take this now; trying again later is safe."""

    code = "unavailable"


class TooCostlyError(UnavailableError):
    """The request needs more computation than one may have. Nothing was done, and asking again at once will not help."""
