"""Coupons whose codes are most probably free: written without looking for each code first, a piece or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.rows import (
    SharedColumns,
    copy_coupons,
    encode_shared,
    pack_rows,
)
from tercel.features.codes.library.ahead import DrawnAhead
from tercel.features.common.patterns.pattern import Choices, CodePattern

PIECE = 20_000
_ROOM = 2


class Piece(NamedTuple):
    """Coupons that are written together or not at all."""

    codes: list[str]
    rows: bytes


def is_mostly_free(pattern: CodePattern, wanted: int, at_once: int = PIECE) -> bool:
    """Tell whether most of the pieces written at once, of all codes that are wanted, will hold no code that exists.

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
    packed = await encode_shared(tx, shared)
    drawn = draw_free_coupons(pattern, packed, choices)
    for left in range(wanted, 0, -PIECE):
        pieces = await drawn.take(min(left, PIECE), then=min(max(left - PIECE, 0), PIECE))
        made += await write_free_coupons(tx, packed, pieces)
    return made


def draw_free_coupons(
    pattern: CodePattern, shared: SharedColumns, choices: Choices
) -> DrawnAhead[list[Piece]]:
    """Coupons with these columns, drawn and packed ahead."""

    def in_pieces(codes: list[str]) -> list[Piece]:
        chunks = [codes[start : start + PIECE] for start in range(0, len(codes), PIECE)]
        return [Piece(chunk, pack_rows(chunk, shared)) for chunk in chunks]

    return DrawnAhead(pattern, choices, in_pieces)


async def write_free_coupons(tx: Transaction, shared: SharedColumns, pieces: Sequence[Piece]) -> list[str]:
    """Write coupons; the codes of those pieces in which none existed."""
    made: list[str] = []
    for piece in pieces:
        if await copy_coupons(tx, shared, piece.rows):
            made += piece.codes
    return made
