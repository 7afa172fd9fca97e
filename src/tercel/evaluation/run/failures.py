"""Failures of rules: collected for callers who ask for them, and for the refusal of codes (behaviour/codes 8; behaviour/evaluation 5)."""

from __future__ import annotations

from typing import NamedTuple

from tercel.base.limits import ERROR_LENGTH_MAX
from tercel.evaluation.explain.sentences import tell_failed_condition, tell_failed_effect
from tercel.evaluation.explain.site import Allowance, Site
from tercel.evaluation.host.desk import Desk
from tercel.evaluation.outcome import RuleFailure
from tercel.rules.compiled import CompiledRule


class Attempt(NamedTuple):
    """A rule that did not fire. Exactly one of the indices is set; ``details`` explain in a sentence what is missing."""

    rule: CompiledRule
    condition_index: int | None
    effect_index: int | None
    details: str


class FailureLog:
    """Collects failures. ``attempts`` holds those with a code in scope, by (kind, id); ``latest`` is the last of all.

    ``allowance`` bounds the cost of all explanations of the evaluation.
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
        """Record that the current rule did not fire.

        ``problem`` is the message of the error, empty when a condition was merely not true.
        """
        desk = self.desk
        details = self.details(rule, condition, effect, problem)[:ERROR_LENGTH_MAX]
        attempt = Attempt(rule, condition, effect, details)
        self.latest = attempt
        if desk.coupon_id is not None:
            self.attempts.setdefault(("coupon", desk.coupon_id), []).append(attempt)
        if desk.referral is not None:
            self.attempts.setdefault(("referral", desk.referral.facts.id), []).append(attempt)
        if self.wants_failures:
            self.failures.append(self.failure(attempt))

    def details(self, rule: CompiledRule, condition: int | None, effect: int | None, problem: str) -> str:
        """Return a sentence about what is missing, when the answer will show it; else the bare message."""
        desk = self.desk
        is_refusal = (desk.coupon is not None and desk.coupon_verdict is None) or (
            desk.referral is not None and desk.referral_verdict is None
        )
        if not self.wants_details and not (is_refusal and self.may_be_told(rule, effect)):
            return problem
        if not self.allowance.spend(rule.size):
            return problem
        site = Site(desk, rule, self.allowance)
        if condition is not None and condition < len(rule.conditions):
            return tell_failed_condition(site, condition, problem)
        return tell_failed_effect(site, effect or 0, problem)

    def may_be_told(self, rule: CompiledRule, effect: int | None) -> bool:
        """Tell whether the refusal of a code may be explained by this rule.

        A refusal is explained by the first effect that failed, else by the first rule that asks for the code, else by the first rule.
        """
        desk = self.desk
        known: list[Attempt] = []
        if desk.coupon_id is not None:
            known += self.attempts.get(("coupon", desk.coupon_id), ())
        if desk.referral is not None:
            known += self.attempts.get(("referral", desk.referral.facts.id), ())
        asks = rule.coupon_condition is not None or rule.referral_condition is not None
        return not known or (effect is not None or asks)

    def failure(self, attempt: Attempt) -> RuleFailure:
        """Return an attempt in the shape of behaviour/evaluation 5."""
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
