"""Texts that callers choose, and names as they are on the wire."""

from __future__ import annotations

from tercel.base.errors import InvalidError


def check_text(value: str, pointer: str, *, max_length: int, min_length: int = 0) -> None:
    """Refuse a text that is too short, too long, or has a NUL character, which PostgreSQL cannot keep.

    Raises:
        InvalidError: at ``pointer``, titled with the violated keyword (behaviour/requests 1).
    """
    name = pointer.rsplit("/", 1)[-1]
    if len(value) < min_length:
        raise InvalidError.at(pointer, "minLength", f"{name} must have at least {min_length} characters")
    if len(value) > max_length:
        raise InvalidError.at(pointer, "maxLength", f"{name} must have at most {max_length} characters")
    if "\0" in value:
        raise InvalidError.at(pointer, "pattern", f"{name} must not contain NUL characters")


def camel(name: str) -> str:
    """Return the wire name of a column.

    >>> camel("integration_id")
    'integrationId'
    """
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
