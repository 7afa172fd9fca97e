"""Ledger entries of a session: written mostly when it closes, reversed when that is undone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from tercel.base.codec import decode_any
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.reversal import StoredEntry
from tercel.evaluation.snapshot import CounterKey
from tercel.evaluation.state.budgets import Holder, Place, entry_uses
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.features.codes.referrals.aggregate import REFERRALS
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.facts.snapshot import limits_from
from tercel.features.engine.sessions.writing.record import Tracked, record
from tercel.ledger.entries import Cause, EntryRow, StoredEntryRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.rows import EMPTY_LIST

_NONE_TRACKED = Tracked()
#: What is used while a session is still open, because the thing itself is made then (behaviour/sessions 8).
_AT_ONCE = frozenset({"createCoupon", "createReferral", "reserveCoupon"})
_TEXTS = msgspec.json.Decoder(tuple[str, ...])


def consume(outcome: Outcome, cause: Cause, draft: Draft, *, is_open: bool = False) -> None:
    """Write the entries of an outcome: of an open session those of what is made at once, else all."""
    changes = draft.changes
    for entry in outcome.changes.entries:
        if is_open and entry.kind not in _AT_ONCE:
            continue
        row = EntryRow(
            entry.kind,
            entry.campaign_id,
            entry.ruleset_id,
            entry.rule_index,
            entry.amount,
            entry.coupon_id,
            entry.referral_id,
            entry.coupon_discount,
            entry.position,
            entry.sub_position,
            entry.effect_index,
        )
        if entry.kind == "redeemCoupon":
            row.own_limits = _own_limits(draft, entry.coupon_id) != EMPTY_LIST
        uses = [(use.key, use.amount, use.limit) for use in entry.uses]
        record(changes, cause, row, uses, _tracked(draft, entry.coupon_id, entry.referral_id))


def give_back(
    entries: Iterable[StoredEntryRow], cause: Cause, draft: Draft, configuration: Configuration
) -> None:
    """Append the reversals of entries in force."""
    for entry in entries:
        uses = uses_of(entry, draft.loaded, configuration)
        record(
            draft.changes,
            msgspec.structs.replace(
                cause,
                profile_id=entry.profile_id,
                store_id=entry.store_id,
                identifiers=_identifiers(entry) or None,
            ),
            EntryRow(
                kind=entry.kind,
                campaign_id=entry.campaign_id,
                ruleset_id=entry.ruleset_id,
                rule_index=entry.rule_index,
                amount=-entry.amount,
                coupon_id=entry.coupon_id,
                referral_id=entry.referral_id,
                coupon_discount=-entry.coupon_discount if entry.coupon_discount is not None else None,
                position=entry.position,
                sub_position=entry.sub_position,
                reverses=entry.id,
                own_limits=entry.own_limits,
                granted=entry.created,
            ),
            [(key, -amount, None) for key, amount in uses.items()],
            _tracked(draft, entry.coupon_id, entry.referral_id),
        )


def uses_of(row: StoredEntryRow, loaded: Work, configuration: Configuration) -> dict[CounterKey, Decimal]:
    """Return what an entry takes from each counter under the limits of now; nothing when its campaign is gone."""
    campaign = configuration.program.by_id.get(row.campaign_id)
    if campaign is None:
        return {}
    coupon = None if row.coupon_id is None else loaded[COUPONS].by_id.get(row.coupon_id)
    if not campaign.has_limits and (coupon is None or coupon.limits == EMPTY_LIST):
        return {}
    holder = Holder(
        campaign_id=row.campaign_id,
        limits=campaign.limits,
        coupon_id=row.coupon_id,
        referral_id=row.referral_id,
        own_limits=() if coupon is None else limits_from(coupon.limits),
        store_limits=campaign.facts.store_limits,
    )
    place = Place(row.created, row.profile_id, row.session_id, row.store_id, _identifiers(row))
    zone = configuration.application.zone
    return entry_uses(holder, row.kind, row.amount, place, zone, is_own=row.own_limits)


def stored_entries(rows: Iterable[StoredEntryRow], profile_integration_id: str | None) -> list[StoredEntry]:
    """Return entries in the form of ``evaluation.run.reversal``, with their effects decoded."""
    return [
        StoredEntry(
            id=row.id,
            kind=row.kind,
            campaign_id=row.campaign_id,
            ruleset_id=row.ruleset_id,
            rule_index=row.rule_index,
            amount=row.amount,
            effect=decode_any(row.effect) if row.effect is not None else None,
            position=row.position,
            sub_position=row.sub_position,
            profile_integration_id=profile_integration_id or "",
        )
        for row in rows
    ]


def _identifiers(row: StoredEntryRow) -> tuple[str, ...]:
    return () if row.identifiers is None else _TEXTS.decode(row.identifiers)


def _own_limits(draft: Draft, coupon_id: int | None) -> msgspec.Raw:
    coupon = None if coupon_id is None else draft.loaded[COUPONS].by_id.get(coupon_id)
    return EMPTY_LIST if coupon is None else coupon.limits


def _tracked(draft: Draft, coupon_id: int | None, referral_id: int | None) -> Tracked:
    """Return which counters the codes of an entry keep now; a deleted code keeps none."""
    if coupon_id is None and referral_id is None:
        return _NONE_TRACKED
    coupon = None if coupon_id is None else draft.loaded[COUPONS].by_id.get(coupon_id)
    referral = None if referral_id is None else draft.loaded[REFERRALS].by_id.get(referral_id)
    return Tracked(
        usage=coupon is not None and coupon.usage_limit > 0,
        discount=coupon is not None and coupon.discount_limit is not None,
        referral_usage=referral is not None and referral.usage_limit > 0,
        coupon_edits=None if coupon is None else coupon.edits,
        referral_edits=None if referral is None else referral.edits,
        advocate=None if referral is None else referral.advocate_profile_integration_id,
    )
