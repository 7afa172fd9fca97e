"""Parameters that change nothing but what a dry request shows."""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import InvalidError


def refuse_unless_dry(name: str, is_given: bool, *, is_dry: bool) -> None:
    """Refuse a parameter that goes only with dry requests.

    Raises:
        InvalidError: it is given and the request is not dry.
    """
    if is_given and not is_dry:
        raise InvalidError.parameter(name, "Not allowed", f"`{name}` goes only with `dry=true`")


def chosen_time(chosen: datetime | None, now: datetime, *, is_dry: bool) -> datetime:
    """Return the time of an evaluation: now, unless a dry request chose a future one.

    Raises:
        InvalidError: a time was chosen that lies in the past, or by a request that is not dry.
    """
    if chosen is None:
        return now
    refuse_unless_dry("now", True, is_dry=is_dry)
    if chosen <= now:
        raise InvalidError.parameter("now", "minimum", "`now` must lie in the future")
    return chosen
