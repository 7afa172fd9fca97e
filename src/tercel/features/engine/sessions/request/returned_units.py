"""Selection of the units of a return: the lowest sub positions that are left (behaviour/returns 1, 2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tercel.base.errors import InvalidError
from tercel.features.engine.sessions.integration_model import CartItem
from tercel.features.engine.sessions.return_model import ReturnedItem

Unit = tuple[int, int | None]
_ROOT = "/return/returnedCartItems"


class Taken(msgspec.Struct):
    """The cart after a return, the units it took, and how many of each line."""

    items: list[CartItem]
    units: set[Unit]
    returned: list[ReturnedItem]


def take_units(items: Sequence[CartItem], asked: Sequence[ReturnedItem]) -> Taken:
    """Take the requested units from the cart; the given cart is not changed.

    A line that is gone entirely includes effects on the line as a whole, which exist without flattening.

    Raises:
        InvalidError: a line is unknown or named in two ways that disagree, or it has fewer units left.
    """
    taken = Taken([msgspec.structs.replace(item) for item in items], set(), [])
    for index, wish in enumerate(asked):
        pointer = f"{_ROOT}/{index}"
        lines = _lines(taken.items, wish, pointer)
        left = wish.quantity if wish.quantity is not None else sum(map(_remaining, lines))
        if left > sum(map(_remaining, lines)) or left == 0:
            raise InvalidError.at(
                f"{pointer}/quantity",
                "maximum",
                f"only {sum(map(_remaining, lines))} units are left to return",
            )
        for line in lines:
            left -= _take(line, min(left, _remaining(line)), taken)
    return taken


def _lines(items: list[CartItem], wish: ReturnedItem, pointer: str) -> list[CartItem]:
    if wish.position is not None:
        if wish.position >= len(items):
            raise InvalidError.at(f"{pointer}/position", "maximum", f"the cart has no line {wish.position}")
        line = items[wish.position]
        if wish.sku is not None and line.sku != wish.sku:
            raise InvalidError.at(f"{pointer}/sku", "Contradiction", f"line {wish.position} is `{line.sku}`")
        return [line]
    if wish.sku is None:
        raise InvalidError.at(pointer, "required", "name the line by its `position` or `sku`")
    lines = [item for item in items if item.sku == wish.sku]
    if not lines:
        raise InvalidError.at(f"{pointer}/sku", "Unknown", f"the cart has no `{wish.sku}`")
    return lines


def _remaining(line: CartItem) -> int:
    return line.quantity - (line.returned_quantity or 0)


def _take(line: CartItem, count: int, taken: Taken) -> int:
    if count == 0:
        return 0
    first = line.returned_quantity or 0
    position = line.position or 0
    line.returned_quantity = first + count
    line.remaining_quantity = line.quantity - line.returned_quantity
    taken.units.update((position, sub_position) for sub_position in range(first, first + count))
    if line.remaining_quantity == 0:
        taken.units.add((position, None))
    taken.returned.append(ReturnedItem(position=position, quantity=count, sku=line.sku))
    return count
