"""Which members of a group apply (integration.md 5.4, 5.5): the modes, for the whole session or unit by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from tercel.base.numbers import ZERO
from tercel.evaluation.cart import Item
from tercel.evaluation.outcome import LedgerEntry
from tercel.evaluation.program import CompiledCampaign
from tercel.evaluation.working import Change, Piece

#: A unit of the cart: position and sub position (None without flattening).
Unit = tuple[int, int | None]


class Part(NamedTuple):
    """What one campaign did from the starting state of its group."""

    campaign: CompiledCampaign
    piece: Piece
    is_triggered: bool


def best(mode: str, contenders: Sequence[tuple[int, Decimal]]) -> int | None:
    """The member that a mode picks among (member, discount) in list order; the earlier one on a tie.

    The lowest discount is one above 0, if there is any.

    >>> offers = [(0, Decimal(5)), (1, Decimal(0)), (2, Decimal(9)), (3, Decimal(9))]
    >>> [best(mode, offers) for mode in ("listOrder", "lowestDiscount", "highestDiscount")]
    [0, 0, 2]
    """
    if not contenders:
        return None
    if mode == "highestDiscount":
        return max(contenders, key=_discount)[0]
    given = [contender for contender in contenders if contender[1] > 0]
    if mode == "lowestDiscount" and given:
        return min(given, key=_discount)[0]
    return contenders[0][0]


def _discount(contender: tuple[int, Decimal]) -> Decimal:
    return contender[1]


def choose_for_session(mode: str, tries: Sequence[Sequence[Part]]) -> list[Part]:
    """The parts that stay: all of the winner, and what failed rules of the others left.

    Args:
        mode: How to choose.
        tries: The parts of each member, in list order.
    """
    contenders = [
        (member, sum((_discounts(part.piece) for part in parts), ZERO))
        for member, parts in enumerate(tries)
        if any(part.is_triggered for part in parts)
    ]
    winner = best(mode, contenders)
    return [
        part
        for member, parts in enumerate(tries)
        for part in parts
        if member == winner or not part.is_triggered
    ]


def _discounts(piece: Piece) -> Decimal:
    return sum((entry.amount for entry in piece.entries if entry.kind == "setDiscount"), ZERO)


def choose_by_item(
    mode: str, tries: Sequence[Sequence[Part]], items: Iterable[Item], taken: dict[Any, Decimal]
) -> list[Part]:
    """The parts that stay, without what they did to units that another member won.

    Only units that several members discount are contested. A campaign that keeps nothing of what it did to units is
    left out as a whole.

    Args:
        mode: How to choose.
        tries: The parts of each member, in list order.
        items: The units of the cart.
        taken: The counters of the working state.
    """
    worth: defaultdict[Unit, dict[int, Decimal]] = defaultdict(dict)
    for member, parts in enumerate(tries):
        for part in parts:
            for unit, amount in _unit_discounts(part.piece):
                worth[unit][member] = worth[unit].get(member, ZERO) + amount
    winners = {unit: best(mode, list(offers.items())) for unit, offers in worth.items()}
    kept = []
    for member, parts in enumerate(tries):
        lost = {unit for unit, winner in winners.items() if winner != member}
        indices = {item.index for item in items if (item.position, item.sub_position) in lost}
        for part in parts:
            piece = _without(part.piece, lost, indices, taken)
            if piece is not None:
                kept.append(part._replace(piece=piece))
    return kept


def _unit_discounts(piece: Piece) -> Iterator[tuple[Unit, Decimal]]:
    for entry in piece.entries:
        if entry.kind == "setDiscount" and entry.position is not None:
            yield (entry.position, entry.sub_position), entry.amount


def _without(piece: Piece, lost: set[Unit], indices: set[int], taken: dict[Any, Decimal]) -> Piece | None:
    """The piece without all it did to some units, whose indices in the cart are given too; None when it did something
    to units and none of that is left."""
    struck = [entry for entry in piece.entries if _unit(entry) in lost]
    if not struck:
        return piece
    if all(entry.position is None or _unit(entry) in lost for entry in piece.entries):
        return None
    gone = {entry.effect_index for entry in struck}
    places: dict[int | None, int] = {}
    for index in range(len(piece.effects)):
        if index not in gone:
            places[index] = len(places)
    discounts = [entry.effect_index for entry in piece.entries if entry.kind == "setDiscount"]
    returned = [
        Change(taken, use.key, use.amount, ZERO) for entry in struck for use in entry.uses
    ]  # as much less as was taken
    return Piece(
        effects=[effect for index, effect in enumerate(piece.effects) if index in places],
        entries=[
            replace(entry, effect_index=places[entry.effect_index])
            for entry in piece.entries
            if entry.effect_index in places
        ],
        granted=[granted for granted, index in zip(piece.granted, discounts, strict=True) if index in places],
        notes=piece.notes,
        changes=[change for change in piece.changes if not _caps(change, indices)] + returned,
    )


def _unit(entry: LedgerEntry) -> tuple[int | None, int | None]:
    return entry.position, entry.sub_position


def _caps(change: Change, indices: set[int]) -> bool:
    """Whether the change counts against the cap of a unit."""
    key = change.key
    return isinstance(key, tuple) and key[0] == "capped" and key[-1] in indices
