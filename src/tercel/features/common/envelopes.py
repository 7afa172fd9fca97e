"""The three shapes in which lists leave (behaviour/lists 2)."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Counted(msgspec.Struct, Generic[T], rename="camel"):
    """A page with the number of all rows."""

    total_result_size: int
    data: list[T]


class Uncounted(msgspec.Struct, Generic[T], rename="camel"):
    """A page that says only whether another follows."""

    has_more: bool
    data: list[T]


class Optional(msgspec.Struct, Generic[T], rename="camel", omit_defaults=True, kw_only=True):
    """A page that has the number of all rows when it was asked for, else whether another follows."""

    total_result_size: int | None = None
    has_more: bool | None = None
    data: list[T]
