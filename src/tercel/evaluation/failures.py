"""Why rules did not fire: for those who ask, and for the refusal of codes (integration.md 4.7, 5.8)."""

from __future__ import annotations

from typing import NamedTuple

from tercel.evaluation.host.desk import Desk
from tercel.evaluation.outcome import RuleFailure
from tercel.rules.compiled import CompiledRule


class Attempt(NamedTuple):
    """A rule that did not fire; exactly one of the indices is set."""

    rule: CompiledRule
    condition_index: int | None
    effect_index: int | None
    details: str


class FailureLog:
    """Collects failures; ``attempts`` are those made with a code in scope, by (kind, id)."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.wants_failures = desk.snapshot.wants.failures
        self.failures: list[RuleFailure] = []
        self.attempts: dict[tuple[str, int], list[Attempt]] = {}

    def note(self, rule: CompiledRule, condition: int | None, effect: int | None, details: str) -> None:
        """Note that a rule did not fire where the evaluation stands."""
        desk = self.desk
        attempt = Attempt(rule, condition, effect, details)
        if desk.coupon_id is not None:
            self.attempts.setdefault(("coupon", desk.coupon_id), []).append(attempt)
        if desk.referral is not None:
            self.attempts.setdefault(("referral", desk.referral.facts.id), []).append(attempt)
        if self.wants_failures:
            self.failures.append(self.failure(attempt))

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
