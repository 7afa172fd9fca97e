"""Where an evaluation stands, and how effects and entries are recorded there."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tercel.base.limits import EFFECTS_MAX
from tercel.effects.effect import Effect
from tercel.effects.props import Props
from tercel.evaluation.budgets import Counter
from tercel.evaluation.cart import Item
from tercel.evaluation.codes import Verdict
from tercel.evaluation.outcome import CounterUse, LedgerEntry
from tercel.evaluation.people import Coupon, Referral
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.run import EvaluationRun
from tercel.evaluation.session import Session
from tercel.evaluation.snapshot import Snapshot
from tercel.evaluation.working import Piece, Working
from tercel.language.errors import AbortedError, TalangError
from tercel.rules.compiled import CompiledRule


class Recorder:
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
        self.survivors: list[Piece] = []
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
                campaign.experiment_id,
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
        campaign = self.campaign
        self.working.entries.append(
            LedgerEntry(
                kind,
                campaign.id,
                campaign.ruleset_id,
                self.rule.index,
                amount,
                effect_index,
                self.coupon_id,
                None if self.referral is None else self.referral.facts.id,
                coupon_discount,
                None if item is None else item.position,
                None if item is None else item.sub_position,
                uses,
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
        """Set effects aside that survive the failure of the rule; one that cannot be applied is left out."""
        mark = self.working.mark()
        try:
            effects()
        except TalangError:
            self.working.roll_back(mark)
            return
        self.survivors.append(self.working.cut(mark))
