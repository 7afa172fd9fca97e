"""Coupons whose codes are most probably free: written without looking for each code first, a piece or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tercel.database.transaction import Transaction
from tercel.features.codes.ahead import DrawnAhead
from tercel.features.codes.pattern import Choices, CodePattern
from tercel.features.coupons.store import insert_free_coupons

PIECE = 20_000
_ROOM = 2


def is_mostly_free(pattern: CodePattern, wanted: int, at_once: int = PIECE) -> bool:
    """Whether most of the pieces written at once, of all that are wanted, will hold no code that exists.

    Two draws are the same once in as many as there are possible codes, and there are ``wanted * at_once`` pairs of them.
    """
    return pattern.capacity() >= _ROOM * wanted * at_once


async def make_free_coupons(
    tx: Transaction, pattern: CodePattern, shared: Mapping[str, Any], wanted: int, choices: Choices
) -> list[str]:
    """Make up to ``wanted`` coupons with the columns of ``shared``; their codes.

    From a pattern that has too few codes for that none is made.
    """
    made: list[str] = []
    if not is_mostly_free(pattern, wanted):
        return made
    drawn = DrawnAhead(pattern, choices)
    for left in range(wanted, 0, -PIECE):
        codes = await drawn.take(min(left, PIECE), then=min(max(left - PIECE, 0), PIECE))
        made += await write_free_coupons(tx, shared, codes)
    return made


async def write_free_coupons(tx: Transaction, shared: Mapping[str, Any], codes: Sequence[str]) -> list[str]:
    """Write coupons with the columns of ``shared`` and these codes; those of the pieces in which none existed."""
    made: list[str] = []
    for start in range(0, len(codes), PIECE):
        piece = codes[start : start + PIECE]
        if await insert_free_coupons(tx, shared, piece):
            made += piece
    return made
