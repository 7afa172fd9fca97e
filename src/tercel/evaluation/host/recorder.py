"""Where an evaluation stands, and how effects and entries are recorded there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tercel.base.limits import EFFECTS_MAX, EFFECTS_TEXT_LENGTH_MAX, ERROR_LENGTH_MAX, ERRORS_TOLD_MAX
from tercel.base.numbers import ONE
from tercel.effects.effect import Effect
from tercel.effects.messages import EvaluationFailed
from tercel.effects.props import Props
from tercel.evaluation.entities.cart import Item
from tercel.evaluation.entities.codes import Coupon, Referral
from tercel.evaluation.entities.run import EvaluationRun
from tercel.evaluation.entities.session import Session
from tercel.evaluation.outcome import CounterUse, LedgerEntry
from tercel.evaluation.program.program import CompiledCampaign, Program
from tercel.evaluation.snapshot import Snapshot
from tercel.evaluation.state.budgets import Counter
from tercel.evaluation.state.codes import Verdict
from tercel.evaluation.state.journal import Journal, Segment
from tercel.language.errors import AbortedError, AllSpentError, PartSpentError, TalangError
from tercel.language.values.costs import STEPS_PER_EFFECT, TEXT_SHIFT, steps_of_text
from tercel.rules.compiled import CompiledRule


class Recorder:
    """Mutable state of one evaluation. ``campaign``, ``coupon``, ``referral`` and ``rule`` are the current ones, and
    ``has_codes`` tells whether a code is in scope; ``paying_coupon_id`` and ``paying_referral_id`` name the codes whose
    limits pay for effects: a refused code pays for nothing.

    ``coupon_asked`` and ``referral_asked`` tell how the rule asked for a valid code: None not at all (or in vain), False
    without redeeming, True redeeming. ``survivors`` are the effects of failed conditions, ``effects_room``
    and ``text_room`` what they leave of the limits. ``errors_told`` counts the ``error`` effects.
    """

    __slots__ = (
        "_counters",
        "accepted",
        "application",
        "campaign",
        "condition_index",
        "coupon",
        "coupon_asked",
        "coupon_id",
        "coupon_verdict",
        "effects_room",
        "errors_told",
        "has_codes",
        "has_limits",
        "is_in_effects",
        "journal",
        "paying_coupon_id",
        "paying_referral_id",
        "program",
        "referral",
        "referral_asked",
        "referral_verdict",
        "rule",
        "run",
        "serial",
        "session",
        "snapshot",
        "survivors",
        "text_room",
    )  # fmt: skip

    def __init__(self, program: Program, snapshot: Snapshot, run: EvaluationRun) -> None:
        self.program = program
        self.application = program.application
        self.snapshot = snapshot
        self.run = run
        self.session: Session | None = run.session
        self.journal = Journal()
        self.accepted: dict[tuple[str, int], bool] = {}
        self.survivors: list[Segment] = []
        self.effects_room, self.text_room = EFFECTS_MAX, EFFECTS_TEXT_LENGTH_MAX
        self.errors_told = 0
        self.serial = 0
        self.is_in_effects = False
        self.condition_index: int | None = None
        self.has_codes = False
        self.has_limits = False
        self.take_up(None, None)

    def stand_at(
        self, campaign: CompiledCampaign, coupon: Coupon | None = None, referral: Referral | None = None
    ) -> None:
        """Begin a run of a campaign's rules for a coupon or for none."""
        self.campaign = campaign
        self.has_limits = campaign.has_limits
        has_codes = coupon is not None or referral is not None
        if has_codes or self.has_codes:  # Because: most campaigns meet no code, as the one before them.
            self.take_up(coupon, referral)
            self.has_codes = has_codes
        if self.has_limits:
            self._counters: dict[str, tuple[Counter, ...]] = {}

    def take_up(self, coupon: Coupon | None, referral: Referral | None) -> None:
        """Put codes into scope, not judged yet."""
        self.coupon = coupon
        self.coupon_id = self.paying_coupon_id = None if coupon is None else coupon.facts.id
        self.referral = referral
        self.paying_referral_id = None if referral is None else referral.facts.id
        self.coupon_verdict: Verdict | None = None
        self.referral_verdict: Verdict | None = None
        self.coupon_asked: bool | None = None
        self.referral_asked: bool | None = None
        if coupon is not None and coupon.facts.limits:
            self.has_limits = True

    def begin_rule(self, rule: CompiledRule) -> None:
        """Begin a rule; it reads its bindings afresh (behaviour/evaluation 8)."""
        self.rule = rule
        if rule.unset:
            self.run.slots[: len(rule.unset)] = rule.unset
        if self.has_codes:
            self.coupon_asked = self.referral_asked = None
        self.is_in_effects = False
        self.condition_index = None

    def record(self, props: Props, is_free: bool = False) -> int:
        """Add an effect where the evaluation stands; its index among the effects. A free one takes neither steps nor room.

        Raises:
            AbortedError: there is no room for it.
        """
        campaign, rule, journal = self.campaign, self.rule, self.journal
        effects = journal.effects
        index = len(effects)
        if not is_free:
            run, length = self.run, props.text_length() + len(rule.title)
            run.steps -= STEPS_PER_EFFECT + (length >> TEXT_SHIFT)  # as `spend` does, without the call
            if run.steps < 0:
                run.look_at_limits()
            total = journal.text_length + length
            if total > self.text_room or index >= self.effects_room:
                self.need_room(1, length)
            journal.text_length = total
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
                campaign.experiment_id,
            )
        )
        return index

    def count_length(self, length: int) -> None:
        """Count so many characters that are kept beside the effects.

        Raises:
            AbortedError: there is no room for them.
        """
        self.run.spend(steps_of_text(length))
        self.need_room(0, length)
        self.journal.text_length += length

    def tell_error(self, error: TalangError) -> None:
        """Add an ``error`` effect. There is room for many of them, and the last one says so."""
        self.errors_told += 1
        if self.errors_told < ERRORS_TOLD_MAX:
            self.record(EvaluationFailed(str(error)[:ERROR_LENGTH_MAX]), True)
        elif self.errors_told == ERRORS_TOLD_MAX:
            self.record(EvaluationFailed("further errors of this evaluation are not told"), True)

    def need_room(self, effects: int, length: int) -> None:
        """Refuse what does not fit into the answer any more.

        Raises:
            AbortedError: there are too many effects, or too much text in them.
        """
        journal = self.journal
        if len(journal.effects) + effects > self.effects_room:
            raise AbortedError(f"the evaluation gave more than {EFFECTS_MAX} effects")
        if journal.text_length + length > self.text_room:
            raise AbortedError(f"the effects held more than {EFFECTS_TEXT_LENGTH_MAX} characters")

    def give(
        self,
        props: Props,
        amount: Decimal = ONE,
        uses: tuple[CounterUse, ...] = (),
        item: Item | None = None,
        coupon_discount: Decimal | None = None,
    ) -> None:
        """Add an effect of the rule, with its ledger entry.

        Raises:
            AbortedError: there is no room for it.
        """
        effect_index = self.record(props)
        campaign, position, sub_position = self.campaign, None, None
        if item is not None:
            position, sub_position = item.position, item.sub_position
        self.journal.entries.append(
            LedgerEntry(
                props.action,
                campaign.id,
                campaign.ruleset_id,
                self.rule.index,
                amount,
                effect_index,
                self.paying_coupon_id,
                self.paying_referral_id,
                coupon_discount,
                position,
                sub_position,
                uses,
            )
        )

    def attempt(self, effect: Callable[[], Any]) -> Any:
        """Run an effect expression; when it raises, what it recorded is taken back before the error goes on."""
        checkpoint = self.journal.checkpoint()
        try:
            return effect()
        except TalangError:
            self.journal.roll_back(checkpoint)
            raise

    def failure_effects(self, effects: Sequence[Callable[[], Any]]) -> None:
        """Set effects aside that survive the failure of the rule; one that cannot be applied is left out.

        Raises:
            PartSpentError: the campaign ends.
            AllSpentError: the evaluation ends.
        """
        for effect in effects:
            checkpoint = self.journal.checkpoint()
            try:
                effect()
            except TalangError as error:
                self.journal.roll_back(checkpoint)
                if isinstance(error, PartSpentError | AllSpentError):
                    raise
            else:
                segment = self.journal.cut(checkpoint)
                self.survivors.append(segment)
                self.effects_room -= len(segment.effects)
                self.text_room -= segment.text_length

    def take_survivors(self) -> list[Segment]:
        """Take the effects that were set aside; they no longer count against the limits."""
        taken, self.survivors = self.survivors, []
        self.effects_room, self.text_room = EFFECTS_MAX, EFFECTS_TEXT_LENGTH_MAX
        return taken
