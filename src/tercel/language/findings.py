"""A finding of the checker."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Finding(NamedTuple):
    """One thing wrong with an expression, and the JSON pointer of the place.

    Codes: ``unknownFunction``, ``arity``, ``type``, ``time``, ``regex``, ``unknownName``, ``unknownField``,
    ``effectNotAllowed``, ``refused``, ``bundle``, ``unknownError``.
    """

    pointer: str
    code: str
    message: str
    severity: Severity = "error"
