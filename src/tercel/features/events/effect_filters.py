"""Events by what their effects say: a code, a rule, a campaign, a kind of effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB, TEXT

from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.sessions import events
from tercel.features.events.model import EventFilter


def effect_conditions(filters: EventFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions on ``events``; each asks for one effect, not all for the same."""
    if filters.coupon_code:
        yield _has_code("coupon", filters.coupon_code)
    if filters.referral_code:
        yield _has_code("referral", filters.referral_code)
    if filters.effect_type:
        wanted = [{"effectType": filters.effect_type}]
        yield events.c.effects.contains(cast(wanted, JSONB))
    if filters.rule_query:
        term = filters.rule_query
        yield _has_effect(lambda effect: effect["ruleName"].astext.icontains(term, autoescape=True))
    if filters.campaign_query:
        named = select(cast(campaigns.c.id, TEXT)).where(
            campaigns.c.application_id == events.c.application_id,
            campaigns.c.name.icontains(filters.campaign_query, autoescape=True),
        )
        yield _has_effect(lambda effect: effect["campaignId"].astext.in_(named))


def _has_effect(condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    effect: Any = func.jsonb_array_elements(events.c.effects, type_=JSONB).column_valued("effect")
    return exists(select(effect).where(condition(effect)))


def _has_code(kind: str, code: str) -> ColumnElement[bool]:
    """Effects about coupons have the code as their value or couponValue, and their types are named after it: acceptCoupon,
    couponCreated. The code may be stored folded."""
    cases = {code, code.upper(), code.lower()}

    def has_code(effect: Any) -> ColumnElement[bool]:
        props = effect["props"]
        shown = func.coalesce(props["value"].astext, props["couponValue"].astext)
        return and_(effect["effectType"].astext.icontains(kind), shown.in_(cases))

    return _has_effect(has_code)
