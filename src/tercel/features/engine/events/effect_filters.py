"""Events by what their effects say: a code, a rule, a campaign, a kind of effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB, TEXT

from tercel.base.keys import code_forms
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.sessions import events


def has_coupon(code: str) -> ColumnElement[bool]:
    """Return the condition that an effect is about this coupon."""
    return _has_code("coupon", code)


def has_referral(code: str) -> ColumnElement[bool]:
    """Return the condition that an effect is about this referral."""
    return _has_code("referral", code)


def has_type(effect_type: str) -> ColumnElement[bool]:
    """Return the condition that an effect is of this type."""
    return cast(events.c.effects, JSONB).contains(cast([{"effectType": effect_type}], JSONB))


def has_rule(term: str) -> ColumnElement[bool]:
    """Return the condition that an effect comes from a rule with this in its name."""
    return _has_effect(lambda effect: effect["ruleName"].astext.icontains(term, autoescape=True))


def has_campaign(term: str) -> ColumnElement[bool]:
    """Return the condition that an effect comes from a campaign with this in its name."""
    named = select(cast(campaigns.c.id, TEXT)).where(
        campaigns.c.application_id == events.c.application_id,
        campaigns.c.name.icontains(term, autoescape=True),
    )
    return _has_effect(lambda effect: effect["campaignId"].astext.in_(named))


def _has_effect(condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    effect: Any = func.jsonb_array_elements(cast(events.c.effects, JSONB), type_=JSONB).column_valued(
        "effect"
    )
    return exists(select(effect).where(condition(effect)))


def _has_code(kind: str, code: str) -> ColumnElement[bool]:
    """Effects about coupons have the code as their value or couponValue, and their types are named after it: acceptCoupon,
    couponCreated. The code may be stored folded."""
    forms = code_forms(code)

    def has_code(effect: Any) -> ColumnElement[bool]:
        props = effect["props"]
        shown = func.coalesce(props["value"].astext, props["couponValue"].astext)
        return and_(effect["effectType"].astext.icontains(kind), shown.in_(forms))

    return _has_effect(has_code)
