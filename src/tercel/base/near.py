"""The nearest right word for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LENGTH_MAX = 100
"""Characters of a word that are compared: the work grows with the square of them."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Continue a message about a wrong word with the nearest right one, case aside; empty when none is near.

    >>> did_you_mean("cartItem", ["cartItems", "state"])
    '; did you mean `cartItems`?'
    """
    by_small_letters = {each.casefold(): each for each in known}
    near = get_close_matches(word[:_LENGTH_MAX].casefold(), by_small_letters, n=1)
    return f"; did you mean `{by_small_letters[near[0]]}`?" if near else ""
