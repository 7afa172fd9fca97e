"""Evaluate again on what is left of a cart: campaigns that ask for it, and gave something at the close.

What comes out identically stays as it was. Everything else that such a campaign gave is rolled back, and what is new is
given. What the session itself took of its limits and added to the customer's figures does not count, and what is never
rolled back is given once: codes, reservations, and attributes that a rule moved (integration.md 2.6).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.base.numbers import ZERO
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.reversal import KEPT_KINDS, Reversal, StoredEntry, reverse
from tercel.evaluation.snapshot import ChangedAttribute, CounterKey, Snapshot
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.consume import uses_of
from tercel.features.sessions.facts import build_snapshot, session_subject
from tercel.features.sessions.gather import need_code_facts
from tercel.features.sessions.integration_model import CartItem
from tercel.features.sessions.intent import Intent
from tercel.features.sessions.merge import merge
from tercel.features.sessions.novelty import came_out, only, take
from tercel.features.sessions.resolve import find_store, profile_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import ProfileRow, SessionRow, StoredEntryRow
from tercel.pipeline.work import Draft, Work

#: What takes nothing from its budget when it comes out again.
_TAKEN_ONCE = KEPT_KINDS | {"reserveCoupon"}
_REJECTIONS = frozenset({"rejectCoupon", "rejectReferral"})


class Reevaluated(msgspec.Struct, kw_only=True):
    """What the campaigns give now beyond what stays: the reversals of what went, and an outcome of what is new."""

    reversals: Sequence[Reversal]
    outcome: Outcome

    @staticmethod
    def need(
        intent: Intent, stored: SessionRow, needs: Needs, work: Work, configuration: Configuration
    ) -> None:
        """What the session was given, then the codes and counters of the campaigns that will run again."""
        key = (stored.application_id, stored.id)
        needs.other_effects.add(key)
        campaigns = _campaigns(work.entries[key], _other_effects(work, stored), configuration)
        if campaigns:
            need_code_facts(intent, needs, work, configuration, intent.cart_on(stored))
            snapshot = _snapshot(intent, Draft(work), configuration, stored, None, campaigns)
            keys = limit_keys(configuration.program, snapshot)
            needs.counters.update((intent.application_id, key) for key in keys)


def reevaluate(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow,
    items: list[CartItem],
    entries: Sequence[StoredEntry],
    returned: Sequence[Reversal],
) -> Reevaluated:
    """Compare what the campaigns gave with what they would give for the remaining cart.

    An evaluation that ended early decides nothing: what was given stays, but for the returned units.
    """
    rows = draft.loaded.entries[stored.application_id, stored.id]
    others = _other_effects(draft.loaded, stored)
    campaigns = _campaigns(rows, others, configuration)
    snapshot = _snapshot(intent, draft, configuration, stored, items, campaigns)
    _forget_own_use(snapshot, [each for each in rows if each.campaign_id in campaigns])
    snapshot.changed_attributes = frozenset(
        _changed(effect) for effect in others if effect["effectType"] == "updateAttribute"
    )
    outcome = evaluate_in_time(configuration.program, snapshot) if campaigns else Outcome()
    if not outcome.is_complete:
        return Reevaluated(reversals=returned, outcome=Outcome())
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
    offset = sum(each.effect is not None for each in reversals)
    return Reevaluated(reversals=reversals, outcome=only(outcome, new, offset=offset))


def _other_effects(work: Work, stored: SessionRow) -> list[dict[str, Any]]:
    """What the session was given that stands in no entry."""
    return [decode_any(effect) for effect in work.other_effects[stored.application_id, stored.id]]


def _campaigns(
    rows: Sequence[StoredEntryRow], others: Sequence[dict[str, Any]], configuration: Configuration
) -> frozenset[int]:
    """Campaigns with something in force that want to be evaluated again; to refuse a code is to give nothing."""
    by_id = configuration.program.by_id
    given = {row.campaign_id for row in rows}
    given |= {effect["campaignId"] for effect in others if effect["effectType"] not in _REJECTIONS}
    return frozenset(each for each in given if each in by_id and by_id[each].facts.reevaluates_on_return)


def _snapshot(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow,
    items: list[CartItem] | None,
    campaigns: frozenset[int],
) -> Snapshot:
    cart = merge(stored, intent.session)
    if items is not None:
        cart.items = items
    profile_id = cart.profile_integration_id
    profile = draft.profile(profile_key(profile_id, configuration)) if profile_id else None
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


def _before_close(profile: ProfileRow, stored: SessionRow) -> ProfileRow:
    """The customer without what the session added when it closed, less what came back since."""
    return msgspec.structs.replace(
        profile,
        closed_sessions=profile.closed_sessions - 1,
        total_sales=profile.total_sales - stored.total,
    )


def _forget_own_use(snapshot: Snapshot, rows: Sequence[StoredEntryRow]) -> None:
    """Counters and codes as they would stand without what this session took of them, and would take again."""
    counters = dict(snapshot.counters)
    coupons = {coupon.id: coupon for coupon in snapshot.coupons.values() if coupon is not None}
    for row in rows:
        if row.kind in _TAKEN_ONCE:
            continue
        for campaign_id, action, scope, period, amount in uses_of(row):
            key = CounterKey(campaign_id, action, scope, period)
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
    """What a later effect tells anew: an attribute or a code. None where all that was told still holds."""
    match effect["effectType"]:
        case "updateAttribute":
            return _changed(effect)
        case "acceptCoupon" | "rejectCoupon":
            return "coupon", effect.get("triggeredByCoupon")
        case "acceptReferral" | "rejectReferral":
            return "referral"
    return None


def _changed(effect: Mapping[str, Any]) -> ChangedAttribute:
    """What a stored ``updateAttribute`` changed."""
    return ChangedAttribute(
        effect["campaignId"], effect["ruleIndex"], effect.get("triggeredByCoupon"), effect["props"]["path"]
    )
