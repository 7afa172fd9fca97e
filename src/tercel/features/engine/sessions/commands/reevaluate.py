"""Evaluation after a return, on the remaining cart (behaviour/returns 4, 5).

Runs the campaigns that ask for it and have an effect in force. Effects that come out identically stay, others of these campaigns
are rolled back, and new ones are given. Counters and figures are read without the session's own use of them. Codes, reservations and moved
attributes are never rolled back, and given only once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.base.numbers import ZERO
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.reversal import (
    KEPT_KINDS,
    Reversal,
    StoredEntry,
    reverse,
)
from tercel.evaluation.snapshot import ChangedAttribute, Snapshot
from tercel.features.customers.profiles.aggregate import ProfileRow, find_profile
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.facts.gather import need_code_facts
from tercel.features.engine.sessions.facts.snapshot import build_snapshot, session_subject
from tercel.features.engine.sessions.integration_model import CartItem
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import merge
from tercel.features.engine.sessions.request.resolve import find_store, profile_key
from tercel.features.engine.sessions.writing.consume import uses_of
from tercel.features.engine.sessions.writing.events import session_event
from tercel.features.engine.sessions.writing.novelty import came_out, only, take
from tercel.features.engine.sessions.writing.points import undo_points
from tercel.ledger.counters import COUNTER_KEYS
from tercel.ledger.entries import ENTRIES, StoredEntryRow
from tercel.ledger.events import EVENTS, OTHER_EFFECT_KEYS
from tercel.pipeline.aggregate import Work
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs

#: What takes nothing from its budget when it comes out again.
_TAKEN_ONCE = KEPT_KINDS | {"reserveCoupon"}
_REJECTIONS = frozenset({"rejectCoupon", "rejectReferral"})


class Reevaluated(msgspec.Struct, kw_only=True):
    """Result of the comparison: the reversals, and an outcome reduced to what is new."""

    reversals: Sequence[Reversal]
    outcome: Outcome

    @staticmethod
    def need(
        intent: Intent, stored: SessionRow, needs: Needs, work: Work, configuration: Configuration
    ) -> None:
        """Need the effects of the session, then the codes and counters of the campaigns that run again."""
        key = (stored.application_id, stored.id)
        needs[OTHER_EFFECT_KEYS].add(key)
        campaigns = _campaigns(work[ENTRIES][key], _other_effects(work, stored), configuration)
        if campaigns:
            need_code_facts(intent, needs, work, configuration, intent.cart_on(stored))
            snapshot = _snapshot(intent, Draft(work), configuration, stored, items=None, campaigns=campaigns)
            keys = limit_keys(configuration.program, snapshot)
            needs[COUNTER_KEYS].update((intent.application_id, key) for key in keys)


def reevaluate(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow,
    *,
    items: list[CartItem],
    entries: Sequence[StoredEntry],
    returned: Sequence[Reversal],
) -> Reevaluated:
    """Compare the effects in force with those of an evaluation of the remaining cart.

    An incomplete dry evaluation changes nothing but the returned units. Likewise a campaign that spent its steps keeps its effects.

    Raises:
        TooCostlyError: an evaluation that would be written was incomplete.
    """
    rows = draft.loaded[ENTRIES][stored.application_id, stored.id]
    others = _other_effects(draft.loaded, stored)
    campaigns = _campaigns(rows, others, configuration)
    given = [entry for entry in entries if entry.campaign_id in campaigns]
    before = _before_points(draft, configuration, stored, given, intent.now)
    snapshot = _snapshot(intent, before, configuration, stored, items=items, campaigns=campaigns)
    again = [each for each in rows if each.campaign_id in campaigns]
    _forget_own_use(snapshot, again, draft.loaded, configuration)
    snapshot.changed_attributes = frozenset(
        _changed(effect) for effect in others if effect["effectType"] == "updateAttribute"
    )
    outcome = evaluate_in_time(configuration.program, snapshot) if campaigns else Outcome()
    if not outcome.is_complete:
        return Reevaluated(reversals=returned, outcome=Outcome())
    campaigns -= outcome.ended_early
    gone = {each.entry.id for each in returned}
    mine = [entry for entry in entries if entry.campaign_id in campaigns and entry.id not in gone]
    new = came_out(outcome, campaigns)
    rolled_back = reverse([entry for entry in mine if not take(new, entry.effect)])
    # Because: a code that was accepted is not refused any more, whatever was said before.
    in_force = [entry.effect for entry in entries if entry.effect is not None]
    last = {_told_of(effect): effect for effect in (*others, *in_force)}
    for effect in others:
        told_of = _told_of(effect)
        if told_of is None or effect is last[told_of]:
            take(new, effect)
    reversals = [*returned, *rolled_back]
    return Reevaluated(reversals=reversals, outcome=only(outcome, new))


def _other_effects(work: Work, stored: SessionRow) -> list[dict[str, Any]]:
    """Return the effects that the session was given and that no entry records."""
    return [decode_any(effect) for effect in work[EVENTS].other_effects[stored.application_id, stored.id]]


def _campaigns(
    rows: Sequence[StoredEntryRow], others: Sequence[dict[str, Any]], configuration: Configuration
) -> frozenset[int]:
    """Return the campaigns with an effect in force that ask for evaluation; the refusal of a code does not count as an effect."""
    by_id = configuration.program.by_id
    given = {row.campaign_id for row in rows}
    given |= {effect["campaignId"] for effect in others if effect["effectType"] not in _REJECTIONS}
    return frozenset(each for each in given if each in by_id and by_id[each].facts.reevaluates_on_return)


def _snapshot(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow,
    *,
    items: list[CartItem] | None,
    campaigns: frozenset[int],
) -> Snapshot:
    cart = merge(stored, intent.session)
    if items is not None:
        cart.items = items
    profile_id = cart.profile_integration_id
    profile = find_profile(draft, profile_key(profile_id, configuration)) if profile_id else None
    subject = session_subject(
        intent,
        configuration,
        cart,
        stored=stored,
        session_id=stored.id,
        profile=None if profile is None else _before_close(profile, stored),
        store=find_store(draft.loaded, cart.store_integration_id, configuration),
        types=("talon_session_partially_returned",),
    )
    assert subject.session is not None
    subject.session.is_first = stored.first_session
    subject.evaluable_campaign_ids = campaigns
    return build_snapshot(subject, draft, configuration)


def _before_points(
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow,
    entries: Sequence[StoredEntry],
    now: datetime,
) -> Draft:
    """Return a draft in which ledgers are as if the campaigns had moved no points, so that what they spend anew is there."""
    before = Draft(draft.loaded)
    event = session_event(stored, "", 0, now, Outcome(), keeps_failures=False)
    undo_points(reverse(entries), event, before, configuration)
    return before


def _before_close(profile: ProfileRow, stored: SessionRow) -> ProfileRow:
    """Return the profile without the sales and the count of this session."""
    return msgspec.structs.replace(
        profile,
        closed_sessions=profile.closed_sessions - 1,
        total_sales=profile.total_sales - stored.total,
    )


def _forget_own_use(
    snapshot: Snapshot, rows: Sequence[StoredEntryRow], loaded: Work, configuration: Configuration
) -> None:
    """Reduce counters and codes in the snapshot by the session's own use, which it would take again."""
    counters = dict(snapshot.counters)
    coupons = {coupon.id: coupon for coupon in snapshot.coupons.values() if coupon is not None}
    for row in rows:
        if row.kind in _TAKEN_ONCE:
            continue
        for key, amount in uses_of(row, loaded, configuration).items():
            if key in counters:
                counters[key] -= amount
        coupon = coupons.get(row.coupon_id) if row.coupon_id is not None else None
        if coupon is not None:
            coupon.usage_counter -= (
                int(row.amount) if row.kind == "redeemCoupon" and coupon.usage_limit else 0
            )
            if coupon.discount_limit is not None:
                coupon.discount_counter -= row.coupon_discount or ZERO
        if (
            row.kind == "redeemReferral"
            and snapshot.referral is not None
            and snapshot.referral.id == row.referral_id
        ):
            snapshot.referral.is_already_referred = False
            snapshot.referral.usage_counter -= 1 if snapshot.referral.usage_limit else 0
    snapshot.counters = counters


def _told_of(effect: Mapping[str, Any]) -> Hashable:
    """Return the key under which a later effect supersedes an earlier one; None when earlier ones stay valid."""
    match effect["effectType"]:
        case "updateAttribute":
            return _changed(effect)
        case "acceptCoupon" | "rejectCoupon":
            return "coupon", effect.get("triggeredByCoupon")
        case "acceptReferral" | "rejectReferral":
            return "referral"
    return None


def _changed(effect: Mapping[str, Any]) -> ChangedAttribute:
    """Return the identity of the attribute change in a stored ``updateAttribute``."""
    return ChangedAttribute(
        effect["campaignId"], effect["ruleIndex"], effect.get("triggeredByCoupon"), effect["props"]["path"]
    )
