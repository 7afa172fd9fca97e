"""What a batch of commands moves in the ledger: entries, and the counters they change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tercel.base.numbers import ZERO
from tercel.evaluation.snapshot import CounterKey


class EntryRow(msgspec.Struct, kw_only=True, gc=False):
    """A row of ``entries``; the id comes from the database. ``uses`` lists the counters touched as
    ``[campaign, action, scope, period, amount]``."""

    application_id: int
    created: datetime
    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    event_id: int
    session_id: int | None = None
    profile_id: int | None = None
    coupon_id: int | None = None
    referral_id: int | None = None
    coupon_discount: Decimal | None = None
    position: int | None = None
    sub_position: int | None = None
    uses: list[tuple[int, str, str, str, Decimal]] = []
    effect_index: int | None = None
    reverses: int | None = None


class CounterMove(msgspec.Struct, kw_only=True):
    """A change of one limited counter. ``limit`` is None for a change that only gives back."""

    application_id: int
    campaign_id: int
    action: str
    scope: str
    period: str
    delta: Decimal
    limit: Decimal | None


class Tracked(NamedTuple):
    """Which counters are kept on the code of an entry, because it has that limit."""

    usage: bool = False
    discount: bool = False


class CouponMove(msgspec.Struct, kw_only=True):
    """A change of the counters on a coupon. The row's own limits guard it."""

    id: int
    usage: int = 0
    discount: Decimal = ZERO


class ReferralMove(msgspec.Struct, kw_only=True):
    """A change of the counter on a referral."""

    id: int
    usage: int = 0


class Movements(msgspec.Struct):
    """Everything that a batch moves, summed per counter."""

    entries: list[EntryRow] = []
    counters: dict[tuple[int, CounterKey], CounterMove] = {}
    coupons: dict[int, CouponMove] = {}
    referrals: dict[int, ReferralMove] = {}

    def add(self, entry: EntryRow, limits: Iterable[Decimal | None], code: Tracked) -> None:
        """Record an entry and what it does to counters. ``limits`` runs beside ``entry.uses``; ``code`` says which
        counters the entry's coupon or referral keeps (none when the code is gone)."""
        self.entries.append(entry)
        for (campaign_id, action, scope, period, amount), limit in zip(entry.uses, limits, strict=True):
            self._count(entry.application_id, CounterKey(campaign_id, action, scope, period), amount, limit)
        usage = int(entry.amount) if code.usage else 0
        if entry.kind == "redeemReferral" and entry.referral_id is not None:
            self.referrals.setdefault(entry.referral_id, ReferralMove(id=entry.referral_id)).usage += usage
        if entry.coupon_id is not None and any(code):
            move = self.coupons.setdefault(entry.coupon_id, CouponMove(id=entry.coupon_id))
            if entry.kind == "redeemCoupon":
                move.usage += usage
            if code.discount and entry.coupon_discount is not None:
                move.discount += entry.coupon_discount

    def merge(self, other: Movements) -> None:
        """Take over the movements of one command into those of its batch."""
        self.entries.extend(other.entries)
        for (application_id, key), move in other.counters.items():
            self._count(application_id, key, move.delta, move.limit)
        for coupon_id, coupon in other.coupons.items():
            mine = self.coupons.setdefault(coupon_id, CouponMove(id=coupon_id))
            mine.usage += coupon.usage
            mine.discount += coupon.discount
        for referral_id, referral in other.referrals.items():
            self.referrals.setdefault(referral_id, ReferralMove(id=referral_id)).usage += referral.usage

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
