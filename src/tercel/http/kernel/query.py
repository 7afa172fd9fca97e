"""Query strings: the paging mix-ins, and decoding into an operation's query struct."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.base.limits import PAGE_SIZE_MAX, SKIP_MAX
from tercel.features.common.page import PageRequest

Skip = Annotated[int, Meta(ge=0, le=SKIP_MAX)]


class PageQuery(msgspec.Struct, rename="camel", kw_only=True):
    """Paging as most lists have it. Inherit from it to add filters."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


class ShortPageQuery(PageQuery, rename="camel", kw_only=True):
    """Paging of the lists whose pages have 50 rows unless told otherwise."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 50
