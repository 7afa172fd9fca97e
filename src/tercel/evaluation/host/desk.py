"""What all families share: where the evaluation stands, how effects are recorded, what budgets leave."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tercel.base.limits import EFFECTS_MAX
from tercel.base.numbers import ONE, ZERO, tidy
from tercel.effects.effect import Effect
from tercel.effects.props import Props
from tercel.evaluation.budgets import Counter, Holder, counters
from tercel.evaluation.cart import Item
from tercel.evaluation.codes import Verdict
from tercel.evaluation.outcome import CounterUse, LedgerEntry
from tercel.evaluation.people import Coupon, Profile, Referral
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.run import EvaluationRun
from tercel.evaluation.session import Session
from tercel.evaluation.snapshot import Snapshot
from tercel.evaluation.working import Working
from tercel.language.errors import (
    AbortedError,
    LimitError,
    MissingError,
    NegativeValueError,
    RangeError,
    TalangError,
    TypeMismatchError,
)
from tercel.language.host import Options
from tercel.rules.compiled import CompiledRule

Survivors = list[tuple[list[Effect], list[LedgerEntry]]]


class Desk:
    """One evaluation in progress. ``campaign``, ``coupon``, ``referral`` and ``rule`` say where it stands.

    ``coupon_asked`` and ``referral_asked`` tell how the rule asked for a valid code: None not at all (or in vain), False
    without redeeming, True redeeming. ``survivors`` are the effects of failed conditions.
    """

    __slots__ = (
        "_counters", "accepted", "application", "campaign", "condition_index", "coupon", "coupon_asked", "coupon_id",
        "coupon_verdict", "has_limits", "is_in_effects", "program", "referral", "referral_asked",
        "referral_verdict", "rule", "run", "serial", "session", "snapshot", "survivors", "working",
    )  # fmt: skip

    def __init__(self, program: Program, snapshot: Snapshot, run: EvaluationRun) -> None:
        self.program = program
        self.application = program.application
        self.snapshot = snapshot
        self.run = run
        self.session: Session | None = run.session
        self.working = Working()
        self.accepted: dict[tuple[str, int], bool] = {}
        self.survivors: Survivors = []
        self.serial = 0
        self.is_in_effects = False
        self.condition_index: int | None = None
        self.coupon_asked: bool | None = None
        self.referral_asked: bool | None = None

    def stand_at(
        self, campaign: CompiledCampaign, coupon: Coupon | None = None, referral: Referral | None = None
    ) -> None:
        """Begin a run of a campaign's rules for a coupon or for none."""
        self.campaign = campaign
        self.coupon = coupon
        self.coupon_id = None if coupon is None else coupon.facts.id
        self.referral = referral
        self.coupon_verdict: Verdict | None = None
        self.referral_verdict: Verdict | None = None
        self.has_limits = campaign.has_limits or (coupon is not None and bool(coupon.facts.limits))
        if self.has_limits:
            self._counters: dict[str, tuple[Counter, ...]] = {}

    def begin_rule(self, rule: CompiledRule) -> None:
        """Begin a rule."""
        self.rule = rule
        self.coupon_asked = self.referral_asked = None
        self.is_in_effects = False
        self.condition_index = None

    # Effects and entries

    def record(self, props: Props) -> int:
        """Add an effect of the rule; its index among the effects.

        Raises:
            AbortedError: there are too many effects.
        """
        effects = self.working.effects
        index = len(effects)
        if index >= EFFECTS_MAX:
            raise AbortedError(f"the evaluation gave more than {EFFECTS_MAX} effects")
        campaign, rule = self.campaign, self.rule
        effects.append(
            Effect(
                campaign.id,
                campaign.ruleset_id,
                rule.index,
                rule.title,
                props.effect_type,
                props,
                self.coupon_id,
                None,
                self.condition_index,
                campaign.group_id,
                campaign.group_mode,
            )
        )
        return index

    def book(
        self,
        kind: str,
        amount: Decimal,
        effect_index: int,
        uses: tuple[CounterUse, ...] = (),
        *,
        item: Item | None = None,
        coupon_discount: Decimal | None = None,
    ) -> None:
        """Add a ledger entry for an effect of the rule."""
        self.working.entries.append(
            LedgerEntry(
                kind=kind,
                campaign_id=self.campaign.id,
                ruleset_id=self.campaign.ruleset_id,
                rule_index=self.rule.index,
                amount=amount,
                effect_index=effect_index,
                coupon_id=self.coupon_id,
                referral_id=self.referral.facts.id if self.referral else None,
                coupon_discount=coupon_discount,
                position=None if item is None else item.position,
                sub_position=None if item is None else item.sub_position,
                uses=uses,
            )
        )

    def attempt(self, effect: Callable[[], Any]) -> Any:
        """Run an effect expression; when it raises, what it recorded is taken back before the error goes on."""
        mark = self.working.mark()
        try:
            return effect()
        except TalangError:
            self.working.roll_back(mark)
            raise

    def failure_effects(self, effects: Callable[[], None]) -> None:
        """Record effects that survive the failure of the rule; one that cannot be applied is left out.

        What they took stays taken: their part of the journal is forgotten.
        """
        working = self.working
        mark = working.mark()
        effects_before, entries_before, _, _, undo_before = mark
        try:
            effects()
        except TalangError:
            working.roll_back(mark)
            return
        for entry in working.entries[entries_before:]:
            assert entry.effect_index is not None, "entries of effects know them"
            entry.effect_index -= effects_before  # until the place of the effects is known
        self.survivors.append((working.effects[effects_before:], working.entries[entries_before:]))
        del working.effects[effects_before:]
        del working.entries[entries_before:]
        del working.undo[undo_before:]

    # Budgets

    def counters(self, action: str) -> tuple[Counter, ...]:
        """The limited counters of an action where the evaluation stands."""
        if not self.has_limits:
            return ()
        found = self._counters.get(action)
        if found is None:
            holder = Holder(
                self.campaign.id,
                self.campaign.limits,
                None if self.coupon is None else self.coupon.facts,
                None if self.referral is None else self.referral.facts,
            )
            found = self._counters[action] = counters(holder, action, self.snapshot, self.application.zone)
        return found

    def left_of(self, counter: Counter) -> Decimal:
        """What is left of a counter: its limit less what was used before and what this evaluation took."""
        if counter.key is None:
            return ZERO
        used = self.snapshot.counters.get(counter.key, ZERO) + self.working.taken.get(counter.key, ZERO)
        return max(counter.limit - used, ZERO)

    def budget_remaining(self, action: str) -> Decimal | None:
        """What is left of the tightest budget on the action; None without one."""
        left = [self.left_of(counter) for counter in self.counters(action)]
        if action == "setDiscount" and self.coupon is not None and self.coupon.discount_remainder is not None:
            left.append(max(self.coupon.discount_remainder, ZERO))
        return min(left) if left else None

    def cut(self, action: str, wanted: Decimal, *, is_partial: bool) -> Decimal:
        """The wanted amount as far as the budgets allow.

        Raises:
            LimitError: less is left than wanted, and the effect may not be cut or nothing is left at all.
        """
        if not self.has_limits and self.coupon is None:
            return wanted
        remaining = self.budget_remaining(action)
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
            taken = self.working.taken
            self.working.put(taken, counter.key, taken.get(counter.key, ZERO) + amount)
            uses.append(CounterUse(counter.key, amount, counter.limit))
        return tuple(uses)

    # What effects ask for

    def is_partial(self, options: Options) -> bool:
        """Whether the effect may be cut to what a budget leaves."""
        chosen = options.get("partial")
        return self.application.allows_partial if chosen is None else bool(chosen)

    def need_session(self) -> Session:
        """The session.

        Raises:
            MissingError: the request has none.
        """
        if self.session is None:
            raise MissingError("the request has no session")
        return self.session

    def need_profile(self, who: str) -> Profile:
        """The profile that ``Current`` or ``Advocate`` means.

        Raises:
            MissingError: there is none.
        """
        profile = self.find_profile(who)
        if profile is None:
            raise MissingError(f"there is no profile `{who}`")
        return profile

    def find_profile(self, who: str) -> Profile | None:
        """The profile that ``Current`` or ``Advocate`` means, or None."""
        if who == "Current":
            return self.run.profile
        if who == "Advocate":
            return self.run.advocate_profile
        raise TypeMismatchError(f"`{who}` is no profile; use `Current` or `Advocate`")

    @property
    def consumes(self) -> bool:
        """Whether the request consumes what it grants: it closes its session or is an event without one."""
        return self.session is None or self.session.state == "closed"

    def next_serial(self) -> int:
        """A number for a generated value, new each time."""
        self.serial += 1
        return self.serial


def amount_of(value: Any) -> Decimal:
    """An amount as an effect carries it.

    Raises:
        TypeMismatchError: it is no number.
        NegativeValueError: it is below zero.
    """
    if type(value) is not Decimal:
        raise TypeMismatchError("the amount of an effect is a number")
    if value < ZERO:
        raise NegativeValueError(f"the amount {value} is below zero")
    return tidy(value)


def count_of(value: Any, *, at_most: int) -> int:
    """A number of pieces, truncated.

    Raises:
        RangeError: there are more than allowed.
    """
    amount = amount_of(value)
    if amount >= at_most + 1:
        raise RangeError(f"more than {at_most} pieces")
    return int(amount)


def id_of(value: Any) -> int:
    """An id given as a number.

    Raises:
        TypeMismatchError: it is no whole number.
    """
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise TypeMismatchError("an id is a whole number")
