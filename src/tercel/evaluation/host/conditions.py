"""Conditions of the product: codes, budgets, audiences, events (behaviour/evaluation 9; behaviour/codes 5)."""

from __future__ import annotations

from decimal import Decimal

from tercel.base.numbers import ONE
from tercel.effects.coupons import AcceptCoupon
from tercel.effects.referrals import AcceptReferral
from tercel.evaluation.host.desk import Desk, id_of
from tercel.evaluation.state.budgets import Counter
from tercel.evaluation.state.codes import coupon_verdict, referral_verdict
from tercel.language.catalogue.budgets import (
    CREATED_COUPONS,
    CREATED_REFERRALS,
    REDEEMED_COUPONS,
    REDEEMED_REFERRALS,
)
from tercel.language.errors import MissingError


class ConditionDesk(Desk):
    """What rules may ask about codes, budgets, audiences and the event."""

    __slots__ = ()

    def judge_codes(self) -> None:
        """Make the tests of the codes in scope, once per run of the campaign."""
        if self.coupon is not None:
            redemptions = self.counters(REDEEMED_COUPONS.action)
            self.coupon_verdict = coupon_verdict(
                self.coupon.facts, self.snapshot, redemptions, self.is_used_up
            )
            if self.coupon_verdict is not None:
                self.paying_coupon_id = None
        if self.referral is not None:
            redemptions = self.counters(REDEEMED_REFERRALS.action)
            facts = self.referral.facts
            self.referral_verdict = referral_verdict(facts, self.snapshot, redemptions, self.is_used_up)
            if self.referral_verdict is not None:
                self.paying_referral_id = None

    def is_used_up(self, counter: Counter) -> bool:
        """Tell whether a counter has less than one left."""
        return self.left_of(counter) < 1

    def coupon_valid(self, redeem: bool = True) -> bool:
        """Tell whether the coupon in scope is usable; ``redeem`` books the redemption if the rule succeeds."""
        if self.coupon is None or self.coupon_verdict is not None:
            return False
        self.coupon_asked = redeem or bool(self.coupon_asked)
        if self.is_in_effects:
            self.accept_codes()
        return True

    def referral_valid(self, redeem: bool = True) -> bool:
        """Tell whether the referral in scope is usable; ``redeem`` books the redemption if the rule succeeds."""
        if self.referral is None or self.referral_verdict is not None:
            return False
        self.referral_asked = redeem or bool(self.referral_asked)
        if self.is_in_effects:
            self.accept_codes()
        return True

    def accept_codes(self) -> None:
        """Accept the codes that the conditions of the rule asked for, each once per evaluation.

        Raises:
            LimitError: a budget of redemptions is used up.
        """
        if self.coupon_asked and self.coupon is not None:
            facts = self.coupon.facts
            if not self.accepted.get(("coupon", facts.id)):
                self.journal.put(self.accepted, ("coupon", facts.id), True)
                uses = self.take(REDEEMED_COUPONS.action)
                self.give(AcceptCoupon(facts.value), ONE, uses)
        if self.referral_asked and self.referral is not None:
            referral = self.referral.facts
            if not self.accepted.get(("referral", referral.id)):
                self.journal.put(self.accepted, ("referral", referral.id), True)
                uses = self.take(REDEEMED_REFERRALS.action)
                self.give(AcceptReferral(referral.code), ONE, uses)

    def coupon_can_be_created(self) -> bool:
        """Tell whether the budget of created coupons leaves one, or the session has one of this rule already."""
        return self.can_create(CREATED_COUPONS.action)

    def referral_can_be_created(self) -> bool:
        """Tell whether the budget of created referrals leaves one, or the session has one of this rule already."""
        return self.can_create(CREATED_REFERRALS.action)

    def can_create(self, action: str) -> bool:
        """Tell whether a code can be created, or the session has one of this rule, which takes nothing of the budget
        again."""
        mine = f"{action}:{self.campaign.id}:{self.rule.identity}:"
        return self.has_left(action) or any(key.startswith(mine) for key in self.snapshot.created_codes)

    def has_left(self, action: str) -> bool:
        """Tell whether a budget allows one more."""
        remaining = self.remainder(action)
        return remaining is None or remaining >= 1

    def budget_available(self, action: str) -> bool:
        """Tell whether something is left for an action, or nothing limits it."""
        remainder = self.remainder(action)
        return remainder is None or remainder > 0

    def budget_enough_for(self, action: str, amount: Decimal) -> bool:
        """Tell whether an amount is left for an action, or nothing limits it."""
        remainder = self.remainder(action)
        return remainder is None or remainder >= amount

    def budget_remaining(self, action: str) -> Decimal:
        """Return what is left for an action.

        Raises:
            MissingError: nothing limits it.
        """
        remainder = self.remainder(action)
        if remainder is None:
            raise MissingError(f"there is no limit on `{action[:100]}`")
        return remainder

    def is_audience_member(self, who: str, audience: Decimal) -> bool:
        """Tell whether the profile belongs to the audience, with the changes of this evaluation; false without a
        profile."""
        profile = self.find_profile(who)
        return profile is not None and id_of(audience) in profile.audience_ids

    def audience_just_joined(self, who: str, audience: Decimal) -> bool:
        """Tell whether the request made the profile join the audience."""
        return (
            self.find_profile(who) is self.run.profile and id_of(audience) in self.snapshot.joined_audiences
        )

    def audience_just_left(self, who: str, audience: Decimal) -> bool:
        """Tell whether the request made the profile leave the audience."""
        return self.find_profile(who) is self.run.profile and id_of(audience) in self.snapshot.left_audiences

    def event_is(self, event_type: str) -> bool:
        """Tell whether the event being processed has that type."""
        return self.snapshot.event is not None and event_type in self.snapshot.event.types
