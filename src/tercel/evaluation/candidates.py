"""Which campaigns take part in an evaluation (integration.md 5.1), and which of them can fire at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tercel.evaluation.codes import is_in_set, is_running, store_id
from tercel.evaluation.index import IndexKey, NumberPath
from tercel.evaluation.program import CompiledCampaign, Program
from tercel.evaluation.run import EvaluationRun
from tercel.evaluation.snapshot import CouponFacts, Snapshot
from tercel.rules.facts import Subject


def candidates(program: Program, snapshot: Snapshot, run: EvaluationRun) -> list[CompiledCampaign]:
    """The campaigns to run, in order of evaluation.

    Campaigns that cannot fire are left out, unless the caller wants to know why. Those whose codes are in the request
    always take part, because each code gets its answer.
    """
    campaigns = program.campaigns
    store = store_id(snapshot)
    return [
        campaign
        for campaign in map(campaigns.__getitem__, _orders(program, snapshot, run))
        if campaign.ruleset is not None
        and is_running(campaign, snapshot)
        and campaign.is_linked_to(store)
        and is_in_set(campaign, snapshot)
    ]


def _orders(program: Program, snapshot: Snapshot, run: EvaluationRun) -> list[int] | range:
    wants = snapshot.wants
    if wants.failures or wants.eligibility or wants.trace:
        return range(len(program.campaigns))

    def number(path: NumberPath) -> Decimal | None:
        entity = getattr(run, path.entity)
        return None if entity is None else getattr(entity, path.field)

    orders = program.index.candidates(_keys(program, snapshot), number)
    named = {program.by_id[each].order for each in named_campaigns(snapshot) if each in program.by_id}
    return sorted({*orders, *named}) if named else orders


def named_campaigns(snapshot: Snapshot) -> Iterator[int]:
    """The campaigns whose codes are in the request."""
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            yield coupon.campaign_id
    if snapshot.referral is not None:
        yield snapshot.referral.campaign_id


def _keys(program: Program, snapshot: Snapshot) -> Iterator[IndexKey | None]:
    """The keys under which campaigns may fire for these facts."""
    names = program.index.names
    yield None
    yield from _code_keys(snapshot)
    if snapshot.event is not None:
        for event_type in snapshot.event.types:
            yield IndexKey(Subject.EVENT.value, "", event_type)
    if snapshot.store is not None:
        yield IndexKey(Subject.STORE.value, "", snapshot.store.integration_id)
    if snapshot.session is not None:
        for field in names.get(Subject.ITEM, ()):
            for value in {getattr(line, field) for line in snapshot.session.lines}:
                yield IndexKey(Subject.ITEM.value, field, value)
        yield from _attribute_keys(
            Subject.SESSION, names.get(Subject.SESSION, ()), snapshot.session.attributes
        )
    if snapshot.profile is not None:
        yield from _attribute_keys(
            Subject.PROFILE, names.get(Subject.PROFILE, ()), snapshot.profile.attributes
        )


def _code_keys(snapshot: Snapshot) -> Iterator[IndexKey]:
    for subject in (Subject.COUPON, Subject.REFERRAL):
        for campaign_id in named_campaigns(snapshot):
            yield IndexKey(subject.value, "", campaign_id)


def _attribute_keys(subject: Subject, names: Any, attributes: Any) -> Iterator[IndexKey]:
    for name in names:
        value = attributes.get(name)
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, str):
            yield IndexKey(subject.value, name, value)


def coupons_by_campaign(snapshot: Snapshot) -> dict[int, list[CouponFacts]]:
    """The coupons in the request by campaign, each once, in the order sent."""
    if not snapshot.coupons:
        return {}
    found: dict[int, dict[int, CouponFacts]] = {}
    for coupon in snapshot.coupons.values():
        if coupon is not None:
            found.setdefault(coupon.campaign_id, {})[coupon.id] = coupon
    return {campaign: list(coupons.values()) for campaign, coupons in found.items()}
