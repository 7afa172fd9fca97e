"""From the answer of the server to what the model foretells of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from tests.attack.history import Answer
from tests.attack.offer import MOOD, POINTS, PRICE
from tests.attack.operations import Look, Operation, Recall, Return, Track

_DISCOUNTS = ("setDiscount", "setDiscountPerItem")
#: Effects beside discounts, and the actions of the budgets that they count for.
_EXTRAS = {
    "addFreeItem": "addFreeItemEffect",
    "customEffect": "customEffect",
    "triggerWebhook": "callApi",
    "updateAttribute": "points",
}


def read(operation: Operation, status: int, body: bytes) -> Answer:
    """What an answer tells."""
    if status >= 300:
        return Answer(status=status, problem=_problem(operation, status, body))
    content = msgspec.json.decode(body) if body else {}
    if isinstance(operation, Recall):
        return Answer(status=status)
    effects = [(effect["effectType"], effect["props"]) for effect in content.get("effects", ())]
    found = _effects(effects, has_codes=not isinstance(operation, Look))
    session = content.get("customerSession")
    if session is not None:
        found |= _session(session)
    if (profile := content.get("customerProfile")) is not None:
        found |= {"closed": profile["closedSessions"], "sales": _whole(profile["totalSales"]),
                  "attributes": _attributes(profile["attributes"])}  # fmt: skip
    return Answer(status=status, **found)


def _problem(operation: Operation, status: int, body: bytes) -> str:
    """The sentence, where the model knows it; others are told in more words than matter."""
    message = str(msgspec.json.decode(body).get("message", "")) if body else ""
    if status == 404:
        return ""
    if isinstance(operation, Track) and "Too many" not in message:
        return {409: "the name is taken", 400: "the session is not closed"}.get(status, message)
    if isinstance(operation, Return) and not message.startswith("Cannot move"):
        return "units" if status == 400 else message
    return message


def _session(session: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": session["state"],
        "updates": session["updateCount"],
        "units": _whole(session["total"]) // PRICE,
        "codes": tuple(session.get("couponCodes") or ()),
        "is_first": session["firstSession"],
    }


def _attributes(values: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """The attributes of a customer that the attack knows."""
    return tuple((name, _whole(values[name])) for name in (MOOD, POINTS) if values.get(name) is not None)


def _effects(effects: list[tuple[str, dict[str, Any]]], *, has_codes: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "discount": sum(_whole(props["value"]) for kind, props in effects if kind in _DISCOUNTS)
    }
    if not has_codes:
        return found
    named = [(kind, props) for kind, props in effects if kind not in _DISCOUNTS]
    extras = Counter(_EXTRAS[kind] for kind, _ in named if kind in _EXTRAS)
    return found | {
        "accepted": _values(named, "acceptCoupon", "acceptReferral"),
        "refused": tuple(
            sorted(
                (props["value"], props["rejectionReason"])
                for kind, props in named
                if kind in ("rejectCoupon", "rejectReferral")
            )
        ),
        "reserved": tuple(
            (props["couponValue"], props["isNewReservation"])
            for kind, props in named
            if kind == "reserveCoupon"
        ),
        "created": _values(named, "couponCreated"),
        "rolled_back": _values(named, "rollbackCoupon", "rollbackReferral"),
        "extras": tuple(sorted(extras.items())),
        "taken_back": sum(_whole(props["value"]) for kind, props in named if kind == "rollbackDiscount"),
    }


def _values(effects: list[tuple[str, dict[str, Any]]], *kinds: str) -> tuple[str, ...]:
    return tuple(sorted(props["value"] for kind, props in effects if kind in kinds))


def _whole(number: float) -> int:
    """Amounts of the attack are whole; another one is a defect."""
    assert number == int(number), f"{number} is no whole amount"
    return int(number)
