"""A case of a scenario into a program and a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tercel.base.codec import encode
from tercel.base.numbers import ZERO
from tercel.evaluation.budgets import Holder, counters
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.program import Program, build_program
from tercel.evaluation.scenario.cases import DEFAULT_NOW, DEFAULT_PROFILE, DEFAULT_TIMEZONE, Case
from tercel.evaluation.scenario.session import language_value, read_session
from tercel.evaluation.snapshot import (
    AchievementFacts,
    CounterKey,
    CouponFacts,
    CustomEffectFacts,
    EventFacts,
    GiveawayPoolFacts,
    LimitFacts,
    LoyaltyBalanceFacts,
    LoyaltyProgramFacts,
    ProfileFacts,
    ReferralFacts,
    Snapshot,
    StoreFacts,
    Wants,
)
from tercel.language.times import find_zone, parse_rfc3339

_APPLICATION_KEYS = {
    "currency": "currency",
    "name": "name",
    "cascading": "is_cascading",
    "flattened": "is_flattened",
    "partial": "allows_partial",
    "defaultDiscountScope": "default_discount_scope",
    "defaultItemScope": "default_item_scope",
    "capped": "caps_discounts",
    "caseSensitivity": "case_sensitivity",
    "attributes": "attributes",
}
_PROGRAM_FUNCTIONS = {
    "addLoyaltyPoints", "addLoyaltyPointsPerItem", "deductLoyaltyPoints", "loyaltyBalance", "loyaltyTier",
    "isLoyaltyMember", "loyaltyCardValid", "loyaltyCardRegistered", "cardBalance", "extendLoyaltyPointsExpiryDate",
    "setLoyaltyPointsExpiryDate",
}  # fmt: skip


def build_case_program(case: Case) -> Program:
    """The campaigns of a case, numbered from 1 in their order."""
    return build_program(
        _application(case.context),
        [_campaign(data, number, case.context) for number, data in enumerate(case.campaigns, 1)],
        filters=case.context.get("applicationFilters"),
    )


def _application(context: Mapping[str, Any]) -> ApplicationFacts:
    settings = context.get("application") or {}
    timezone = settings.get("timezone") or context.get("timezone") or DEFAULT_TIMEZONE
    chosen = {field: settings[key] for key, field in _APPLICATION_KEYS.items() if key in settings}
    return ApplicationFacts(id=1, account_id=1, timezone=timezone, zone=find_zone(timezone), **chosen)


def _campaign(data: Mapping[str, Any], number: int, context: Mapping[str, Any]) -> CampaignFacts:
    limits = [*(data.get("limits") or []), *_context_limits(context, number)]
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


def read_limit(data: Mapping[str, Any]) -> LimitFacts:
    """A LimitConfig."""
    return LimitFacts(
        action=data["action"],
        limit=Decimal(data["limit"]),
        period=data.get("period"),
        entities=tuple(data.get("entities") or ()),
    )


def build_case_snapshot(case: Case) -> Snapshot:
    """The facts of a case."""
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
        coupons=_coupons(case),
        referral=_referral(case, now),
        additional_cost_ids={
            name: int(number) for name, number in (context.get("additionalCosts") or {}).items()
        },
        collections={
            name: frozenset(members) for name, members in (context.get("collections") or {}).items()
        },
        value_maps=_value_maps(case),
        giveaway_pools=_pools(context),
        custom_effects=_custom_effects(context),
        webhooks={int(key): _name(value, key) for key, value in (context.get("webhooks") or {}).items()},
        advocate_audiences=_audiences(context, "Advocate"),
        joined_audiences=_audiences(context, "Joined"),
        left_audiences=_audiences(context, "Left"),
        achievements=_achievements(context),
        loyalty=_loyalty(case),
        wants=Wants(failures=True),
    )
    snapshot.counters = _counters(case, snapshot, _application(context).zone)
    return snapshot


def read_time(text: Any) -> datetime | None:
    """A time given as RFC 3339 text, or None."""
    return parse_rfc3339(text) if isinstance(text, str) else None


def read_attributes(data: Any) -> dict[str, Any]:
    """Attributes with their values in the language."""
    return {name: language_value(value) for name, value in (data or {}).items()}


def _profile(case: Case, now: datetime) -> ProfileFacts | None:
    data = case.context.get("profile") or {}
    integration_id = case.session.get("profileId", data.get("integrationId", DEFAULT_PROFILE))
    if not integration_id:
        return None
    return ProfileFacts(
        id=1,
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


def _coupons(case: Case) -> dict[str, CouponFacts | None]:
    sensitivity = (case.context.get("application") or {}).get("caseSensitivity", "sensitive")

    def fold(code: str) -> str:
        folds = {"insensitive-uppercase": code.upper(), "insensitive-lowercase": code.lower()}
        return folds.get(sensitivity, code)

    known = {
        fold(data["code"]): _coupon(data, number)
        for number, campaign in enumerate(case.campaigns, 1)
        for data in campaign.get("coupons") or []
    }
    return {code: known.get(fold(code)) for code in case.session.get("couponCodes") or []}


def _coupon(data: Mapping[str, Any], campaign_id: int) -> CouponFacts:
    limit = data.get("discountLimit")
    return CouponFacts(
        id=int(data["id"]),
        campaign_id=campaign_id,
        value=data["code"],
        usage_limit=int(data.get("usageLimit", 0)),
        usage_counter=int(data.get("usageCounter", 0)),
        discount_limit=None if limit is None else Decimal(limit),
        discount_counter=Decimal(data.get("discountCounter", 0)),
        reservation_limit=data.get("reservationLimit"),
        reservation_counter=int(data.get("reservationCounter", 0)),
        start_date=read_time(data.get("startDate")),
        expiry_date=read_time(data.get("expiryDate")),
        recipient_integration_id=data.get("recipientIntegrationId"),
        batch_id=data.get("batchId"),
        attributes=read_attributes(data.get("attributes")),
        limits=tuple(read_limit(each) for each in data.get("limits") or ()),
        is_reservation_mandatory=bool(data.get("isReservationMandatory")),
        is_implicitly_reserved=bool(data.get("implicitlyReserved")),
        has_reservation=bool(data.get("isReserved")),
    )


def _referral(case: Case, now: datetime) -> ReferralFacts | None:
    code = case.session.get("referralCode")
    for number, data in enumerate(case.context.get("referrals") or [], 1):
        if data["code"] == code:
            return _read_referral(data, number, now)
    return None


def _read_referral(data: Mapping[str, Any], number: int, now: datetime) -> ReferralFacts:
    advocate = data.get("advocate")
    profile = None
    if advocate:
        attributes = read_attributes(data.get("advocateAttributes"))
        profile = ProfileFacts(id=1000, integration_id=advocate, attributes=attributes, created=now)
    return ReferralFacts(
        id=int(data.get("id", number)),
        campaign_id=int(data.get("campaign", 0)) + 1,
        code=data["code"],
        usage_limit=int(data.get("usageLimit", 0)),
        usage_counter=int(data.get("usageCounter", 0)),
        start_date=read_time(data.get("startDate")),
        expiry_date=read_time(data.get("expiryDate")),
        advocate_integration_id=advocate or "",
        friend_integration_id=data.get("friend"),
        attributes=read_attributes(data.get("attributes")),
        advocate=profile,
        is_already_referred=bool(data.get("isAlreadyReferred")),
    )


def _counters(case: Case, bare: Snapshot, zone: tzinfo) -> dict[CounterKey, Decimal]:
    """What budgets have used: ``counter`` beside a limit, for every counter that the limit means here."""
    used: dict[CounterKey, Decimal] = {}
    for number, data in enumerate(case.campaigns, 1):
        limits = [*(data.get("limits") or []), *_context_limits(case.context, number)]
        found = [coupon for coupon in bare.coupons.values() if coupon and coupon.campaign_id == number]
        coupons: list[CouponFacts | None] = [replace(coupon, limits=()) for coupon in found] or [None]
        for limit in limits:
            facts = read_limit(limit)
            for coupon in coupons:
                holder = Holder(number, {facts.action: (facts,)}, coupon, bare.referral)
                for counter in counters(holder, facts.action, bare, zone):
                    if counter.key is not None:
                        used[counter.key] = Decimal(limit.get("counter", 0))
    return used


def _context_limits(context: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """``discountBudget`` of the context is a budget of the first campaign."""
    budget = context.get("discountBudget")
    return [] if budget is None or number != 1 else [{"action": "setDiscount", **budget}]


def _value_maps(case: Case) -> dict[str, Mapping[str, Any]]:
    values = case.context.get("valueMap")
    if values is None:
        return {}
    mapped = {sku: language_value(value) for sku, value in values.items()}
    names = {str(call[2]) for call in _calls(case.campaigns) if call[0] == "valueMapItems" and len(call) > 2}
    return dict.fromkeys(["", *sorted(names)], mapped)


def _pools(context: Mapping[str, Any]) -> dict[int, GiveawayPoolFacts]:
    pools = {}
    for key, data in (context.get("giveaways") or {}).items():
        free = [(int(number), code) for number, code in data.get("codes") or []]
        pools[int(key)] = GiveawayPoolFacts(id=int(key), name=data["name"], free=free)
    return pools


def _custom_effects(context: Mapping[str, Any]) -> dict[int, CustomEffectFacts]:
    effects = {}
    for key, data in (context.get("customEffects") or {}).items():
        payload = data.get("payload") if isinstance(data, Mapping) else None
        if payload is not None and not isinstance(payload, str):
            payload = encode(payload).decode()
        effects[int(key)] = CustomEffectFacts(id=int(key), name=_name(data, key), payload=payload or "")
    return effects


def _name(data: Any, key: str) -> str:
    return str(data.get("name", key)) if isinstance(data, Mapping) else str(data)


def _achievements(context: Mapping[str, Any]) -> dict[str, AchievementFacts]:
    found = {}
    for key, data in (context.get("achievements") or {}).items():
        value, target = Decimal(data.get("value", 0)), Decimal(data["target"])
        state = "completed" if value >= target else "inProgress" if value else "notStarted"
        name = data.get("name", key)
        found[name] = AchievementFacts(
            id=int(key),
            name=name,
            target=target,
            value=value,
            state=data.get("state", state),
            tracker_id=data.get("tracker"),
            ends_at=read_time(data.get("endDate")),
        )
    return found


def _loyalty(case: Case) -> dict[str, LoyaltyProgramFacts]:
    """The programs of the context, and those that rules name, which have no members then."""
    given = case.context.get("loyalty") or {}
    named = {
        str(call[1]) for call in _calls(case.campaigns) if call[0] in _PROGRAM_FUNCTIONS and len(call) > 1
    }
    programs = {}
    for number, key in enumerate(sorted({*given, *named}), 1_000):
        data = given.get(key) or {}
        balances = {name: value for name, value in data.items() if isinstance(value, Mapping)}
        programs[key] = LoyaltyProgramFacts(
            id=int(key) if key.isdigit() else number,
            name=key,
            is_member=bool(data),
            subledgers={name: _balance(value) for name, value in balances.items()},
            card_identifier=data.get("card"),
            is_card_based="card" in data,
            is_card_registered=bool(data.get("cardRegistered")),
        )
    return programs


def _balance(data: Mapping[str, Any]) -> LoyaltyBalanceFacts:
    return LoyaltyBalanceFacts(
        current=Decimal(data.get("current", ZERO)),
        pending=Decimal(data.get("pending", ZERO)),
        negative=Decimal(data.get("negative", ZERO)),
        tier=data.get("tier"),
    )


def _calls(data: Any) -> Iterator[list[Any]]:
    if isinstance(data, Mapping):
        for value in data.values():
            yield from _calls(value)
    elif isinstance(data, list):
        if data and isinstance(data[0], str):
            yield data
        for value in data:
            yield from _calls(value)
