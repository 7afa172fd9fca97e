"""Why an expression has no value (behaviour/language 9).

These never leave an evaluation: a rule that raises one does not fire, and the outcome says why.
"""

from __future__ import annotations

from typing import ClassVar


class TalangError(Exception):
    """Base. ``name`` is the error's name in the language; ``is_caught`` says whether ``catch`` stops it;
    ``is_reported`` whether an uncaught one also returns an ``error`` effect (behaviour/language 9)."""

    name: ClassVar[str] = "error"
    is_caught: ClassVar[bool] = True
    is_reported: ClassVar[bool] = False
    #: The JSON pointer of the innermost expression known to have failed; empty for the whole expression.
    at: str | None = None


class MissingError(TalangError):
    """An unset variable or attribute, a null, the head of an empty list."""

    name = "missing"


class TypeMismatchError(TalangError):
    """A value of the wrong kind."""

    name = "type"
    is_reported = True


class ArityError(TalangError):
    """The wrong number of arguments."""

    name = "arity"
    is_reported = True


class UnknownFunctionError(TalangError):
    """No such function."""

    name = "unknownFunction"
    is_reported = True


class DivisionByZeroError(TalangError):
    """A division by zero."""

    name = "divisionByZero"


class RangeError(TalangError):
    """An index or a number outside what is allowed."""

    name = "range"


class RegexError(TalangError):
    """A pattern that does not compile."""

    name = "regex"
    is_reported = True


class TimeError(TalangError):
    """A text that is no time, an unknown zone or unit."""

    name = "time"


class LimitError(TalangError):
    """A budget or a code's limit would be exceeded."""

    name = "limit"
    is_caught = False


class NegativeValueError(TalangError):
    """A negative discount, amount of points or quantity."""

    name = "negativeValue"
    is_caught = False


class InsufficientPointsError(TalangError):
    """Fewer points than would be deducted."""

    name = "insufficientPoints"
    is_caught = False


class PoolEmptyError(TalangError):
    """No giveaway left."""

    name = "poolEmpty"
    is_caught = False


class NoAdditionalCostError(TalangError):
    """The session or item does not carry the additional cost."""

    name = "noAdditionalCost"
    is_caught = False


class AbortedError(TalangError):
    """A limit of the evaluation has passed (behaviour/evaluation 12): the rule fails, and nothing that is left catches it."""

    name = "aborted"
    is_caught = False
    is_reported = True


class PartSpentError(AbortedError):
    """The steps of a part of the evaluation, a campaign, are spent; whatever is beside it goes on."""


class AllSpentError(AbortedError):
    """The steps or the processor time of the whole evaluation are spent: nothing more is computed."""


class NotAvailableError(TalangError):
    """The evaluation offers no such fact (a product function outside an evaluation)."""

    name = "missing"


def located(error: TalangError, at: str) -> TalangError:
    """Return the error, with the pointer of the expression unless an inner one is already known."""
    if error.at is None:
        error.at = at
    return error
