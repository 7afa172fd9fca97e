"""Reversal of effects on cancel, return and reopen (behaviour/sessions 11, 12; behaviour/returns 3).

A reversal reads the ledger entries of the session, never the rules of today. A program's return policy for points is applied by
the ledger, which holds the balances; here every movement of points is reversed whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tercel.effects.all import EFFECTS
from tercel.effects.effect import Effect
from tercel.language.catalogue.budgets import BUDGETS

#: A unit of the cart: position of the line and sub position in it (None without flattening).
Unit = tuple[int, int | None]

#: Budgets that a cancelled session does not give back (behaviour/sessions 11).
KEPT_KINDS = frozenset(budget.action for budget in BUDGETS if budget.is_kept)
#: What goes with the units it was given for (behaviour/returns 3). A custom effect of a unit does not: it has happened.
UNIT_KINDS = frozenset(budget.action for budget in BUDGETS if budget.is_of_units)


class StoredEntry(msgspec.Struct, kw_only=True, frozen=True):
    """A stored ledger entry, with its effect as decoded JSON (None without one).

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
    """An entry to reverse, and its rollback effect (None when it has no counterpart)."""

    entry: StoredEntry
    effect: Effect | None


def reverse(entries: Iterable[StoredEntry], units: Collection[Unit] | None = None) -> list[Reversal]:
    """Return the reversals of entries, in the order of the entries.

    Args:
        entries: The entries in force.
        units: The returned units: only discounts and points tied to them are reversed. None reverses everything
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
    kind = None if effect is None else EFFECTS.get(effect["effectType"])
    if effect is None or kind is None:
        return None
    props = kind.rollback(effect["props"], entry.profile_integration_id)
    if props is None:
        return None
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
