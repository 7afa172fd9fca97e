"""Comparison of an outcome with effects that were given before.

Effects are equal when their stored forms are. Changes have no identity of their own: those of a kind are recorded in the order of
their effects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from tercel.base.codec import decode_any, encode
from tercel.effects.coupons import ReserveCoupon
from tercel.effects.effect import Effect
from tercel.evaluation.outcome import AttributeChange, Changes, Outcome

_Change = TypeVar("_Change")


def came_out(outcome: Outcome, campaigns: Collection[int]) -> dict[int, Any]:
    """Return the newly produced effects by index, in stored form, without codes that the session has already.

    Effects of campaigns that were not evaluated again are ignored: their codes are refused only for that reason.
    """
    produced = {
        place: _without_novelty(decode_any(encode(effect)))
        for place, effect in enumerate(outcome.effects)
        if effect.campaign_id in campaigns
    }
    for place, code in _with_effects(outcome, outcome.changes.created_codes, _creates):
        if not code.is_new:
            del produced[place]
    return produced


#: What differs between two evaluations although nothing else does: the mark that a reservation is new, the names of transactions, and
#: dates that are counted from now.
_NEW_EACH_TIME = {
    "reserveCoupon": ("isNewReservation",),
    "addLoyaltyPoints": ("transactionUUID", "startDate", "expiryDate"),
    "deductLoyaltyPoints": ("transactionUUID",),
    "extendLoyaltyPointsExpiryDate": ("affectedTransactions", "previousExpirationDate"),
    "setLoyaltyPointsExpiryDate": ("affectedTransactions",),
}


def _without_novelty(effect: dict[str, Any]) -> dict[str, Any]:
    """Return the effect without what is new each time."""
    names = _NEW_EACH_TIME.get(effect["effectType"])
    if names is None:
        return effect
    return {
        **effect,
        "props": {name: value for name, value in effect["props"].items() if name not in names},
    }


def take(produced: dict[int, Any], given: Any) -> bool:
    """Remove from the produced effects one that equals an earlier effect; tell whether there was one."""
    wanted = None if given is None else _without_novelty(given)
    place = next((place for place, effect in produced.items() if effect == wanted), None)
    if place is None:
        return False
    del produced[place]
    return True


def shift(outcome: Outcome, offset: int) -> None:
    """Let the entries count their effects behind the rollback effects of the event."""
    for entry in outcome.changes.entries:
        assert entry.effect_index is not None, "entries of effects know them"
        entry.effect_index += offset


def only(outcome: Outcome, new: Collection[int]) -> Outcome:
    """Return the outcome reduced to its new effects."""
    places = {place: index for index, place in enumerate(sorted(new))}
    changes = outcome.changes
    entries = [entry for entry in changes.entries if entry.effect_index in places]
    for entry in entries:
        assert entry.effect_index is not None, "entries of effects know them"
        entry.effect_index = places[entry.effect_index]
    return Outcome(
        effects=[outcome.effects[place] for place in sorted(new)],
        triggered=outcome.triggered,
        changes=Changes(
            entries=entries,
            attributes=_last_values(outcome, new),
            created_codes=_of_new(outcome, new, changes.created_codes, _creates),
            reserved_coupon_ids=_of_new(outcome, new, changes.reserved_coupon_ids, _reserves),
            webhooks=_of_new(outcome, new, changes.webhooks, _calls),
        ),
    )


def _last_values(outcome: Outcome, new: Collection[int]) -> list[AttributeChange]:
    """Return all changes of those attributes that a new effect changes, so that the last rule wins as in any evaluation."""
    changes = list(_with_effects(outcome, outcome.changes.attributes, _changes_attribute))
    paths = {_target(change) for place, change in changes if place in new}
    return [change for _, change in changes if _target(change) in paths]


def _target(change: AttributeChange) -> tuple[Any, ...]:
    return change.entity, change.target_id, change.position, change.name


def _of_new(
    outcome: Outcome, new: Collection[int], notes: Sequence[_Change], belongs: Callable[[Effect], bool]
) -> list[_Change]:
    return [note for place, note in _with_effects(outcome, notes, belongs) if place in new]


def _with_effects(
    outcome: Outcome, notes: Sequence[_Change], belongs: Callable[[Effect], bool]
) -> Iterable[tuple[int, _Change]]:
    """Pair the changes of a kind with the indices of their effects; both are in the same order."""
    places = [place for place, effect in enumerate(outcome.effects) if belongs(effect)]
    return zip(places, notes, strict=True)


def _creates(effect: Effect) -> bool:
    return effect.effect_type in {"couponCreated", "referralCreated"}


def _reserves(effect: Effect) -> bool:
    return isinstance(effect.props, ReserveCoupon) and effect.props.is_new_reservation


def _changes_attribute(effect: Effect) -> bool:
    return effect.effect_type == "updateAttribute"


def _calls(effect: Effect) -> bool:
    return effect.effect_type == "triggerWebhook"
