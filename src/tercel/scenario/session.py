"""The session of a case, as sent, into facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.keys import clean_code
from tercel.evaluation.snapshot import CartLine, ProfileFacts, SessionFacts
from tercel.language.values.kinds import Location
from tercel.language.values.times import parse_rfc3339
from tercel.scenario.cases import Case


def read_session(case: Case, profile: ProfileFacts | None, now: datetime) -> SessionFacts:
    """Return the session of a case, newly created."""
    data = case.session
    return SessionFacts(
        integration_id=data.get("integrationId", "session-1"),
        state=data.get("state", "open"),
        id=1,
        created=now,
        updated=now,
        lines=[read_line(line) for line in data.get("cartItems") or []],
        coupon_codes=[clean_code(code) for code in data.get("couponCodes") or []],
        referral_code=clean_code(data["referralCode"]) if data.get("referralCode") else None,
        loyalty_cards=list(data.get("loyaltyCards") or []),
        identifiers=list(data.get("identifiers") or []),
        additional_costs=read_costs(data.get("additionalCosts")),
        attributes=read_attributes(data.get("attributes")),
        is_first=profile is None or profile.closed_sessions == 0,
    )


def read_line(data: Mapping[str, Any]) -> CartLine:
    """Read a cart item as sent."""
    product = data.get("product")
    return CartLine(
        sku=data["sku"],
        quantity=int(data.get("quantity", 1)),
        price=Decimal(data.get("price", 0)),
        name=data.get("name"),
        category=data.get("category"),
        product=product.get("name") if isinstance(product, Mapping) else product,
        returned_quantity=int(data.get("returnedQuantity", 0)),
        weight=_number(data.get("weight")),
        height=_number(data.get("height")),
        width=_number(data.get("width")),
        length=_number(data.get("length")),
        attributes=read_attributes(data.get("attributes")),
        additional_costs=read_costs(data.get("additionalCosts")),
    )


def read_costs(data: Any) -> dict[str, Decimal]:
    """Additional costs by name."""
    return {name: Decimal(cost["price"]) for name, cost in (data or {}).items()}


def language_value(value: Any) -> Any:
    """JSON data as a value of the language: numbers are decimal, a latitude with a longitude is a place."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, list):
        return [language_value(each) for each in value]
    keys = ("lat", "lon") if "lat" in value else ("latitude", "longitude")
    if set(value) == set(keys):
        return Location(Decimal(value[keys[0]]), Decimal(value[keys[1]]))
    return {name: language_value(each) for name, each in value.items()}


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def read_time(text: Any) -> datetime | None:
    """Return the time that an RFC 3339 text writes; None for anything but a text."""
    return parse_rfc3339(text) if isinstance(text, str) else None


def read_attributes(data: Any) -> dict[str, Any]:
    """Attributes with their values in the language."""
    return {name: language_value(value) for name, value in (data or {}).items()}
