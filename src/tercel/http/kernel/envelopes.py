"""The three shapes in which lists leave (management.md 0.3)."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from tercel.features.common.page import Page

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


class Plain(msgspec.Struct, Generic[T]):
    """All rows."""

    data: list[T]


def counted(page: Page[T]) -> Counted[T]:
    """``{totalResultSize, data}``."""
    assert page.total is not None, "fetch the page with counted=True"
    return Counted(page.total, page.data)


def uncounted(page: Page[T]) -> Uncounted[T]:
    """``{hasMore, data}``."""
    return Uncounted(bool(page.has_more), page.data)


def optional(page: Page[T], with_total: bool | None) -> Optional[T]:
    """``{totalResultSize, data}`` or ``{hasMore, data}``, as the query parameter ``withTotalResultSize`` says."""
    if with_total:
        return Optional(total_result_size=page.total, data=page.data)
    return Optional(has_more=bool(page.has_more), data=page.data)
