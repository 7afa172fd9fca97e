"""What a batch must load: keys, gathered from its commands."""

from __future__ import annotations

import msgspec

from tercel.evaluation.snapshot import CounterKey


class Needs(msgspec.Struct):
    """Keys by table. Sessions bring the profile that is stored with them."""

    applications: set[int] = set()
    sessions: set[tuple[int, str]] = set()  # application, key
    profiles: set[tuple[int, bool, str]] = set()  # account, sandbox, key
    coupons: set[tuple[int, str]] = set()  # application, folded value
    referrals: set[tuple[int, str]] = set()  # application, folded code
    coupon_ids: set[int] = set()  # what is known by its id alone
    referral_ids: set[int] = set()
    stores: set[tuple[int, str]] = set()  # application, key
    event_keys: set[tuple[int, str]] = set()  # application, key of an event's integration id
    answers: set[tuple[int, str, str]] = set()  # application, scope, idempotency key
    counters: set[tuple[int, CounterKey]] = set()
    session_entries: set[tuple[int, int]] = set()  # application, session id
    other_effects: set[tuple[int, int]] = set()  # application, session id: its effects that have no entry
    returns: set[tuple[int, int]] = set()  # application, session id: its earlier returns
    referred: set[tuple[int, int]] = set()  # campaign, profile id
    reservations: set[tuple[int, int]] = set()  # coupon, profile id
    redemptions: set[int] = set()  # coupon ids whose uses are to be counted
    referral_uses: set[int] = set()  # referral ids whose friends are to be listed

    def beyond(self, asked: Needs) -> Needs:
        """What is needed and was not asked for before; remembers it as asked."""
        fresh = Needs()
        for name in self.__struct_fields__:
            known = getattr(asked, name)
            setattr(fresh, name, getattr(self, name) - known)
            known |= getattr(self, name)
        return fresh

    def is_empty(self) -> bool:
        """Whether nothing is to be loaded."""
        return not any(getattr(self, name) for name in self.__struct_fields__)
