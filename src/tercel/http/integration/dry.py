"""Parameters that change nothing but what a dry request shows."""

from __future__ import annotations

from tercel.base.errors import InvalidError


def refuse_unless_dry(name: str, is_given: bool, *, is_dry: bool) -> None:
    """Refuse a parameter that goes only with dry requests.

    Raises:
        InvalidError: it is given and the request is not dry.
    """
    if is_given and not is_dry:
        raise InvalidError.parameter(name, "Not allowed", f"`{name}` goes only with `dry=true`")
