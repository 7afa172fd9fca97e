"""The members that scenarios and stories may have: whatever else stands there is a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import CHECK_ERRORS_MAX

_ABOUT = {"title", "description", "source", "verdict", "checkedBy", "differences"}
_DOCUMENT = {"campaigns", "context", "cases", "steps", *_ABOUT}
_CASE = {"name", "description", "session", "context", "expected", "failures", "expectedTotals"}
_CAMPAIGN = {
    "id", "name", "description", "state", "type", "startTime", "endTime", "tags", "features", "attributes", "limits",
    "coupons", "group", "ruleset", "reevaluateOnReturn",
}  # fmt: skip
_RULESET = {"rules", "bindings", "strikethroughRules", "rbVersion", "activate"}
_RULE = {"id", "parentId", "title", "description", "condition", "effects", "bindings"}
_BINDING = {"name", "type", "expression", "valueType", "minValue", "maxValue", "attributeId", "description"}
_LIMIT = {"action", "limit", "period", "entities", "counter"}
_COUPON = {
    "id", "code", "usageLimit", "usageCounter", "discountLimit", "discountCounter", "reservationLimit",
    "reservationCounter", "startDate", "expiryDate", "recipientIntegrationId", "batchId", "attributes", "limits",
    "isReservationMandatory", "implicitlyReserved", "isReserved",
}  # fmt: skip
_SESSION = {
    "integrationId", "profileId", "storeIntegrationId", "evaluableCampaignIds", "couponCodes", "referralCode",
    "loyaltyCards", "state", "cartItems", "additionalCosts", "identifiers", "attributes", "experimentVariantAllocations",
}  # fmt: skip
_ITEM = {
    "name", "sku", "quantity", "returnedQuantity", "remainingQuantity", "price", "category", "product", "weight",
    "height", "width", "length", "position", "attributes", "additionalCosts", "catalogItemID", "masterId",
    "selectedPriceType", "adjustmentReferenceId",
}  # fmt: skip
_COST = {"price"}
_CONTEXT = {
    "now", "timezone", "application", "applicationFilters", "profile", "referrals", "stores", "additionalCosts",
    "discountBudget", "collections", "valueMap", "giveaways", "customEffects", "webhooks", "audiences", "achievements",
    "loyalty", "eventType", "eventAttributes", "groups",
}  # fmt: skip
_APPLICATION = {
    "name", "timezone", "currency", "cascading", "flattened", "partial", "capped", "defaultDiscountScope",
    "defaultItemScope", "defaultDiscountAdditionalCostPerItemScope", "caseSensitivity", "attributes",
}  # fmt: skip
_PROFILE = {
    "integrationId", "attributes", "closedSessions", "totalSales", "created", "lastActivity", "audiences",
}  # fmt: skip
_REFERRAL = {
    "id", "campaign", "code", "advocate", "advocateIntegrationId", "advocateAttributes", "friend",
    "friendIntegrationId", "usageLimit", "usageCounter", "startDate", "expiryDate", "attributes", "isAlreadyReferred",
}  # fmt: skip
_STORE = {"name", "attributes"}
_GROUP = {"mode", "scope", "parent"}
_EFFECT = {"effectType", "props"}
_FAILURE = {"campaign", "ruleIndex", "conditionIndex", "effectIndex", "coupon", "details"}
_TOTALS = {"discount", "payable"}


def require_known_members(document: Mapping[str, Any]) -> None:
    """Refuse a scenario or story with members that nothing reads.

    Raises:
        InvalidError: with a pointer to each, and the nearest right name.
    """
    problems = list(_document(document))
    if problems:
        raise InvalidError(*problems[:CHECK_ERRORS_MAX])


def _document(document: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _known(document, "", _DOCUMENT)
    for at, campaign in _each(document.get("campaigns"), "/campaigns"):
        yield from _campaign(campaign, at)
    yield from _context(document.get("context"), "/context")
    for at, case in _each(document.get("cases"), "/cases"):
        yield from _known(case, at, _CASE)
        yield from _context(case.get("context"), f"{at}/context")
        yield from _session(case.get("session"), f"{at}/session")
        yield from _expected(case, at)
        yield from _known(case.get("expectedTotals"), f"{at}/expectedTotals", _TOTALS)
    for at, step in _each(document.get("steps"), "/steps"):
        yield from _session(step.get("update"), f"{at}/update")
        yield from _expected(step, at)


def _campaign(campaign: Mapping[str, Any], at: str) -> Iterator[Problem]:
    yield from _known(campaign, at, _CAMPAIGN)
    yield from _all(campaign.get("limits"), f"{at}/limits", _LIMIT)
    yield from _all(campaign.get("coupons"), f"{at}/coupons", _COUPON)
    ruleset = campaign.get("ruleset")
    if not isinstance(ruleset, Mapping):
        return
    yield from _known(ruleset, f"{at}/ruleset", _RULESET)
    yield from _all(ruleset.get("bindings"), f"{at}/ruleset/bindings", _BINDING)
    yield from _all(ruleset.get("rules"), f"{at}/ruleset/rules", _RULE)


def _context(context: Any, at: str) -> Iterator[Problem]:
    if not isinstance(context, Mapping):
        return
    yield from _known(context, at, _CONTEXT)
    yield from _known(context.get("application"), f"{at}/application", _APPLICATION)
    yield from _known(context.get("profile"), f"{at}/profile", _PROFILE)
    yield from _all(context.get("referrals"), f"{at}/referrals", _REFERRAL)
    yield from _all(context.get("stores"), f"{at}/stores", _STORE)
    yield from _all(context.get("groups"), f"{at}/groups", _GROUP)


def _session(session: Any, at: str) -> Iterator[Problem]:
    if not isinstance(session, Mapping):
        return
    yield from _known(session, at, _SESSION)
    yield from _all(session.get("additionalCosts"), f"{at}/additionalCosts", _COST)
    for place, item in _each(session.get("cartItems"), f"{at}/cartItems"):
        yield from _known(item, place, _ITEM)
        yield from _all(item.get("additionalCosts"), f"{place}/additionalCosts", _COST)


def _expected(holder: Mapping[str, Any], at: str) -> Iterator[Problem]:
    yield from _all(holder.get("expected"), f"{at}/expected", _EFFECT)
    yield from _all(holder.get("failures"), f"{at}/failures", _FAILURE)


def _all(values: Any, at: str, known: set[str]) -> Iterator[Problem]:
    for place, value in _each(values, at):
        yield from _known(value, place, known)


def _each(values: Any, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects of a list, or those below the names of an object, with their pointers."""
    pairs: Iterable[tuple[Any, Any]] = (
        values.items() if isinstance(values, Mapping) else enumerate(values or ())
    )
    return ((f"{at}/{name}", value) for name, value in pairs if isinstance(value, Mapping))


def _known(value: Any, at: str, known: set[str]) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        return
    for name in value:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there may be {', '.join(sorted(known))}"
            yield Problem(
                title="unknown member", details=f"there is no `{name}` here; {hint}", pointer=f"{at}/{name}"
            )
