"""What a batch must load: keys, gathered from its commands."""

from __future__ import annotations

import msgspec

from tercel.evaluation.snapshot import CounterKey


class Needs(msgspec.Struct):
    """Keys by table. Sessions also bring the profile, store and codes that are stored with them."""

    sessions: set[tuple[int, str]] = set()  # application, key
    profiles: set[tuple[int, bool, str]] = set()  # account, sandbox, key
    coupons: set[tuple[int, str]] = set()  # application, folded value
    referrals: set[tuple[int, str]] = set()  # application, folded code
    stores: set[tuple[int, str]] = set()  # application, key
    answers: set[tuple[int, str, str]] = set()  # application, scope, idempotency key
    counters: set[tuple[int, CounterKey]] = set()
    session_entries: set[tuple[int, int]] = set()  # application, session id
    referred: set[tuple[int, int]] = set()  # campaign, profile id
    reservations: set[tuple[int, int]] = set()  # coupon, profile id
    redemptions: set[int] = set()  # coupon ids whose uses are to be counted
    referral_uses: set[int] = set()  # referral ids whose friends are to be listed

    def is_empty(self) -> bool:
        """Whether nothing is to be loaded."""
        return not any(getattr(self, name) for name in self.__struct_fields__)
