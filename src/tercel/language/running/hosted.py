"""Functions that the product computes: how a call reaches the host."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from tercel.language.running.run import Run

Implementation = Callable[..., Any]


@cache
def method_of(name: str) -> str:
    """Return the name of the host's method that computes a function.

    Because: made once, since Python finds a method of a class at once only by the same text object as before.

    >>> method_of("setDiscountPerItem")
    'set_discount_per_item'
    """
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def hosted(name: str, count: int | None = None) -> Implementation:
    """Make the implementation of a function that the host computes, for calls with so many values, or with any number.

    Because: most effects have two arguments, and passing on a number that is known takes half the time.
    """
    method = method_of(name)

    def call(run: Run, *values: Any) -> Any:
        return getattr(run.host or run.need_host(), method)(*values)

    def call_one(run: Run, value: Any) -> Any:
        return getattr(run.host or run.need_host(), method)(value)

    def call_two(run: Run, first: Any, second: Any) -> Any:
        return getattr(run.host or run.need_host(), method)(first, second)

    fixed: dict[int | None, Implementation] = {1: call_one, 2: call_two}
    return fixed.get(count, call)
