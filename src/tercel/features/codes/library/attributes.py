"""Attributes of codes that rules change while carts are evaluated.

Codes have no version: their attributes are guarded by themselves, as a rule may have computed the new from the old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

#: The FROM item of a statement that sets attributes.
NEW_ATTRIBUTES = """(SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(id BIGINT, attributes JSONB, expected JSONB)
        ORDER BY id) AS r"""


class CodeAttributes(msgspec.Struct, kw_only=True):
    """The new attributes of a coupon or referral, with those that the decision rested on as their guard."""

    id: int
    attributes: msgspec.Raw
    expected: msgspec.Raw


class _Code(Protocol):
    id: int
    attributes: msgspec.Raw


def merge_attributes(
    union: dict[int, CodeAttributes], later: Mapping[int, CodeAttributes], rows: Iterable[_Code]
) -> None:
    """Show later commands the attributes as this one leaves them, and take them into the union of changes, whose guard stays
    what was loaded."""
    for row in rows if later else ():
        change = later.get(row.id)
        if change is not None:
            row.attributes = change.attributes
            known = union.get(row.id, change)
            union[row.id] = msgspec.structs.replace(change, expected=known.expected)
