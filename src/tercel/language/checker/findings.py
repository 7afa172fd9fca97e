"""A finding of the checker."""

from __future__ import annotations

from typing import Literal, NamedTuple

#: An error keeps a rule set from being saved; a warning and a remark (``info``) do not.
Severity = Literal["error", "warning", "info"]


class Finding(NamedTuple):
    """One thing wrong with an expression, and the JSON pointer of the place.

    Codes: ``unknownFunction``, ``arity``, ``type``, ``time``, ``regex``, ``unknownName``, ``unknownField``,
    ``effectNotAllowed``, ``refused``, ``bundle``, ``unknownError``, ``depth``.
    """

    pointer: str
    code: str
    message: str
    severity: Severity = "error"
