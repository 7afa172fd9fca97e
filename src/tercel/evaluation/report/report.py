"""Report of an explained evaluation: eligibility, trace and nudges from the records of the engine."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.base.codec import wire_time
from tercel.evaluation.explain.needs import smallness
from tercel.evaluation.explanation import (
    CampaignTrace,
    Nudge,
    RuleTrace,
    RunTrace,
    Verdict,
)
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.experiments import variant_of
from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.report.eligibility import eligibility
from tercel.evaluation.report.engine import ExplainingEngine, RuleRecord, RunRecord
from tercel.evaluation.state.codes import is_in_set, is_running, store_id

_EXCLUSIONS = {
    "CampaignIsNotFirst": "another campaign of its group came first",
    "CampaignGaveLowerDiscount": "another campaign of its group was chosen for its discount",
}


def explain(engine: ExplainingEngine, outcome: Outcome) -> None:
    """Add the parts that were asked for to the outcome."""
    wants = engine.snapshot.wants
    shown = [campaign for campaign in engine.program.campaigns if _is_shown(engine, campaign)]
    campaigns = [variant_of(campaign, engine.snapshot) or campaign for campaign in shown]
    if wants.eligibility:
        outcome.eligibility = [eligibility(engine, campaign) for campaign in campaigns]
    if wants.trace:
        outcome.trace = [_trace(engine, campaign) for campaign in campaigns]
        engine.look_ahead()
        outcome.nudges = _nudges(engine)


def _is_shown(engine: ExplainingEngine, campaign: CompiledCampaign) -> bool:
    chosen = engine.snapshot.evaluable_campaign_ids
    return campaign.facts.state == "enabled" or (chosen is not None and campaign.id in engine.records)


def _is_left_out(engine: ExplainingEngine, campaign: CompiledCampaign) -> bool:
    return campaign.id in engine.exclusions or campaign.id not in engine.records


def _trace(engine: ExplainingEngine, campaign: CompiledCampaign) -> CampaignTrace:
    runs = engine.records.get(campaign.id, [])
    verdict: Verdict
    has_passed = any(record.passed for run in runs for record in run.rules)
    if _is_left_out(engine, campaign):
        verdict, sentence = "skipped", _why_left_out(engine, campaign)
    elif has_passed:
        verdict, sentence = "applied", "at least one of its rules applied"
    else:
        verdict, sentence = "allRulesFailed", "none of its rules applied"
    return CampaignTrace(
        campaign_id=campaign.id,
        campaign_name=campaign.facts.name,
        verdict=verdict,
        sentence=sentence,
        runs=[_run_trace(run) for run in runs],
    )


def _run_trace(run: RunRecord) -> RunTrace:
    code = run.coupon.value if run.coupon else None
    return RunTrace(coupon_code=code, rules=[_rule_trace(record) for record in run.rules])


def _rule_trace(record: RuleRecord) -> RuleTrace:
    attempt = record.attempt
    return RuleTrace(
        rule_index=record.rule.index,
        rule_name=record.rule.title,
        applied=attempt is None,
        sentence="all its conditions hold" if attempt is None else attempt.details,
        condition_index=attempt.condition_index if attempt else None,
        effect_index=attempt.effect_index if attempt else None,
        conditions=record.conditions,
        gives=record.gives,
    )


def _why_left_out(engine: ExplainingEngine, campaign: CompiledCampaign) -> str:
    facts, snapshot = campaign.facts, engine.snapshot
    if campaign.id in engine.exclusions:
        return _EXCLUSIONS[engine.exclusions[campaign.id]]
    if campaign.ruleset is None:
        return f"its rules cannot be used: {campaign.problem}" if campaign.problem else "it has no rules"
    if not is_in_set(campaign, snapshot):
        return "the request chose other campaigns"
    if facts.start_time is not None and facts.start_time > snapshot.now:
        return f"it starts at {wire_time(facts.start_time)}"
    if not is_running(campaign, snapshot) and facts.end_time is not None:
        return f"it ended at {wire_time(facts.end_time)}"
    if not campaign.is_linked_to(store_id(snapshot)):
        return "it is linked to other stores"
    return "the evaluation ended before it was reached"


def _nudges(engine: ExplainingEngine) -> list[Nudge]:
    """Return the needs of the rules that did not apply, the smallest changes first."""
    found = list(_missing(engine, engine.records)) + list(_missing(engine, engine.upcoming))
    return sorted(found, key=lambda nudge: smallness(nudge.needs))


def _missing(engine: ExplainingEngine, records: dict[int, list[RunRecord]]) -> Iterator[Nudge]:
    for campaign_id, runs in records.items():
        if campaign_id in engine.exclusions:
            continue
        for run in runs:
            for record in run.rules:
                if record.needs and not record.passed:
                    yield Nudge(
                        campaign_id=campaign_id,
                        campaign_name=run.campaign.facts.name,
                        rule_index=record.rule.index,
                        rule_name=record.rule.title,
                        coupon_code=run.coupon.value if run.coupon else None,
                        needs=record.needs,
                        gives=record.gives,
                    )
