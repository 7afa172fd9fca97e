"""An application of its own for each battle: the offer created, changed and counted through the Management API."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.attack.history import Answer
from tests.attack.offer import EVENT, NAME, OFF, POINTS, PRICE, Code, Limit, Offer, Referral
from tests.attack.operations import (
    CountBudget,
    CountCode,
    CountProfile,
    CountReferral,
    CountSent,
    CountStore,
    EditCampaign,
    EditStores,
    ExpireCode,
    LimitCode,
    Management,
)
from tests.attack.wire import Wire

#: Units of the cart, and who asks: the session, else the event by its name, else the customer.
_UNITS = ["*", [".", "Session", "Total"], 1 / PRICE]
_ASKER: list[Any] = ["catch", ["catch", [".", "Profile", "IntegrationId"], [".", "Event", "Attributes", NAME]],
                     [".", "Session", "IntegrationId"]]  # fmt: skip
#: How a rule knows a first order.
_FIRST: dict[str, list[Any]] = {
    "flag": [".", "Session", "FirstSession"],
    "closed": ["=", [".", "Profile", "ClosedSessions"], 0],
    "sales": ["=", [".", "Profile", "TotalSales"], 0],
}
_FAR_AWAY, _LONG_AGO = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
_numbers = itertools.count(1)


class Shop:
    """The application of one battle. ``key`` is for its clients."""

    def __init__(self, offer: Offer, management: Wire, sent: Callable[[int], Mapping[str, int]]) -> None:
        self.offer = offer
        self.key = ""
        self._management = management
        self._sent = sent
        self._id = 0
        self._path = ""
        self._campaign: dict[str, Any] = {}
        self._coupons: dict[str, dict[str, Any]] = {}
        self._stores: list[int] = []
        self._has_store_budget = False

    async def open(self) -> None:
        """Create everything."""
        offer, send = self.offer, self._management.json
        fields = {"name": f"Attack {next(_numbers)}", "timezone": "UTC", "currency": "EUR",
                  "enablePartialDiscounts": offer.is_partial}  # fmt: skip
        self._id = (await send("POST", "/v1/applications", fields))["id"]
        self._path = f"/v1/applications/{self._id}"
        key = {"title": "attack", "expires": _FAR_AWAY}
        self.key = (await send("POST", f"{self._path}/apikeys", key))["key"]
        stores = [await self._store(name) for name in offer.stores]
        self._campaign = await send("POST", f"{self._path}/campaigns", self._fields())
        campaign = self._campaign_path()
        rules = [*_rules(offer), *await self._extra_rules()]
        await send("POST", f"{campaign}/rulesets", {"rules": rules, "bindings": []})
        if offer.store_budget:
            self._stores = stores
            await self._edit_stores(offer.store_budget, self._management)
        for code in offer.codes:
            await self._coupon(code)
        for referral in offer.referrals:
            await self._refer(referral)

    async def manage(self, operation: Management, wire: Wire) -> Answer:
        """Do what a marketer does."""
        match operation:
            case LimitCode():
                await wire.json("PUT", self._coupon_path(operation.code), {"usageLimit": operation.limit})
                return Answer(status=200)
            case ExpireCode():
                fields = {"expiryDate": _LONG_AGO} if operation.is_expired else {}
                await wire.json("PUT", self._coupon_path(operation.code), fields)
                return Answer(status=200)
            case EditCampaign():
                most = operation.limit
                limits = [] if most is None else [_limit(limit, most) for limit in self.offer.limits]
                state = "enabled" if operation.is_running else "disabled"
                fields = {**self._fields(), "limits": limits, "state": state}
                await wire.json("PUT", self._campaign_path(), fields)
                return Answer(status=200)
            case EditStores():
                await self._edit_stores(operation.limit, wire)
                return Answer(status=200)
        counted = await self._count(operation, wire)
        return Answer(status=200, counted=tuple(sorted(counted.items())))

    async def _count(self, operation: Management, wire: Wire) -> dict[str, int]:
        get = wire.json
        match operation:
            case CountCode():
                path = f"{self._campaign_path()}/coupons/no_total?value={operation.code}&exactMatch=true"
                coupon = (await get("GET", path))["data"][0]
                names = {"uses": "usageCounter", "given": "discountCounter", "reserved": "reservationCounter"}
                wanted = {"uses"} | ({"given"} if "discountLimit" in coupon else set())
                wanted |= {"reserved"} if coupon.get("reservationLimit") else set()
                return {name: int(coupon[names[name]]) for name in wanted}
            case CountBudget():
                budgets = (await get("GET", self._campaign_path()))["budgets"]
                return _used(b for b in budgets if b["action"] == operation.action)
            case CountReferral():
                path = (
                    f"{self._path}/campaigns/{self._campaign['id']}/referrals/no_total?code={operation.code}"
                )
                return {"uses": int((await get("GET", path))["data"][0]["usageCounter"])}
            case CountStore():
                budgets = (await get("GET", f"{self._campaign_path()}/stores/budgets"))["data"]
                return _used(b for b in budgets if b["store"]["integrationId"] == operation.store)
            case CountSent():
                sent = await asyncio.to_thread(self._sent, self._id)
                return {"sent": sent.get(operation.name(), 0)}
            case CountProfile():
                return await self._count_profile(operation.profile, wire)
        raise AssertionError(operation)

    async def _count_profile(self, profile: str, wire: Wire) -> dict[str, int]:
        path = f"{self._path}/customers"
        found = (await wire.json("GET", f"{path}?integrationId={profile}"))["data"]
        counts = {
            limit.action: 0
            for limit in self.offer.limits
            if limit.entities == ("Profile",) and not limit.period
        }
        if not found:
            return {"closed": 0, "sales": 0, **counts}
        customer = found[0]
        for each in (await wire.json("GET", f"{path}/{customer['id']}/limit_counters"))["data"]:
            if each["action"] in counts and "couponId" not in each:
                counts[each["action"]] = int(each["counter"])
        return {"closed": customer["closedSessions"], "sales": int(customer["totalSales"]), **counts}

    async def _edit_stores(self, limit: int | None, wire: Wire) -> None:
        path = f"{self._campaign_path()}/stores/budgets"
        if limit is None:
            await wire.json("DELETE", path)
        else:
            budget = [{"storeId": store, "limit": limit} for store in self._stores]
            method = "PUT" if self._has_store_budget else "POST"
            await wire.json(method, path, {"action": "setDiscount", "storeLimits": budget})
        self._has_store_budget = limit is not None

    async def _extra_rules(self) -> list[dict[str, Any]]:
        """The rule of the extras, with the webhook and the custom effect that it uses."""
        offer = self.offer
        if not offer.extras:
            return []
        effects = [await self._extra(action) for action in offer.extras]
        when: list[Any] = ["and", True]
        if offer.extras_for == "events":
            when.append(["=", [".", "Event", "Type"], EVENT])
        if offer.extras_once_bought:
            when.append([">", [".", "Profile", "ClosedSessions"], 0])
        return [{"title": "extras", "condition": when, "effects": effects}]

    async def _extra(self, action: str) -> list[Any]:
        send, shared = self._management.json, {"applicationIds": [self._id], "enabled": True}
        title = f"Attack{self._id}"
        match action:
            case "addFreeItemEffect":
                return ["addFreeItem", "F", "free", _UNITS]
            case "customEffect":
                fields = {**shared, "name": title, "title": title, "payload": "{}", "params": []}
                return ["customEffect", (await send("POST", "/v1/custom_effects", fields))["id"]]
            case "callApi":
                named = {"type": "string", "title": "Named", "ui": {}}
                fields = {**shared, "title": title, "draft": False, "verb": "POST", "url": "https://shop.example",
                          "headers": [], "payload": "${$named}", "params": [named]}  # fmt: skip
                hook = (await send("POST", "/v1/webhooks", fields))["id"]
                return ["triggerWebhook", hook, ["kv", ["named", _ASKER]]]
            case "createCoupon":
                return ["createCoupon", ["kv"]]
            case "points":
                path = f"Profile.Attributes.{POINTS}"
                return [
                    "updateAttribute",
                    path,
                    ["+", ["catch", 0, [".", "Profile", "Attributes", POINTS]], 1],
                ]
        raise AssertionError(action)

    async def _store(self, name: str) -> int:
        store = {"name": name, "description": "", "integrationId": name}
        made: int = (await self._management.json("POST", f"{self._path}/stores", store))["id"]
        return made

    async def _coupon(self, code: Code) -> None:
        fields: dict[str, Any] = {"usageLimit": code.usage_limit, "numberOfCoupons": 1, "couponPattern": code.value,
                                  "validCharacters": ["A"]}  # fmt: skip
        if code.gift is not None:
            fields["discountLimit"] = code.gift
        if code.reservations:
            fields["reservationLimit"] = code.reservations
        if code.per_profile:
            fields["limits"] = [
                {"action": "redeemCoupon", "limit": code.per_profile, "entities": ["Profile"]}
            ]
        path = f"{self._campaign_path()}/coupons?silent=no"
        self._coupons[code.value] = (await self._management.json("POST", path, fields))["data"][0]

    async def _refer(self, referral: Referral) -> None:
        """Referrals are the business of the Integration API."""
        fields = {"campaignId": self._campaign["id"], "advocateProfileIntegrationIds": [f"{self.key[:9]} advocate"],
                  "usageLimit": referral.usage_limit, "referralPattern": referral.code,
                  "validCharacters": ["A"]}  # fmt: skip
        async with Wire(self._management.url, f"ApiKey-v1 {self.key}") as shop:
            await shop.json("POST", "/v1/referrals_for_multiple_advocates", fields)

    def _campaign_path(self) -> str:
        return f"{self._path}/campaigns/{self._campaign['id']}"

    def _coupon_path(self, code: str) -> str:
        return f"{self._campaign_path()}/coupons/{self._coupons[code]['id']}"

    def _fields(self) -> dict[str, Any]:
        return {"name": "Offer", "state": "enabled", "tags": [], "features": ["coupons", "referrals"], "reevaluateOnReturn": self.offer.reevaluates,
                "limits": [_limit(limit, limit.limit) for limit in self.offer.limits]}  # fmt: skip


def _used(budgets: Iterable[dict[str, Any]]) -> dict[str, int]:
    """What is used of the first budget; nothing is told when there is none."""
    first = next(iter(budgets), None)
    return {} if first is None else {"used": int(first["counter"])}


def _limit(limit: Limit, most: int) -> dict[str, Any]:
    fields = {"action": limit.action, "limit": most, "entities": list(limit.entities)}
    return {**fields, "period": limit.period} if limit.period else fields


def _rules(offer: Offer) -> list[dict[str, Any]]:
    """The rule of the discount, and the one that creates codes when nobody brings one."""
    discount: list[Any] = ["setDiscount", "off", ["*", [".", "Session", "Total"], OFF / PRICE]]
    if offer.by_unit:
        discount = ["setDiscountPerItem", "off", [".", "Session", "CartItems"], [["Item"], OFF]]
    when: list[Any] = ["and"]
    if offer.needs_code:
        when.append(["couponValid"])
    elif offer.referrals:
        when.append(["referralValid"])
    if offer.first_by:
        when.append(_FIRST[offer.first_by])
    effects = [["reserveCoupon"], discount] if offer.reserves else [discount]
    rules = [{"title": "discount", "condition": when, "effects": effects}]
    if offer.creates:
        nobody = ["=", ["count", [".", "Session", "CouponCodes"]], 0]
        rules.append({"title": "a code", "condition": ["and", nobody], "effects": [["createCoupon", ["kv"]]]})
    return rules
