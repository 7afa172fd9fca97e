"""What all families share beside the record: what budgets leave, and what effects ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import AMOUNT_MAX
from tercel.base.numbers import ONE, ZERO, tidy
from tercel.evaluation.entities.profile import Profile
from tercel.evaluation.entities.session import Session
from tercel.evaluation.host.recorder import Recorder
from tercel.evaluation.outcome import CounterUse
from tercel.evaluation.state.budgets import (
    Counter,
    Holder,
    counters,
    place_of,
)
from tercel.language.catalogue.budgets import DISCOUNTS, Budget
from tercel.language.errors import (
    LimitError,
    MissingError,
    NegativeValueError,
    RangeError,
    TypeMismatchError,
)
from tercel.language.running.host import Options

#: The options of an effect that was given none.
NO_OPTIONS: Options = {}


class Desk(Recorder):
    """The base of every family."""

    __slots__ = ()

    def counters(self, action: str) -> tuple[Counter, ...]:
        """Return the counters that limit an action for the campaign and the codes now in scope."""
        if not self.has_limits:
            return ()
        found = self._counters.get(action)
        if found is None:
            holder = Holder(
                self.campaign.id,
                self.campaign.limits,
                self.paying_coupon_id,
                self.paying_referral_id,
                () if self.coupon is None or self.coupon_verdict else self.coupon.facts.limits,
                self.campaign.facts.store_limits,
            )
            found = self._counters[action] = counters(
                holder, action, place_of(self.snapshot), self.application.zone
            )
        return found

    def left_of(self, counter: Counter) -> Decimal:
        """Return what is left of a counter: its limit less what was used before and what this evaluation took."""
        if counter.key is None:
            return ZERO
        used = self.snapshot.counters.get(counter.key, ZERO) + self.journal.taken.get(counter.key, ZERO)
        return max(counter.limit - used, ZERO)

    def remainder(self, action: str) -> Decimal | None:
        """Return what is left of the tightest budget on the action, the discount limit of an accepted coupon
        included; None without a budget."""
        left = [self.left_of(counter) for counter in self.counters(action)]
        if action == DISCOUNTS.action and self.coupon is not None and self.coupon_verdict is None:
            remainder = self.coupon.discount_remainder
            if remainder is not None:
                left.append(max(remainder, ZERO))
        return min(left) if left else None

    def cut(self, action: str, wanted: Decimal, *, is_partial: bool) -> Decimal:
        """Return the wanted amount as far as the budgets allow.

        Raises:
            LimitError: less is left than wanted, and the effect may not be cut or nothing is left at all.
        """
        if not self.has_limits and self.coupon is None:
            return wanted
        remaining = self.remainder(action)
        if remaining is None or wanted <= remaining:
            return wanted
        if is_partial and remaining > 0:
            return remaining
        raise LimitError(
            f"the budget `{action}` leaves {tidy(remaining):f}, the effect wants {tidy(wanted):f}"
        )

    def take(self, action: str, amount: Decimal = ONE) -> tuple[CounterUse, ...]:
        """Take an amount from every limited counter of an action.

        Raises:
            LimitError: one of them does not have that much left.
        """
        found = self.counters(action)
        if not found or not amount:
            return ()
        uses = []
        for counter in found:
            if counter.key is None:
                raise LimitError(f"the budget `{action}` is per profile and there is no profile")
            if self.left_of(counter) < amount:
                raise LimitError(f"the budget `{action}` of {tidy(counter.limit):f} is used up")
            taken = self.journal.taken
            self.journal.put(taken, counter.key, taken.get(counter.key, ZERO) + amount)
            uses.append(CounterUse(counter.key, amount, counter.limit))
        return tuple(uses)

    def pay(self, budget: Budget, amount: Decimal) -> tuple[CounterUse, ...]:
        """Take an amount from the budget of a kind of effect, and one from the budget of its occurrences.

        Raises:
            LimitError: one of them does not have that much left.
        """
        if not self.has_limits:
            return ()
        return self.take(budget.occurrences) + self.take(budget.action, amount)

    # What effects ask for

    def is_partial(self, options: Options) -> bool:
        """Tell whether the effect may be cut to what a budget leaves."""
        chosen = options.get("partial")
        return self.application.allows_partial if chosen is None else bool(chosen)

    def need_session(self) -> Session:
        """Return the session.

        Raises:
            MissingError: the request has none.
        """
        if self.session is None:
            raise MissingError("the request has no session")
        return self.session

    def need_profile(self, who: str) -> Profile:
        """Return the profile that ``Current`` or ``Advocate`` means.

        Raises:
            MissingError: there is none.
        """
        profile = self.find_profile(who)
        if profile is None:
            raise MissingError(f"there is no profile `{who}`")
        return profile

    def find_profile(self, who: str) -> Profile | None:
        """Return the profile that ``Current`` or ``Advocate`` means, or None."""
        if who == "Current":
            return self.run.profile
        if who == "Advocate":
            return self.run.advocate_profile
        raise TypeMismatchError(f"`{who}` is no profile; use `Current` or `Advocate`")

    @property
    def consumes(self) -> bool:
        """Whether the request consumes what it grants: its session closes or was closed before, or it has none."""
        return self.session is None or self.session.state != "open"

    def next_serial(self) -> int:
        """Return a number for a generated value, new each time."""
        self.serial += 1
        return self.serial


def amount_of(value: Any) -> Decimal:
    """Check an amount and return it as an effect carries it.

    Raises:
        TypeMismatchError: it is no number.
        NegativeValueError: it is below zero.
        RangeError: it is larger than any amount may be.
    """
    if type(value) is not Decimal:
        raise TypeMismatchError("the amount of an effect is a number")
    if value < ZERO:
        raise NegativeValueError(f"the amount {value} is below zero")
    if value > AMOUNT_MAX:
        raise RangeError(f"the amount {value} is larger than {AMOUNT_MAX:f}")
    return tidy(value)


def count_of(value: Any, *, at_most: int) -> int:
    """Return a number of pieces, truncated.

    Raises:
        RangeError: there are more than allowed.
    """
    amount = amount_of(value)
    if amount >= at_most + 1:
        raise RangeError(f"more than {at_most} pieces")
    return int(amount)


def id_of(value: Any) -> int:
    """Return an id that is given as a number.

    Raises:
        TypeMismatchError: it is no whole number.
    """
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise TypeMismatchError("an id is a whole number")
