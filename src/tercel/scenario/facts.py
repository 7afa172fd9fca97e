"""A case of a scenario into a program and a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.snapshot import (
    EventFacts,
    ProfileFacts,
    Snapshot,
    StoreFacts,
    Wants,
)
from tercel.language.values.times import find_zone, parse_rfc3339
from tercel.scenario.cases import (
    DEFAULT_NOW,
    DEFAULT_PROFILE,
    DEFAULT_TIMEZONE,
    Case,
)
from tercel.scenario.codes import (
    context_limits,
    read_counters,
    read_coupons,
    read_limit,
    read_referral,
)
from tercel.scenario.groups import read_groups
from tercel.scenario.session import read_attributes, read_session, read_time
from tercel.scenario.world import (
    read_achievements,
    read_custom_effects,
    read_loyalty,
    read_pools,
    read_value_maps,
    read_webhooks,
)

_APPLICATION_KEYS = {
    "currency": "currency",
    "name": "name",
    "cascading": "is_cascading",
    "flattened": "is_flattened",
    "partial": "allows_partial",
    "defaultDiscountScope": "default_discount_scope",
    "defaultItemScope": "default_item_scope",
    "defaultDiscountAdditionalCostPerItemScope": "default_item_scope",
    "capped": "caps_discounts",
    "caseSensitivity": "case_sensitivity",
    "attributes": "attributes",
}


def build_case_program(case: Case) -> Program:
    """Build the program of a case: its campaigns, numbered from 1 in their order, in the groups of its context."""
    return build_program(
        _application(case.context),
        [_campaign(data, number, case.context) for number, data in enumerate(case.campaigns, 1)],
        read_groups(case),
        filters=case.context.get("applicationFilters"),
    )


def _application(context: Mapping[str, Any]) -> ApplicationFacts:
    settings = context.get("application") or {}
    timezone = settings.get("timezone") or context.get("timezone") or DEFAULT_TIMEZONE
    chosen = {field: settings[key] for key, field in _APPLICATION_KEYS.items() if key in settings}
    return ApplicationFacts(id=1, account_id=1, timezone=timezone, zone=find_zone(timezone), **chosen)


def _campaign(data: Mapping[str, Any], number: int, context: Mapping[str, Any]) -> CampaignFacts:
    limits = [*(data.get("limits") or []), *context_limits(context, number)]
    return CampaignFacts(
        id=number,
        name=data.get("name") or f"Campaign {number}",
        state=data.get("state") or "enabled",
        start_time=read_time(data.get("startTime")),
        end_time=read_time(data.get("endTime")),
        tags=tuple(data.get("tags") or ()),
        attributes=read_attributes(data.get("attributes")),
        ruleset_id=number,
        ruleset=data.get("ruleset"),
        limits=tuple(map(read_limit, limits)),
        value_map="" if "valueMap" in context else None,
    )


def build_case_snapshot(case: Case) -> Snapshot:
    """Build the snapshot of a case: the facts that its evaluation reads."""
    context = case.context
    now = parse_rfc3339(context.get("now") or DEFAULT_NOW)
    profile = _profile(case, now)
    session = read_session(case, profile, now)
    event = _event(context, session, now)
    is_plain_event = bool(context.get("eventType")) and not case.session.get("cartItems")
    store = _store(case)
    snapshot = Snapshot(
        now=now,
        seed=case.label,
        session=None if is_plain_event else session,
        profile=profile,
        event=event,
        store=store,
        coupons=read_coupons(case),
        referral=read_referral(case, now),
        additional_cost_ids={
            name: int(number) for name, number in (context.get("additionalCosts") or {}).items()
        },
        collections={
            name: frozenset(members) for name, members in (context.get("collections") or {}).items()
        },
        value_maps=read_value_maps(case),
        giveaway_pools=read_pools(context),
        custom_effects=read_custom_effects(context),
        webhooks=read_webhooks(context),
        advocate_audiences=_audiences(context, "Advocate"),
        joined_audiences=_audiences(context, "Joined"),
        left_audiences=_audiences(context, "Left"),
        achievements=read_achievements(context),
        loyalty=read_loyalty(case, _application(context).zone),
        wants=Wants(failures=True),
    )
    snapshot.counters = read_counters(case, snapshot, _application(context).zone)
    return snapshot


def _profile(case: Case, now: datetime) -> ProfileFacts | None:
    data = case.context.get("profile") or {}
    integration_id = case.session.get("profileId", data.get("integrationId", DEFAULT_PROFILE))
    if not integration_id:
        return None
    return ProfileFacts(
        integration_id=integration_id,
        attributes=read_attributes(data.get("attributes")),
        closed_sessions=int(data.get("closedSessions", 0)),
        total_sales=Decimal(data.get("totalSales", 0)),
        created=read_time(data.get("created")) or now,
        last_activity=read_time(data.get("lastActivity")),
        audiences=_audiences(case.context, "Current") | frozenset(map(int, data.get("audiences") or ())),
    )


def _audiences(context: Mapping[str, Any], who: str) -> frozenset[int]:
    return frozenset(map(int, (context.get("audiences") or {}).get(who, ())))


def _event(context: Mapping[str, Any], session: Any, now: datetime) -> EventFacts:
    attributes = read_attributes(context.get("eventAttributes"))
    if context.get("eventType"):
        return EventFacts(types=(context["eventType"],), created=now, attributes=attributes)
    created = ("talon_session_created",)
    types = ("talon_session_closed", *created) if session.state == "closed" else created
    return EventFacts(types=types, created=now, attributes=attributes)


def _store(case: Case) -> StoreFacts | None:
    name = case.session.get("storeIntegrationId")
    if not name:
        return None
    stores = case.context.get("stores") or {}
    data = stores.get(name) or {}
    return StoreFacts(
        id=list(stores).index(name) + 1 if name in stores else 0,
        integration_id=name,
        name=data.get("name", ""),
        attributes=read_attributes(data.get("attributes")),
    )
