"""Taking effects back on cancel, return and reopen (integration.md 2.5 to 2.8).

A reversal reads the ledger entries of the session, never the rules of today. What a program's return policy allows of
points is decided by the ledger, which holds the balances; here every point movement is taken back whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tercel.effects.effect import Effect
from tercel.effects.props import Props
from tercel.effects.rollbacks import (
    RollbackAddedLoyaltyPoints,
    RollbackCoupon,
    RollbackDeductedLoyaltyPoints,
    RollbackDiscount,
    RollbackIncreasedAchievementProgress,
    RollbackReferral,
)

#: A unit of the cart: position of the line and sub position in it (None without flattening).
Unit = tuple[int, int | None]

#: Budgets that a cancelled session does not give back (integration.md 2.5).
KEPT_KINDS = frozenset({"createCoupon", "createReferral"})
#: What goes with the units it was given for (integration.md 2.6). A custom effect of a unit does not: it has happened.
UNIT_KINDS = frozenset({"setDiscount", "createLoyaltyPoints"})


class StoredEntry(msgspec.Struct, kw_only=True, frozen=True):
    """A ledger entry as it was written, with its effect as decoded JSON (None when it had none).

    ``profile_integration_id`` is the profile of the session, for effects that do not name their recipient.
    """

    id: int
    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    effect: Mapping[str, Any] | None = None
    position: int | None = None
    sub_position: int | None = None
    profile_integration_id: str = ""


class Reversal(msgspec.Struct, frozen=True):
    """An entry to take back, and the effect that says so (None for those undone in silence)."""

    entry: StoredEntry
    effect: Effect | None


def reverse(entries: Iterable[StoredEntry], units: Collection[Unit] | None = None) -> list[Reversal]:
    """What to take back, in the order of the original entries.

    Args:
        entries: The entries that are still in force.
        units: The returned units: only discounts and points tied to them are taken back. None takes back everything
            that a cancelled or reopened session gives back.
    """
    reversals = []
    for entry in entries:
        if units is None:
            if entry.kind in KEPT_KINDS:
                continue
        elif entry.kind not in UNIT_KINDS or (entry.position, entry.sub_position) not in units:
            continue
        reversals.append(Reversal(entry, _effect(entry)))
    return reversals


def _effect(entry: StoredEntry) -> Effect | None:
    effect = entry.effect
    make = None if effect is None else _ROLLBACKS.get(effect["effectType"])
    if effect is None or make is None:
        return None
    props = make(effect["props"], entry)
    return Effect(
        campaign_id=effect.get("campaignId", entry.campaign_id),
        ruleset_id=effect.get("rulesetId", entry.ruleset_id),
        rule_index=effect.get("ruleIndex", entry.rule_index),
        rule_name=effect.get("ruleName", ""),
        effect_type=props.effect_type,
        props=props,
        triggered_by_coupon=effect.get("triggeredByCoupon"),
        evaluation_group_id=effect.get("evaluationGroupID"),
        evaluation_group_mode=effect.get("evaluationGroupMode"),
        experiment_id=effect.get("experimentId"),
    )


def _coupon(props: Mapping[str, Any], _entry: StoredEntry) -> Props:
    return RollbackCoupon(props["value"])


def _referral(props: Mapping[str, Any], _entry: StoredEntry) -> Props:
    return RollbackReferral(props["value"])


def _discount(props: Mapping[str, Any], _entry: StoredEntry) -> Props:
    return RollbackDiscount(
        props["name"],
        Decimal(props["value"]),
        props.get("position"),
        props.get("subPosition"),
        props.get("additionalCostId"),
        props.get("additionalCost"),
        props.get("scope"),
    )


def _added_points(props: Mapping[str, Any], _entry: StoredEntry) -> Props:
    return RollbackAddedLoyaltyPoints(
        props["programId"],
        props["subLedgerId"],
        Decimal(props["value"]),
        props["recipientIntegrationId"],
        props["transactionUUID"],
        props.get("cartItemPosition"),
        props.get("cartItemSubPosition"),
        props.get("cardIdentifier"),
    )


def _deducted_points(props: Mapping[str, Any], entry: StoredEntry) -> Props:
    return RollbackDeductedLoyaltyPoints(
        program_id=props["programId"],
        sub_ledger_id=props["subLedgerId"],
        value=Decimal(props["value"]),
        recipient_integration_id=entry.profile_integration_id,
        transaction_uuid=props["transactionUUID"],
        card_identifier=props.get("cardIdentifier"),
    )


def _progress(props: Mapping[str, Any], _entry: StoredEntry) -> Props:
    delta, value = Decimal(props["delta"]), Decimal(props["value"])
    return RollbackIncreasedAchievementProgress(
        props["achievementId"],
        props["achievementName"],
        props.get("progressTrackerId", 0),
        delta,
        value - delta,
        Decimal(props["target"]),
    )


_ROLLBACKS: dict[str, Callable[[Mapping[str, Any], StoredEntry], Props]] = {
    "acceptCoupon": _coupon,
    "acceptReferral": _referral,
    "setDiscount": _discount,
    "setDiscountPerItem": _discount,
    "setDiscountPerAdditionalCost": _discount,
    "setDiscountPerAdditionalCostPerItem": _discount,
    "addLoyaltyPoints": _added_points,
    "deductLoyaltyPoints": _deducted_points,
    "increaseAchievementProgress": _progress,
}
