"""What callers write and mean otherwise: ``null`` for a member that they leave out, ``2.0`` for a whole number.

The typed pass refuses both. Only then the document is read again without types, put right here, and decoded once more, so
bodies that need none of this pay nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from tercel.http.decoding.members import Place

K = TypeVar("K")
_WHOLE_DIGITS_MAX = 19
"""Of an integer that fits into 64 bits; longer ones stay as they were written and are refused."""
_MAY_BE_MEANT = re.compile(r"got `(?:null|float|decimal)`")


def is_worth_another_look(complaint: str) -> bool:
    """Tell whether the typed pass complained about something that can be put right."""
    return _MAY_BE_MEANT.search(complaint) is not None


def put_right(document: object, place: Place) -> bool:
    """Change a document to what its writer meant; whether anything was changed.

    Members that may be left out and cannot be null are taken away when they are null. Numbers with nothing after the point
    become integers where only integers may stand.
    """
    if isinstance(document, dict):
        return _put_object_right(document, place)
    if isinstance(document, list):
        return _put_each_right(enumerate(document), document.__setitem__, place)
    return False


def _put_object_right(document: dict[str, object], place: Place) -> bool:
    members = place.members(document)
    if members is None:
        return _put_each_right(document.items(), document.__setitem__, place)
    is_changed = False
    for name, value in list(document.items()):
        member = members.get(name)
        if member is None:
            continue
        if value is None:
            if not member.is_required and not member.place.takes_null:
                del document[name]
                is_changed = True
        elif _put_value_right(name, value, document.__setitem__, member.place):
            is_changed = True
    return is_changed


def _put_each_right(values: Iterable[tuple[K, object]], put: Callable[[K, int], None], place: Place) -> bool:
    if place.items is None:
        return False
    is_changed = False
    for key, value in values:
        is_changed |= _put_value_right(key, value, put, place.items)
    return is_changed


def _put_value_right(key: K, value: object, put: Callable[[K, int], None], place: Place) -> bool:
    if place.is_whole and isinstance(value, Decimal):
        whole = _whole(value)
        if whole is None:
            return False
        put(key, whole)
        return True
    return put_right(value, place)


def _whole(value: Decimal) -> int | None:
    """Return a number as an integer; None when it has a fraction, too many digits or no finite value."""
    if value.is_finite() and value.adjusted() < _WHOLE_DIGITS_MAX and value == value.to_integral_value():
        return int(value)
    return None
