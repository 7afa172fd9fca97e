"""Choice of a group: which members apply, for the whole session or unit by unit (behaviour/groups 2, 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from tercel.base.numbers import ZERO
from tercel.effects.effect import Effect
from tercel.evaluation.outcome import LedgerEntry
from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.state.journal import Change, Journal, Segment
from tercel.evaluation.state.refit import given_back

#: A unit of the cart: position and sub position (None without flattening).
Unit = tuple[int, int | None]


class Trial(NamedTuple):
    """Result of one campaign, evaluated from the starting state of its group."""

    campaign: CompiledCampaign
    segment: Segment
    is_triggered: bool


def best(mode: str, contenders: Sequence[tuple[int, Decimal]]) -> int | None:
    """Return the member that a mode chooses among pairs of member and discount, in list order; the earlier one on a tie.

    ``lowestDiscount`` prefers discounts above 0.

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


def choose_for_session(mode: str, tries: Sequence[Sequence[Trial]]) -> list[Trial]:
    """Return the trials to keep: all of the winning member, and those of members without a successful rule.

    Args:
        mode: Mode of the group.
        tries: The trials of each member, in list order.
    """
    contenders = [
        (member, sum((_discounts(trial.segment) for trial in trials), ZERO))
        for member, trials in enumerate(tries)
        if any(trial.is_triggered for trial in trials)
    ]
    winner = best(mode, contenders)
    return [
        trial
        for member, trials in enumerate(tries)
        for trial in trials
        if member == winner or not trial.is_triggered
    ]


def _discounts(segment: Segment) -> Decimal:
    return sum((entry.amount for entry in segment.entries if entry.kind == "setDiscount"), ZERO)


def choose_by_item(mode: str, tries: Sequence[Sequence[Trial]], journal: Journal) -> list[Trial]:
    """Return the trials to keep, without their effects on units that another member won.

    Only units that several members discount are contested. A campaign that loses all of its units is dropped as a whole.

    Args:
        mode: Mode of the group.
        tries: The trials of each member, in list order.
        journal: The state that the segments will be put back into.
    """
    worth: defaultdict[Unit, dict[int, Decimal]] = defaultdict(dict)
    for member, trials in enumerate(tries):
        for trial in trials:
            for unit, amount in _unit_discounts(trial.segment):
                worth[unit][member] = worth[unit].get(member, ZERO) + amount
    winners = {unit: best(mode, list(offers.items())) for unit, offers in worth.items()}
    kept = []
    for member, trials in enumerate(tries):
        lost = {unit for unit, winner in winners.items() if winner != member}
        for trial in trials:
            segment = _without(trial.segment, lost, journal)
            if segment is not None:
                kept.append(trial._replace(segment=segment))
    return kept


def _unit_discounts(segment: Segment) -> Iterator[tuple[Unit, Decimal]]:
    for entry in segment.entries:
        if entry.kind == "setDiscount" and entry.position is not None:
            yield (entry.position, entry.sub_position), entry.amount


def _without(segment: Segment, lost: set[Unit], journal: Journal) -> Segment | None:
    """Remove all effects of a segment on the lost units, given by position and sub position.

    Return None when the segment affected units and lost all of them.
    """
    struck = [entry for entry in segment.entries if _unit(entry) in lost]
    if not struck:
        return segment
    if all(entry.position is None or _unit(entry) in lost for entry in segment.entries):
        return None
    gone = {entry.effect_index for entry in struck if entry.effect_index is not None}
    places: dict[int | None, int] = {}
    for index in range(len(segment.effects)):
        if index not in gone:
            places[index] = len(places)
    discounts = [entry.effect_index for entry in segment.entries if entry.kind == "setDiscount"]
    # As much less as was taken.
    returned = [Change(journal.taken, use.key, use.amount, ZERO) for entry in struck for use in entry.uses]
    for (amount, _, _, base), place in zip(segment.granted, discounts, strict=True):
        if place not in places:
            returned += given_back(journal.capped, base, amount)
    return Segment(
        effects=[effect for index, effect in enumerate(segment.effects) if index in places],
        entries=[
            replace(entry, effect_index=places[entry.effect_index])
            for entry in segment.entries
            if entry.effect_index in places
        ],
        granted=[
            granted for granted, index in zip(segment.granted, discounts, strict=True) if index in places
        ],
        notes=segment.notes,
        changes=segment.changes + returned,
        text_length=segment.text_length - sum(_length(segment.effects[index]) for index in gone),
    )


def _length(effect: Effect) -> int:
    length: int = effect.props.text_length()
    return length + len(effect.rule_name)


def _unit(entry: LedgerEntry) -> tuple[int | None, int | None]:
    return entry.position, entry.sub_position
