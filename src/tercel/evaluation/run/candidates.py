"""Candidates: the campaigns that take part in an evaluation (behaviour/evaluation 1) and can fire at all."""

from __future__ import annotations

from collections.abc import Iterable

from tercel.evaluation.entities.run import EvaluationRun
from tercel.evaluation.program.experiments import variant_of
from tercel.evaluation.program.program import CompiledCampaign, Program
from tercel.evaluation.program.topics import named_campaigns
from tercel.evaluation.snapshot import CouponFacts, Snapshot
from tercel.evaluation.state.codes import is_in_set, is_running, store_id


def candidates(program: Program, snapshot: Snapshot, run: EvaluationRun) -> list[CompiledCampaign]:
    """Return the campaigns to run, in order of evaluation.

    Campaigns that cannot fire are left out, unless the caller asks for reasons. Campaigns whose codes are in the request are
    always included, because each code gets a verdict.
    """
    found: Iterable[CompiledCampaign] = map(program.campaigns.__getitem__, _orders(program, snapshot, run))
    if program.experiments:
        found = filter(None, (variant_of(campaign, snapshot) for campaign in found))
    if snapshot.evaluable_campaign_ids is not None:
        return [campaign for campaign in found if _takes_part(campaign, snapshot)]
    return [campaign for campaign in found if campaign.is_plain or _takes_part(campaign, snapshot)]


def _takes_part(campaign: CompiledCampaign, snapshot: Snapshot) -> bool:
    is_ready = campaign.ruleset is not None and is_in_set(campaign, snapshot)
    return is_ready and is_running(campaign, snapshot) and campaign.is_linked_to(store_id(snapshot))


def _orders(program: Program, snapshot: Snapshot, run: EvaluationRun) -> list[int] | range:
    wants = snapshot.wants
    if wants.failures or wants.eligibility or wants.trace:
        return range(len(program.campaigns))

    orders = program.index.candidates(snapshot, run)
    if not snapshot.coupons and snapshot.referral is None:
        return orders
    named = {program.by_id[each].order for each in named_campaigns(snapshot) if each in program.by_id}
    return sorted({*orders, *named}) if named else orders


def coupons_by_campaign(snapshot: Snapshot) -> dict[int, list[CouponFacts]]:
    """Return the coupons of the request by campaign, each once, in the order sent."""
    if not snapshot.coupons:
        return {}
    found: dict[int, dict[int, CouponFacts]] = {}
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            found.setdefault(coupon.campaign_id, {})[coupon.id] = coupon
    return {campaign: list(coupons.values()) for campaign, coupons in found.items()}
