"""Report of eligibility in the contract's shape: which campaigns and rules passed (behaviour/evaluation 6)."""

from __future__ import annotations

from typing import Any

from tercel.evaluation.explanation import (
    CampaignEligibility,
    CampaignFailure,
    CampaignRunEligibility,
    EligibleRule,
    ExperimentEligibility,
    RuleEligibility,
    RuleEligibilityFailure,
)
from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.report.engine import ExplainingEngine, RuleRecord, RunRecord


def eligibility(engine: ExplainingEngine, campaign: CompiledCampaign) -> CampaignEligibility:
    """Report a campaign with one verdict per run, or with the verdict SKIPPED when it did not run."""
    runs = engine.records.get(campaign.id, [])
    if runs:
        verdicts = [_run_eligibility(engine, run) for run in runs]
    else:
        verdicts = [CampaignRunEligibility(passed=False, details=CampaignFailure(failure_code="SKIPPED"))]
    documents = _rule_documents(campaign)
    rules = [
        EligibleRule(
            title=rule.title,
            display_name=_text(documents, rule.index, "displayName"),
            display_description=_text(documents, rule.index, "displayDescription"),
            related_data=_text(documents, rule.index, "relatedData"),
            eligibility=[
                _rule_eligibility(engine, run, run.rules[place]) for run in runs if place < len(run.rules)
            ],
        )
        for place, rule in enumerate(campaign.ruleset.rules if campaign.ruleset else ())
    ]
    return CampaignEligibility(
        id=campaign.id, experiment=_experiment(campaign), eligibility=verdicts, rules=rules
    )


def _experiment(campaign: CompiledCampaign) -> ExperimentEligibility | None:
    if campaign.experiment_id is None or campaign.variant_id is None:
        return None
    return ExperimentEligibility(id=campaign.experiment_id, variant_id=campaign.variant_id)


def _run_eligibility(engine: ExplainingEngine, run: RunRecord) -> CampaignRunEligibility:
    code = run.coupon.value if run.coupon else None
    if run.campaign.id in engine.exclusions:
        details = CampaignFailure(failure_code="SKIPPED")
    elif any(record.passed for record in run.rules):
        return CampaignRunEligibility(passed=True, coupon_code=code)
    else:
        details = CampaignFailure(failure_code="ALL_RULES_FAILED")
    return CampaignRunEligibility(passed=False, coupon_code=code, details=details)


def _rule_eligibility(engine: ExplainingEngine, run: RunRecord, record: RuleRecord) -> RuleEligibility:
    coupon = run.coupon
    code = coupon.value if coupon else None
    attempt = record.attempt
    if attempt is None:
        return RuleEligibility(passed=True, coupon_code=code)
    referral = engine.snapshot.referral
    if referral is not None and referral.campaign_id != run.campaign.id:
        referral = None
    details = RuleEligibilityFailure(
        failure_code="CONDITION_NOT_MET" if attempt.effect_index is None else "EFFECT_FAILED",
        coupon_id=coupon.id if coupon else None,
        coupon_value=code,
        referral_id=referral.id if referral else None,
        referral_value=referral.code if referral else None,
        condition_index=attempt.condition_index,
        effect_index=attempt.effect_index,
        details=attempt.details,
    )
    return RuleEligibility(passed=False, coupon_code=code, details=details)


def _rule_documents(campaign: CompiledCampaign) -> list[Any]:
    ruleset = campaign.facts.ruleset
    rules = ruleset.get("rules") if isinstance(ruleset, dict) else None
    return rules if isinstance(rules, list) else []


def _text(documents: list[Any], index: int, key: str) -> str | None:
    document = documents[index] if index < len(documents) else None
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) else None
