"""Carts and answers of recipes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from tercel.base.numbers import tidy
from tercel.language.printer import sentence
from tercel.rules.reader import read_leniently
from tercel.rules.sentences import rule_sentence

_SETTINGS = {
    "cascading": "cascading discounts",
    "partial": "partial discounts",
    "capped": "capped discounts",
}


_TIMES = "\N{MULTIPLICATION SIGN}"


def amount(value: Any) -> str:
    return f"{tidy(Decimal(str(value))):f}"


def told_surroundings(context: Mapping[str, Any]) -> list[str]:
    """What a recipe takes for given, one sentence each."""
    told = [_application(context)]
    for name, group in (context.get("groups") or {}).items():
        scope = group.get("scope", "session")
        told.append(f"The group “{name}” has the mode `{group['mode']}` and the scope `{scope}`.")
    told += [
        f"`{referral['code']}` is the referral code of {referral['advocate']}."
        for referral in context.get("referrals") or []
    ]
    if "discountBudget" in context:
        budget = context["discountBudget"]
        told.append(f"Of the campaign's {budget['limit']}, {budget['counter']} are given.")
    return [text for text in told if text]


def _application(context: Mapping[str, Any]) -> str:
    application = context.get("application") or {}
    wanted = [name for key, name in _SETTINGS.items() if application.get(key)]
    wanted += [f"the currency {application['currency']}"] if "currency" in application else []
    zone = application.get("timezone") or context.get("timezone")
    wanted += [f"the time zone {zone}"] if zone else []
    return f"Settings of the application: {', '.join(wanted)}." if wanted else ""


def told_campaign(campaign: Mapping[str, Any]) -> str:
    """What a campaign has beside its rules and limits; empty when nothing."""
    told = [f"in the group “{campaign['group']}”"] if "group" in campaign else []
    told += [f"of type `{campaign['type']}`"] if "type" in campaign else []
    told += [f"from {campaign['startTime']} until {campaign['endTime']}"] if "startTime" in campaign else []
    told += ["which asks to be evaluated on returns"] if campaign.get("reevaluateOnReturn") else []
    codes = [_coupon(coupon) for coupon in campaign.get("coupons") or []]
    told += [f"with {'the code' if len(codes) == 1 else 'the codes'} {', '.join(codes)}"] if codes else []
    name = f"The campaign “{campaign['name']}”" if "name" in campaign else "A campaign"
    return f"{name} {', '.join(told)}" if told else name if "name" in campaign else ""


def _coupon(coupon: Mapping[str, Any]) -> str:
    rest = {
        name: value
        for name, value in coupon.items()
        if name not in ("id", "code", "attributes") and value != 0
    }
    notes = [f"{name} {_value(value)}" for name, value in rest.items()] + _attributes(coupon)
    return f"`{coupon['code']}`" + (f" ({', '.join(notes)})" if notes else "")


def told_rules(ruleset: Any) -> Iterator[str]:
    """Bindings and rules in the words of the printer."""
    read, _ = read_leniently(ruleset)
    for binding in read.bindings:
        yield f"**{binding.name}:** {sentence(binding.expression)}."
    for rule in read.rules:
        yield f"**{rule.title}:** {rule_sentence(rule)}"


def told_cart(session: Mapping[str, Any], context: Mapping[str, Any], now: str | None = None) -> str:
    """A session as a customer would describe it."""
    parts = [_line(line) for line in session.get("cartItems") or []]
    parts += [
        f"{name} {amount(cost['price'])}" for name, cost in (session.get("additionalCosts") or {}).items()
    ]
    parts += [f"code `{code}`" for code in session.get("couponCodes") or []]
    if session.get("referralCode"):
        parts.append(f"referral `{session['referralCode']}`")
    if session.get("storeIntegrationId"):
        parts.append(f"store `{session['storeIntegrationId']}`")
    parts += _attributes(session)
    profile = context.get("profile") or {}
    if profile.get("closedSessions"):
        parts.append(f"orders before: {profile['closedSessions']}")
    parts += [f"customer's {text}" for text in _attributes(profile)]
    if session.get("state", "open") != "open":
        parts.append(f"*{session['state']}*")
    moment = now or context.get("now")
    return "; ".join([*parts, *([f"at {moment}"] if moment else [])])


def told_return(items: list[Mapping[str, Any]]) -> str:
    """What comes back."""
    return "; ".join(f"{item['quantity']} {_TIMES} {item['sku']} returned" for item in items)


def _line(line: Mapping[str, Any]) -> str:
    notes = [line["category"]] if "category" in line else []
    notes += [f"{name} {amount(cost['price'])}" for name, cost in (line.get("additionalCosts") or {}).items()]
    notes += _attributes(line)
    text = f"{line['quantity']} {_TIMES} {line['sku']} at {amount(line['price'])}"
    return f"{text} ({', '.join(notes)})" if notes else text


def _attributes(holder: Mapping[str, Any]) -> list[str]:
    return [f"{name} {_value(value)}" for name, value in (holder.get("attributes") or {}).items()]


def _value(value: Any) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else amount(value) if _is_number(value) else str(value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal)


def told_effects(effects: list[Mapping[str, Any]], lines: list[Mapping[str, Any]]) -> str:
    """The effects of an answer, equal ones on units of a line counted together."""
    texts = [_effect(effect["effectType"], effect["props"], lines) for effect in effects]
    counted = [(text, len(list(same))) for text, same in groupby(texts)]
    return "; ".join(text if count == 1 else f"{count} times {text}" for text, count in counted) or "nothing"


def _effect(kind: str, props: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> str:
    value = amount(props["value"]) if _is_number(props.get("value")) else props.get("value")
    match kind:
        case "setDiscount":
            return f"**{value} off**"
        case "setDiscountPerItem":
            return f"**{value} off** {_sku(props['position'], lines)}"
        case "setDiscountPerAdditionalCost":
            return f"**{value} off** the {props['additionalCost']}"
        case "setDiscountPerAdditionalCostPerItem":
            return f"**{value} off** the {props['additionalCost']} of {_sku(props['position'], lines)}"
        case "acceptCoupon" | "acceptReferral":
            return f"`{value}` accepted"
        case "rejectCoupon" | "rejectReferral":
            return f"`{value}` refused: {props['rejectionReason']}"
        case "addFreeItem":
            return f"{props['sku']} for free"
        case "couponCreated":
            return f"a code for {props['profileId']}"
        case "updateAttribute":
            return f"{props['path']} becomes {_value(props['value'])}"
        case "showNotification":
            return f"the message “{props['title']}”"
        case "willAwardGiveaway":
            return f"a promise from {props['poolName']}"
        case "awardGiveaway":
            return f"`{props['code']}` from {props['poolName']}"
        case "rollbackDiscount":
            where = f" of {_sku(props['cartItemPosition'], lines)}" if "cartItemPosition" in props else ""
            return f"discount of {value}{where} taken back"
        case "rollbackCoupon":
            return f"`{value}` given back"
    raise AssertionError(f"say in words what {kind} is")


def _sku(position: Any, lines: list[Mapping[str, Any]]) -> str:
    return str(lines[int(position)]["sku"])
