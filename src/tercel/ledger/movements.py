"""What a batch of commands moves in the ledger: entries, and the counters they change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tercel.base.numbers import ZERO
from tercel.evaluation.snapshot import CounterKey


class Cause(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True, omit_defaults=True):
    """The event that caused entries, with its session and the profile that the entries count for."""

    application_id: int
    created: datetime
    event_id: int
    session_id: int | None = None
    profile_id: int | None = None


class EntryRow(msgspec.Struct, gc=False, omit_defaults=True):
    """What is an entry's own in a row of ``entries``; the id comes from the database, the rest from its cause. ``uses``
    lists the counters touched as ``[campaign, action, scope, period, amount]``."""

    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    coupon_id: int | None = None
    referral_id: int | None = None
    coupon_discount: Decimal | None = None
    position: int | None = None
    sub_position: int | None = None
    uses: tuple[tuple[int, str, str, str, Decimal], ...] = ()
    effect_index: int | None = None
    reverses: int | None = None


class CounterMove(msgspec.Struct, kw_only=True):
    """A change of one limited counter. ``limit`` is None for a change that only gives back. ``expected`` is the use that
    the change rests on, where that must not have moved at all."""

    application_id: int
    campaign_id: int
    action: str
    scope: str
    period: str
    delta: Decimal
    limit: Decimal | None
    expected: Decimal | None = None


class Tracked(NamedTuple):
    """Which counters are kept on the codes of an entry, because they have that limit: uses and money of the coupon,
    uses of the referral. And how often each code had been edited when it was read; None of a code that is gone."""

    usage: bool = False
    discount: bool = False
    referral_usage: bool = False
    coupon_edits: int | None = None
    referral_edits: int | None = None


class Uncounted(NamedTuple):
    """A figure of a code that is moved by entries alone, because it had no limit when it was decided: ``usage`` or
    ``discount`` of a coupon, ``referral usage`` of a referral. ``edits`` as it was read, None of a code that is gone."""

    figure: str
    campaign_id: int
    code_id: int
    edits: int | None


class CouponMove(msgspec.Struct, kw_only=True):
    """A change of the counters on a coupon. The row's own limits guard it, and that it was not edited since it was read;
    ``expected_usage`` and ``expected_discount`` are as ``expected`` of a counter."""

    id: int
    edits: int | None
    usage: int = 0
    discount: Decimal = ZERO
    expected_usage: int | None = None
    expected_discount: Decimal | None = None


class ReferralMove(msgspec.Struct, kw_only=True):
    """A change of the counter on a referral, guarded like one of a coupon."""

    id: int
    edits: int | None
    usage: int = 0
    expected_usage: int | None = None


class Movements(msgspec.Struct):
    """Everything that a batch moves, summed per counter."""

    entries: dict[Cause, list[EntryRow]] = {}
    counters: dict[tuple[int, CounterKey], CounterMove] = {}
    coupons: dict[int, CouponMove] = {}
    referrals: dict[int, ReferralMove] = {}
    uncounted: set[Uncounted] = set()

    def add(self, cause: Cause, entry: EntryRow, limits: Iterable[Decimal | None], code: Tracked) -> None:
        """Record an entry and what it does to counters. ``limits`` runs beside ``entry.uses``; ``code`` says which
        counters the entry's coupon and referral keep (none when the code is gone)."""
        self.entries.setdefault(cause, []).append(entry)
        for (campaign_id, action, scope, period, amount), limit in zip(entry.uses, limits, strict=True):
            self._count(cause.application_id, CounterKey(campaign_id, action, scope, period), amount, limit)
        if entry.referral_id is not None and entry.kind == "redeemReferral":
            if code.referral_usage:
                fresh = ReferralMove(id=entry.referral_id, edits=code.referral_edits)
                referral = self.referrals.setdefault(entry.referral_id, fresh)
                referral.usage += int(entry.amount)
            else:
                figure = Uncounted(
                    "referral usage", entry.campaign_id, entry.referral_id, code.referral_edits
                )
                self.uncounted.add(figure)
        if entry.coupon_id is not None:
            self._move_coupon(entry, entry.coupon_id, code)

    def merge(self, other: Movements) -> None:
        """Take over the movements of one command into those of its batch."""
        for cause, entries in other.entries.items():
            self.entries.setdefault(cause, []).extend(entries)
        for (application_id, key), move in other.counters.items():
            self._count(application_id, key, move.delta, move.limit)
        for coupon_id, coupon in other.coupons.items():
            mine = self.coupons.setdefault(coupon_id, CouponMove(id=coupon_id, edits=coupon.edits))
            mine.usage += coupon.usage
            mine.discount += coupon.discount
        for referral_id, referral in other.referrals.items():
            known = self.referrals.setdefault(referral_id, ReferralMove(id=referral_id, edits=referral.edits))
            known.usage += referral.usage
        self.uncounted |= other.uncounted

    def _move_coupon(self, entry: EntryRow, coupon_id: int, code: Tracked) -> None:
        """What an entry does to the figures of its coupon."""
        move = CouponMove(id=coupon_id, edits=code.coupon_edits)
        if entry.kind == "redeemCoupon":
            if code.usage:
                move.usage = int(entry.amount)
            else:
                self.uncounted.add(Uncounted("usage", entry.campaign_id, coupon_id, code.coupon_edits))
        if entry.coupon_discount is not None:
            if code.discount:
                move.discount = entry.coupon_discount
            else:
                self.uncounted.add(Uncounted("discount", entry.campaign_id, coupon_id, code.coupon_edits))
        if move.usage or move.discount:
            moved = self.coupons.setdefault(coupon_id, CouponMove(id=coupon_id, edits=code.coupon_edits))
            moved.usage += move.usage
            moved.discount += move.discount

    def _count(self, application_id: int, key: CounterKey, delta: Decimal, limit: Decimal | None) -> None:
        move = self.counters.get((application_id, key))
        if move is None:
            self.counters[application_id, key] = CounterMove(
                application_id=application_id,
                campaign_id=key.campaign_id,
                action=key.action,
                scope=key.scope,
                period=key.period,
                delta=delta,
                limit=limit,
            )
            return
        move.delta += delta
        if limit is not None:
            move.limit = limit if move.limit is None else min(move.limit, limit)
