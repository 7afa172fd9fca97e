"""Refitting of discounts that were computed apart: where the application caps them, they are cut again when put together.

Members of a group are evaluated from the same state. Members that divide the units of a cart among themselves may together give
more than is left.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tercel.base.numbers import ZERO
from tercel.evaluation.entities.session import Session
from tercel.evaluation.outcome import CounterUse, LedgerEntry
from tercel.evaluation.state.caps import Base, around, left
from tercel.evaluation.state.journal import Change, Journal, Segment


def given_back(capped: dict[Base, Decimal], base: Base | None, amount: Decimal) -> list[Change]:
    """Return the changes that remove a discount from the amounts it counted against."""
    if base is None:
        return []
    return [Change(capped, each, amount, ZERO) for each in around(base)]


def refit(segment: Segment, session: Session, journal: Journal) -> Segment:
    """Return the segment with every discount cut to what is left at its new place; the segment itself where everything fits."""
    taken: ChainMap[Base, Decimal] = ChainMap({}, journal.capped)
    entries, effects, granted, changes = (
        list(segment.entries), list(segment.effects), list(segment.granted), list(segment.changes),
    )  # fmt: skip
    places = [index for index, entry in enumerate(entries) if entry.kind == "setDiscount"]
    is_cut = False
    for number, place in enumerate(places):
        amount, item, is_on_items, base = granted[number]
        if base is None:
            continue
        fitting = min(amount, left(base, session, taken))
        for each in around(base):
            taken[each] = taken.get(each, ZERO) + fitting
        if fitting == amount:
            continue
        is_cut = True
        entry, over = entries[place], amount - fitting
        assert entry.effect_index is not None, "entries of effects know them"
        effect = effects[entry.effect_index]
        effects[entry.effect_index] = replace(effect, props=replace(effect.props, value=fitting))
        granted[number] = (fitting, item, is_on_items, base)
        entries[place] = _lower_entry(entry, fitting, over)
        changes += given_back(journal.capped, base, over)
        changes += [Change(journal.taken, use.key, over, ZERO) for use in entry.uses if _is_money(use)]
    if not is_cut:
        return segment
    return segment._replace(effects=effects, entries=entries, granted=granted, changes=changes)


def _lower_entry(entry: LedgerEntry, amount: Decimal, over: Decimal) -> LedgerEntry:
    uses = tuple(replace(use, amount=use.amount - over) if _is_money(use) else use for use in entry.uses)
    coupon_discount = None if entry.coupon_discount is None else amount
    return replace(entry, amount=amount, uses=uses, coupon_discount=coupon_discount)


def _is_money(use: CounterUse) -> bool:
    return use.key.action == "setDiscount"


def fits(segment: Segment, used: Mapping[Any, Decimal], taken: Mapping[Any, Decimal]) -> bool:
    """Tell whether the budgets of a segment still have room for it; ``used`` holds their use before the evaluation."""
    wanted: dict[Any, Decimal] = {}
    for entry in segment.entries:
        for use in entry.uses:
            wanted[use.key] = wanted.get(use.key, ZERO) + use.amount
            if used.get(use.key, ZERO) + taken.get(use.key, ZERO) + wanted[use.key] > use.limit:
                return False
    return True
