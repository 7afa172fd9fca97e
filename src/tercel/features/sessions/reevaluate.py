"""Evaluate again on what is left of a cart: campaigns that ask for it, and gave something at the close.

What comes out identically stays as it was. Everything else that such a campaign gave is rolled back, and what is new is
given. The session's own earlier use does not count against its limits (integration.md 2.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import ZERO
from tercel.effects.effect import Effect
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.reversal import Reversal, StoredEntry, reverse
from tercel.evaluation.snapshot import CounterKey, Snapshot
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.consume import uses_of
from tercel.features.sessions.facts import build_snapshot, session_subject
from tercel.features.sessions.integration_model import CartItem
from tercel.features.sessions.intent import Intent
from tercel.features.sessions.merge import merge
from tercel.features.sessions.resolve import find_store, profile_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import SessionRow, StoredEntryRow
from tercel.pipeline.work import Draft, Work


class Reevaluated(msgspec.Struct, kw_only=True):
    """What the campaigns give now beyond what stays: the reversals of what went, and an outcome of what is new."""

    reversals: Sequence[Reversal]
    outcome: Outcome
    effects: list[Effect]
    discount: Decimal

    @staticmethod
    def need(
        intent: Intent, stored: SessionRow, needs: Needs, work: Work, configuration: Configuration
    ) -> None:
        """The counters of the campaigns that will run again."""
        draft = Draft(work)
        campaigns = _campaigns(work.entries[stored.application_id, stored.id], configuration)
        if campaigns:
            snapshot = _snapshot(intent, draft, configuration, stored, None, campaigns)
            keys = limit_keys(configuration.program, snapshot)
            needs.counters.update((intent.application_id, key) for key in keys)


def reevaluate(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    row: SessionRow,
    items: list[CartItem],
    entries: Sequence[StoredEntry],
    returned: Sequence[Reversal],
) -> Reevaluated:
    """Compare what the campaigns gave with what they would give for the remaining cart.

    An evaluation that ended early decides nothing: what was given stays, but for the returned units.
    """
    rows = draft.loaded.entries[row.application_id, row.id]
    campaigns = _campaigns(rows, configuration)
    snapshot = _snapshot(intent, draft, configuration, row, items, campaigns)
    _forget_own_use(snapshot, [each for each in rows if each.campaign_id in campaigns])
    outcome = evaluate_in_time(configuration.program, snapshot) if campaigns else Outcome()
    if not outcome.is_complete:
        return Reevaluated(reversals=returned, outcome=Outcome(), effects=[], discount=ZERO)
    gone = {each.entry.id for each in returned}
    mine = [entry for entry in entries if entry.campaign_id in campaigns and entry.id not in gone]
    produced = [_plain(effect) for effect in outcome.effects]
    stays = _matches(mine, produced)
    rolled_back = reverse([entry for entry in mine if entry.id not in stays])
    kept = set(stays.values())
    return Reevaluated(
        reversals=[*returned, *rolled_back],
        outcome=_without(
            outcome, kept, offset=sum(each.effect is not None for each in (*returned, *rolled_back))
        ),
        effects=[effect for index, effect in enumerate(outcome.effects) if index not in kept],
        discount=sum(
            (
                e.amount
                for e in outcome.changes.entries
                if e.kind == "setDiscount" and e.effect_index not in kept
            ),
            ZERO,
        ),
    )


def _campaigns(rows: Sequence[StoredEntryRow], configuration: Configuration) -> frozenset[int]:
    """Campaigns with something in force that want to be evaluated again."""
    by_id = configuration.program.by_id
    given = {row.campaign_id for row in rows}
    return frozenset(each for each in given if each in by_id and by_id[each].facts.reevaluates_on_return)


def _snapshot(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    row: SessionRow,
    items: list[CartItem] | None,
    campaigns: frozenset[int],
) -> Snapshot:
    cart = merge(row, intent.session)
    if items is not None:
        cart.items = items
    profile_id = cart.profile_integration_id
    subject = session_subject(
        intent,
        configuration,
        cart,
        stored=row,
        session_id=row.id,
        profile=draft.profile(profile_key(profile_id, configuration)) if profile_id else None,
        store=find_store(draft.loaded, cart.store_integration_id, configuration),
        types=("talon_session_partially_returned",),
    )
    subject.evaluable_campaign_ids = campaigns
    return build_snapshot(subject, draft, configuration)


def _forget_own_use(snapshot: Snapshot, rows: Sequence[StoredEntryRow]) -> None:
    """Counters and codes as they would stand without what this session took of them."""
    counters = dict(snapshot.counters)
    coupons = {coupon.id: coupon for coupon in snapshot.coupons.values() if coupon is not None}
    for row in rows:
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


def _plain(effect: Effect) -> Any:
    """An effect as it is stored, to compare it with one that was."""
    return decode_any(encode(effect))


def _matches(entries: Sequence[StoredEntry], produced: list[Any]) -> dict[int, int]:
    """Entries whose effect comes out identically, with the index of that effect; each effect matches once."""
    free = dict(enumerate(produced))
    found: dict[int, int] = {}
    for entry in entries:
        index = next((index for index, effect in free.items() if effect == entry.effect), None)
        if index is not None:
            del free[index]
            found[entry.id] = index
    return found


def _without(outcome: Outcome, kept: set[int], *, offset: int) -> Outcome:
    """The outcome without the effects that stay, its entries pointing behind the rollback effects of the event."""
    places: dict[int, int] = {}
    for index in range(len(outcome.effects)):
        if index not in kept:
            places[index] = offset + len(places)
    entries = [entry for entry in outcome.changes.entries if entry.effect_index not in kept]
    for entry in entries:
        if entry.effect_index is not None:
            entry.effect_index = places[entry.effect_index]
    calls = [index for index, effect in enumerate(outcome.effects) if effect.effect_type == "triggerWebhook"]
    fresh = Outcome(triggered=outcome.triggered)
    fresh.changes.entries = entries
    fresh.changes.webhooks = [
        request for index, request in zip(calls, outcome.changes.webhooks, strict=True) if index not in kept
    ]
    return fresh
