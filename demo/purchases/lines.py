"""Rows of a receipt into cart lines, so that every basket's total is that of the data, to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from demo.shop import Line

#: More than this is a measure and not a number of pieces: fuel comes in thousandths of a gallon.
PIECES_MAX = 100


class Row(NamedTuple):
    """One row of a receipt: the price of all its units before savings, and the saving on all of them."""

    product: int
    quantity: int
    price: int
    saving: int


def cart_lines(rows: Iterable[Row]) -> tuple[Line, ...]:
    """Return the lines of a cart, in the order in which the products first appear.

    Rows of one product are merged and rows without units left out. What is measured counts as one unit. Cents that do
    not divide by the units give a line more: three for 5.00 are two at 1.67 and one at 1.66.
    """
    merged: dict[int, Row] = {}
    for row in rows:
        if row.quantity <= 0:
            continue
        old = merged.get(row.product, Row(row.product, 0, 0, 0))
        quantity = 1 if row.quantity > PIECES_MAX else row.quantity
        merged[row.product] = Row(
            row.product, old.quantity + quantity, old.price + row.price, old.saving + row.saving
        )
    return tuple(line for row in merged.values() for line in _split(row))


def _split(row: Row) -> list[Line]:
    if row.price % row.quantity == 0 and row.saving % row.quantity == 0:
        return [Line(row.product, row.quantity, row.price // row.quantity, row.saving // row.quantity)]
    prices, savings = _shares(row.price, row.quantity), _shares(row.saving, row.quantity)
    units = Counter(zip(prices, savings, strict=True))
    return [Line(row.product, count, price, saving) for (price, saving), count in units.items()]


def _shares(cents: int, units: int) -> list[int]:
    whole, rest = divmod(cents, units)
    return [whole + (1 if unit < rest else 0) for unit in range(units)]
