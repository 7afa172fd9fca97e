"""Entry point of the engine: program and snapshot in, outcome out."""

from __future__ import annotations

from collections.abc import Callable

from tercel.base.numbers import use_engine_context
from tercel.evaluation.host.attributes import AudienceChange
from tercel.evaluation.host.codes import Reservation
from tercel.evaluation.outcome import AttributeChange, Changes, CreatedCode, Outcome, WebhookRequest
from tercel.evaluation.program.program import Program
from tercel.evaluation.report.engine import ExplainingEngine
from tercel.evaluation.report.report import explain
from tercel.evaluation.run.candidates import candidates, coupons_by_campaign
from tercel.evaluation.run.engine import Engine, open_run
from tercel.evaluation.run.rejections import rejections, release
from tercel.evaluation.run.walk import run_campaigns
from tercel.evaluation.snapshot import CounterKey, CouponFacts, Snapshot
from tercel.evaluation.state.budgets import (
    Holder,
    counters,
    limited_actions,
    place_of,
)


def evaluate(program: Program, snapshot: Snapshot, *, is_late: Callable[[], bool] | None = None) -> Outcome:
    """Run the campaigns of a program over the facts of one request.

    Pure and deterministic: equal arguments give equal outcomes, and neither is changed.

    Args:
        program: The compiled campaigns.
        snapshot: Every fact that the evaluation may see.
        is_late: Called now and then; when it returns true the evaluation ends with its results so far (behaviour/evaluation 12).
    """
    use_engine_context()
    is_asked = snapshot.wants.eligibility or snapshot.wants.trace
    engine = (ExplainingEngine if is_asked else Engine)(program, snapshot, is_late)
    run_campaigns(engine)
    effects = engine.journal.effects
    if snapshot.coupons or snapshot.referral or (snapshot.session and snapshot.session.referral_code):
        release(engine)
        effects += rejections(engine)
    outcome = Outcome(
        effects=effects,
        failures=engine.log.failures,
        triggered=[each for each in engine.triggered if each not in engine.exclusions]
        if engine.exclusions
        else list(engine.triggered),
        is_complete=engine.is_complete,
        ended_early=frozenset(engine.ended_early),
        changes=_changes(engine),
    )
    if isinstance(engine, ExplainingEngine):
        explain(engine, outcome)
    engine.close()
    return outcome


def _changes(engine: Engine) -> Changes:
    changes = Changes(entries=engine.journal.entries)
    for note in engine.journal.notes:
        match note:
            case AttributeChange():
                changes.attributes.append(note)
            case CreatedCode():
                changes.created_codes.append(note)
            case AudienceChange():
                audiences = changes.audience_joins if note.is_join else changes.audience_leaves
                audiences.append((note.audience_id, note.profile_integration_id))
            case Reservation():
                changes.reserved_coupon_ids.append(note.coupon_id)
            case WebhookRequest():
                changes.webhooks.append(note)
    return changes


def limit_keys(program: Program, snapshot: Snapshot) -> set[CounterKey]:
    """Return the counters that an evaluation may read, so that the caller can load them first.

    Considers only campaigns that can fire, each with all of its coupons in the request and the own limits of these.
    """
    keys: set[CounterKey] = set()
    coupons = coupons_by_campaign(snapshot)
    limited = {
        coupon.campaign_id for coupon in snapshot.coupons.values() if coupon is not None and coupon.limits
    }
    if not program.has_limits and not limited:
        return keys
    use_engine_context()
    place = place_of(snapshot)
    for campaign in candidates(program, snapshot, open_run(program, snapshot, None)):
        if not campaign.has_limits and campaign.id not in limited:
            continue
        referral = snapshot.referral
        if referral is not None and referral.campaign_id != campaign.facts.id:
            referral = None
        runs: list[CouponFacts | None] = [*coupons.get(campaign.facts.id, [])] or [None]
        for coupon in runs:
            holder = Holder(
                campaign.facts.id,
                campaign.limits,
                None if coupon is None else coupon.id,
                None if referral is None else referral.id,
                () if coupon is None else coupon.limits,
                campaign.facts.store_limits,
            )
            for action in limited_actions(holder, place):
                found = counters(holder, action, place, program.application.zone)
                keys.update(counter.key for counter in found if counter.key is not None)
    return keys
