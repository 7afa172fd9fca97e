"""Record an entry with all that it moves: counters of limits, and the figures of its codes and of its customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tercel.base.numbers import ZERO
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.features.codes.referrals.aggregate import REFERRALS
from tercel.features.customers.profiles.aggregate import PROFILES, FriendMove
from tercel.ledger.counters import COUNTERS, Use
from tercel.ledger.entries import ENTRIES, Cause, EntryRow, Uncounted
from tercel.pipeline.aggregate import Changes


class Tracked(NamedTuple):
    """The counters that are kept on the codes of an entry, because the codes have that limit: uses and money of the
    coupon, uses of the referral. ``coupon_edits`` and ``referral_edits`` are the numbers of edits of each code as it
    was read, None of a code that is gone; ``advocate`` is the owner of the referral."""

    usage: bool = False
    discount: bool = False
    referral_usage: bool = False
    coupon_edits: int | None = None
    referral_edits: int | None = None
    advocate: str | None = None


def record(changes: Changes, cause: Cause, entry: EntryRow, uses: Iterable[Use], code: Tracked) -> None:
    """Record an entry and what it does to counters. ``code`` says which counters the entry's coupon and referral keep
    (none when the code is gone)."""
    changes[ENTRIES].add(cause, entry)
    for key, amount, limit in uses:
        changes[COUNTERS].count(cause.application_id, key, amount, limit)
    if entry.kind == "redeemReferral":
        _redeem_referral(changes, cause, entry, code)
    if entry.coupon_id is not None:
        _move_coupon(changes, entry, entry.coupon_id, code)


def _redeem_referral(changes: Changes, cause: Cause, entry: EntryRow, code: Tracked) -> None:
    """Move the figures of an entry's referral and of the friend who redeems it."""
    if cause.profile_id is not None:
        changes[REFERRALS].referred[entry.campaign_id, cause.profile_id] = not entry.reverses
    if entry.referral_id is None:
        return
    number = int(entry.amount)
    if cause.profile_id is not None:
        redeemed = (
            FriendMove(referrals=number, advocate=code.advocate or None)
            if number > 0
            else FriendMove(referrals=number, lowest=number)
        )
        changes[PROFILES].move_friend((cause.application_id, cause.profile_id), redeemed)
    if code.referral_usage:
        changes[REFERRALS].move(entry.referral_id, code.referral_edits, number)
    else:
        figure = Uncounted("referral usage", entry.campaign_id, entry.referral_id, code.referral_edits)
        changes[ENTRIES].uncounted.add(figure)


def _move_coupon(changes: Changes, entry: EntryRow, coupon_id: int, code: Tracked) -> None:
    """Move the figures of an entry's coupon."""
    usage, discount, uncounted = 0, ZERO, changes[ENTRIES].uncounted
    if entry.kind == "redeemCoupon":
        if code.usage:
            usage = int(entry.amount)
        else:
            uncounted.add(Uncounted("usage", entry.campaign_id, coupon_id, code.coupon_edits))
    if entry.coupon_discount is not None:
        if code.discount:
            discount = entry.coupon_discount
        else:
            uncounted.add(Uncounted("discount", entry.campaign_id, coupon_id, code.coupon_edits))
    if usage or discount:
        changes[COUPONS].move(coupon_id, code.coupon_edits, usage=usage, discount=discount)
