"""Why rules did not fire: for those who ask, and for the refusal of codes (integration.md 4.7, 5.8)."""

from __future__ import annotations

from typing import NamedTuple

from tercel.evaluation.explain.sentences import tell_failed_condition, tell_failed_effect
from tercel.evaluation.explain.site import Allowance, Site
from tercel.evaluation.host.desk import Desk
from tercel.evaluation.outcome import RuleFailure
from tercel.rules.compiled import CompiledRule


class Attempt(NamedTuple):
    """A rule that did not fire; exactly one of the indices is set. ``details`` tell what is missing, in a sentence."""

    rule: CompiledRule
    condition_index: int | None
    effect_index: int | None
    details: str


class FailureLog:
    """Collects failures; ``attempts`` are those made with a code in scope, by (kind, id), ``latest`` is the last of all.

    ``allowance`` is what all explanations of the evaluation may cost.
    """

    def __init__(self, desk: Desk) -> None:
        wants = desk.snapshot.wants
        self.desk = desk
        self.wants_failures = wants.failures
        self.wants_details = wants.failures or wants.eligibility or wants.trace
        self.failures: list[RuleFailure] = []
        self.attempts: dict[tuple[str, int], list[Attempt]] = {}
        self.latest: Attempt | None = None
        self.allowance = Allowance()

    def note(self, rule: CompiledRule, condition: int | None, effect: int | None, problem: str) -> None:
        """Note that a rule did not fire where the evaluation stands; ``problem`` is the error, empty when a condition
        was just not true."""
        desk = self.desk
        attempt = Attempt(rule, condition, effect, self.details(rule, condition, effect, problem))
        self.latest = attempt
        if desk.coupon_id is not None:
            self.attempts.setdefault(("coupon", desk.coupon_id), []).append(attempt)
        if desk.referral is not None:
            self.attempts.setdefault(("referral", desk.referral.facts.id), []).append(attempt)
        if self.wants_failures:
            self.failures.append(self.failure(attempt))

    def details(self, rule: CompiledRule, condition: int | None, effect: int | None, problem: str) -> str:
        """What is missing, in a sentence, where somebody will read it."""
        desk = self.desk
        is_refusal = (desk.coupon is not None and desk.coupon_verdict is None) or (
            desk.referral is not None and desk.referral_verdict is None
        )
        if not self.wants_details and not is_refusal:
            return problem
        site = Site(desk, rule, self.allowance)
        if condition is not None:
            return tell_failed_condition(site, max(condition, 0), problem)
        return tell_failed_effect(site, effect or 0, problem)

    def failure(self, attempt: Attempt) -> RuleFailure:
        """The failure in the shape of integration.md 5.8."""
        desk = self.desk
        facts = desk.campaign.facts
        return RuleFailure(
            campaign_id=facts.id,
            campaign_name=facts.name,
            ruleset_id=facts.ruleset_id or -1,
            rule_index=attempt.rule.index,
            rule_name=attempt.rule.title,
            coupon_id=desk.coupon_id,
            coupon_value=desk.coupon.facts.value if desk.coupon else None,
            referral_id=desk.referral.facts.id if desk.referral else None,
            referral_value=desk.referral.facts.code if desk.referral else None,
            condition_index=attempt.condition_index,
            effect_index=attempt.effect_index,
            details=attempt.details,
            evaluation_group_id=desk.campaign.group_id,
            evaluation_group_mode=desk.campaign.group_mode,
        )
