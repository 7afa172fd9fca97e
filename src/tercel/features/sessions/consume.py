"""What a session writes into the ledger, mostly when it closes, and what undoing it takes back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from tercel.base.codec import decode_any
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.reversal import StoredEntry
from tercel.ledger.movements import Cause, EntryRow, Tracked
from tercel.pipeline.rows import StoredEntryRow
from tercel.pipeline.work import Draft

_NONE_TRACKED = Tracked()
#: What is used while a session is still open, because the thing itself is made then (integration.md 2.4).
_AT_ONCE = frozenset({"createCoupon", "createReferral", "reserveCoupon"})
_USES = msgspec.json.Decoder(list[tuple[int, str, str, str, Decimal]], float_hook=Decimal)


def consume(outcome: Outcome, cause: Cause, draft: Draft, *, is_open: bool = False) -> None:
    """Write the entries of an outcome: of an open session those of what is made at once, else all."""
    movements = draft.changes.movements
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
            tuple([(*use.key, use.amount) for use in entry.uses]) if entry.uses else (),
            entry.effect_index,
        )
        limits = [use.limit for use in entry.uses]
        movements.add(cause, row, limits, _tracked(draft, entry.coupon_id, entry.referral_id))


def give_back(entries: Iterable[StoredEntryRow], cause: Cause, draft: Draft) -> None:
    """Append the opposite of entries that are in force."""
    for entry in entries:
        uses = uses_of(entry)
        draft.changes.movements.add(
            msgspec.structs.replace(cause, profile_id=entry.profile_id),
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
                uses=tuple(
                    [
                        (campaign, action, scope, period, -amount)
                        for campaign, action, scope, period, amount in uses
                    ]
                ),
                reverses=entry.id,
            ),
            [None] * len(uses),
            _tracked(draft, entry.coupon_id, entry.referral_id),
        )


def uses_of(row: StoredEntryRow) -> list[tuple[int, str, str, str, Decimal]]:
    """The counters that an entry used: campaign, action, scope, period, amount."""
    return _USES.decode(row.uses)


def stored_entries(rows: Iterable[StoredEntryRow], profile_integration_id: str | None) -> list[StoredEntry]:
    """Entries as the reversal wants them, with their effects decoded."""
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


def _tracked(draft: Draft, coupon_id: int | None, referral_id: int | None) -> Tracked:
    """Which counters the codes keep now; a code that is gone keeps none."""
    if coupon_id is None and referral_id is None:
        return _NONE_TRACKED
    coupon = None if coupon_id is None else draft.loaded.coupons_by_id.get(coupon_id)
    referral = None if referral_id is None else draft.loaded.referrals_by_id.get(referral_id)
    return Tracked(
        usage=coupon is not None and coupon.usage_limit > 0,
        discount=coupon is not None and coupon.discount_limit is not None,
        referral_usage=referral is not None and referral.usage_limit > 0,
        coupon_edits=None if coupon is None else coupon.edits,
        referral_edits=None if referral is None else referral.edits,
    )
