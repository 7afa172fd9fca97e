"""Which campaigns take part in an evaluation (integration.md 5.1), and which of them can fire at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from tercel.evaluation.codes import is_in_set, is_running, store_id
from tercel.evaluation.experiments import variant_of
from tercel.evaluation.index import NumberPath, Topic
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.run import EvaluationRun
from tercel.evaluation.snapshot import CouponFacts, Snapshot
from tercel.rules.facts import Subject


def candidates(program: Program, snapshot: Snapshot, run: EvaluationRun) -> list[CompiledCampaign]:
    """The campaigns to run, in order of evaluation.

    Campaigns that cannot fire are left out, unless the caller wants to know why. Those whose codes are in the request
    always take part, because each code gets its answer.
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

    def number(path: NumberPath) -> Decimal | None:
        entity = getattr(run, path.entity)
        return None if entity is None else getattr(entity, path.field)

    orders = program.index.candidates(lambda topic: _values(topic, snapshot), number)
    named = {program.by_id[each].order for each in named_campaigns(snapshot) if each in program.by_id}
    return sorted({*orders, *named}) if named else orders


def named_campaigns(snapshot: Snapshot) -> Iterator[int]:
    """The campaigns whose codes are in the request."""
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            yield coupon.campaign_id
    if snapshot.referral is not None:
        yield snapshot.referral.campaign_id


def _values(topic: Topic, snapshot: Snapshot) -> Iterable[Any]:
    """What the facts hold for a topic of the index."""
    subject, name = topic
    session, profile = snapshot.session, snapshot.profile
    match subject:
        case Subject.ITEM:
            return () if session is None else set(map(attrgetter(name), session.lines))
        case Subject.SESSION:
            return () if session is None else _attribute(session.attributes, name)
        case Subject.PROFILE:
            return () if profile is None else _attribute(profile.attributes, name)
        case Subject.EVENT:
            return () if snapshot.event is None else snapshot.event.types
        case Subject.STORE:
            return () if snapshot.store is None else (snapshot.store.integration_id,)
    return set(named_campaigns(snapshot))


def _attribute(attributes: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = attributes.get(name)
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (value,) if isinstance(value, str) else ()


def coupons_by_campaign(snapshot: Snapshot) -> dict[int, list[CouponFacts]]:
    """The coupons in the request by campaign, each once, in the order sent."""
    if not snapshot.coupons:
        return {}
    found: dict[int, dict[int, CouponFacts]] = {}
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            found.setdefault(coupon.campaign_id, {})[coupon.id] = coupon
    return {campaign: list(coupons.values()) for campaign, coupons in found.items()}
