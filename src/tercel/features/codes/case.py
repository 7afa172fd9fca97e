"""How an application compares codes: its setting ``caseSensitivity`` (integration.md 4.2)."""

from __future__ import annotations


def fold_code(code: str, case_sensitivity: str) -> str:
    """The form in which an application stores and compares a code, of a coupon or a referral.

    >>> fold_code("Summer-1", "insensitive-uppercase"), fold_code("Summer-1", "sensitive")
    ('SUMMER-1', 'Summer-1')
    """
    if case_sensitivity == "insensitive-uppercase":
        return code.upper()
    if case_sensitivity == "insensitive-lowercase":
        return code.lower()
    return code
