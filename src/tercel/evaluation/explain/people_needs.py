"""Needs of customer and attributes: who the customer must be, and which values attributes must have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.numbers import tidy
from tercel.evaluation.explain.fixed import is_fixed
from tercel.evaluation.explain.site import Site, path_of, quiet
from tercel.evaluation.explanation import Need
from tercel.language.errors import TalangError
from tercel.language.printer import sentence
from tercel.language.tree import Call, Literal, Node, Read

_ID_MAX = 2**63 - 1
_AUDIENCES = {"isAudienceMember", "audienceJustJoined", "audienceJustLeft"}
_STORES = {("store", "integrationid"), ("session", "storeintegrationid")}


def people_need(site: Site, node: Node) -> Need | None:
    """Return the customer or attribute that makes a failing condition true, or None when it is not known."""
    if site.snapshot.profile is None and any(
        _asks_for_profile(site, part) for part in site.everything_in(node)
    ):
        return Need(kind="profile", sentence=f"identify the customer: {sentence(quiet(node))}")
    match node:
        case Call(
            name="isAudienceMember",
            arguments=(Literal(value="Current"), Literal(value=Decimal() as audience)),
        ):
            is_id = audience == audience.to_integral_value() and abs(audience) <= _ID_MAX
            return Need(kind="profile", sentence=sentence(node), audience_id=int(audience)) if is_id else None
        case Call(name="=", arguments=(left, right)):
            return _attribute(site, node, left, right) or _attribute(site, node, right, left)
        case Call(name="oneOf", arguments=(subject, values)):
            return _attribute(site, node, subject, values)
        case Call(name="isSet", arguments=(subject,)):
            return _attribute(site, node, subject, None)
        case Read():
            return _attribute(site, node, node, Literal(True))
    return None


def _asks_for_profile(site: Site, part: Node) -> bool:
    if isinstance(part, Call) and part.name in _AUDIENCES:
        return bool(part.arguments) and part.arguments[0] == Literal("Current")
    return site.is_global(part, "Profile")


def _attribute(site: Site, node: Node, subject: Node, wanted: Node | None) -> Need | None:
    """Return the need for an attribute to have one of some values that the cart does not decide."""
    place = _place(site, site.look(subject))
    if place is None or (wanted is not None and not is_fixed(site, wanted)):
        return None
    values: list[Any] = []
    if wanted is not None:
        try:
            value = site.value(wanted)
        except TalangError:
            return None
        values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | bool | Decimal | datetime) for each in values):
        return None
    shown = [tidy(each) if isinstance(each, Decimal) else each for each in values]
    shown = [each.isoformat() if isinstance(each, datetime) else each for each in shown]
    return Need(kind="attribute", sentence=sentence(node), entity=place[0], attribute=place[1], values=shown)


def _place(site: Site, subject: Node) -> tuple[str, str] | None:
    """Return entity and name of an attribute that a request or the shop can set."""
    for entity in ("Session", "Profile", "Store"):
        names = path_of(subject)
        if not site.is_global(subject, entity):
            continue
        if len(names) == 3 and names[1].lower() == "attributes" and entity != "Store":
            return entity, names[2]
        if tuple(name.lower() for name in names) in _STORES:
            return "Store", "IntegrationId"
    return None
