"""Filters that lists of coupons and referrals share (behaviour/campaigns 7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, func, or_

from tercel.base.keys import fold_code

Validity = Literal["expired", "validNow", "validFuture"]
YesNo = Literal["true", "false"]

#: What is left out of codes when they are compared loosely: ASCII that is neither letter nor digit.
_LEFT_OUT = r"[^a-z0-9\u0080-\U0010ffff]"


def is_valid(
    start: ColumnElement[Any], expiry: ColumnElement[Any], validity: Validity, now: datetime
) -> ColumnElement[bool]:
    """Return the condition that a code's dates put it in the past, the present (start <= now < expiry) or the future."""
    if validity == "expired":
        return and_(expiry.is_not(None), expiry <= now)
    if validity == "validFuture":
        return start > now
    return and_(or_(start.is_(None), start <= now), or_(expiry.is_(None), expiry > now))


def is_like_code(column: ColumnElement[str], code: str) -> ColumnElement[bool]:
    """Return the condition that the letters and digits of ``code`` occur in the column, whatever their case and what
    is between them."""
    lower = func.lower(column)
    code = fold_code(code, "insensitive-lowercase")
    wanted = "".join(character for character in code if character.isalnum() or not character.isascii())
    if not code:
        return false()
    if not wanted:
        # Because: punctuation alone would match every code, and a deletion uses this filter as well.
        return lower.contains(code, autoescape=True)
    return func.regexp_replace(lower, _LEFT_OUT, "", "g").contains(wanted, autoescape=True)
