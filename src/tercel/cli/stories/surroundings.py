"""The surroundings of a scenario, made through the APIs of a server: application, definitions, campaigns, codes.

What a scenario takes for granted is brought about honestly: used codes and budgets by earlier closed sessions, a
customer's closed sessions by closing some. Names that belong to the whole account (profiles, numbers of costs) differ
from the scenario's and are translated in both directions.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping
from typing import Any

import httpx

from tercel.base.codec import decode_any, encode
from tercel.cli.stories.definitions import attributes_of, cost_names
from tercel.cli.stories.errors import StoryError
from tercel.cli.stories.programs import ledgers_of, program_names, tiers_of, with_program_ids
from tercel.scenario.cases import (
    DEFAULT_NOW,
    DEFAULT_PROFILE,
    DEFAULT_TIMEZONE,
    Case,
)
from tercel.scenario.groups import (
    BASE,
    group_of,
    named_groups,
    parent_of,
)

_SETTINGS = {
    "cascading": "enableCascadingDiscounts",
    "flattened": "enableFlattenedCartItems",
    "partial": "enablePartialDiscounts",
    "defaultDiscountScope": "defaultDiscountScope",
    "defaultItemScope": "defaultDiscountAdditionalCostPerItemScope",
    "capped": "capDiscounts",
    "caseSensitivity": "caseSensitivity",
    "currency": "currency",
    "attributes": "attributes",
}
_WANTED = ["customerSession", "ruleFailureReasons"]
_FAR_AWAY = "2099-01-01T00:00:00Z"
_numbers = itertools.count(1)


class Surroundings:
    """A case in an application of its own."""

    def __init__(self, server: httpx.Client, case: Case) -> None:
        """Make everything that the case names.

        Args:
            server: A client of an administrator.
            case: What is given; its session is not sent.

        Raises:
            StoryError: the server refused something.
        """
        self._case = case
        self._context = case.context
        # Because: the account may remember the names of an earlier run.
        self._mark = f"{secrets.token_hex(3)}-{next(_numbers)}"
        self._admin = server
        self._headers = {"X-Tercel-Now": self._context.get("now") or DEFAULT_NOW}
        self._profiles = self._profile_names()
        self._cost_ids: dict[int, int] = {}
        self._program_ids: dict[str, int] = {}
        self._campaign_ids: list[int] = []
        self._coupon_ids: dict[int, int] = {}
        self._set_up()

    def _set_up(self) -> None:
        self._make_application()
        self._define_attributes()
        self._make_costs()
        self._make_stores()
        self._make_profile()
        self._make_programs()
        self._make_groups()
        for index, campaign in enumerate(self._case.campaigns):
            self._make_campaign(index, campaign)
        self._make_referrals()
        self._use_up()
        for index, campaign in enumerate(self._case.campaigns):
            self._activate(index, campaign.get("ruleset"))
        self._order_tree()

    def _make_application(self) -> None:
        settings = self._context.get("application") or {}
        body = {
            "name": f"Scenario {self._mark}",
            "timezone": settings.get("timezone") or self._context.get("timezone") or DEFAULT_TIMEZONE,
            "currency": "EUR",
        }
        body |= {wire: settings[name] for name, wire in _SETTINGS.items() if name in settings}
        application = self._post("/v1/applications", body)
        self._path = f"/v1/applications/{application['id']}"
        key = self._post(f"{self._path}/apikeys", {"title": "scenario", "expires": _FAR_AWAY})["key"]
        self._key = {"Authorization": f"ApiKey-v1 {key}"}

    def _define_attributes(self) -> None:
        for (entity, name), kind in attributes_of(self._case).items():
            body = {"entity": entity, "name": name, "title": name, "type": kind, "description": "",
                    "suggestions": [], "editable": True}  # fmt: skip
            self._ensure("/v1/attributes", body)

    def _make_costs(self) -> None:
        numbers = self._context.get("additionalCosts") or {}
        for name in sorted({*numbers, *cost_names(self._case.session)}):
            self._ensure(
                "/v1/additional_costs", {"name": name, "title": name, "description": "", "type": "both"}
            )
        known = {cost["name"]: cost["id"] for cost in self._get("/v1/additional_costs")["data"]}
        self._cost_ids = {known[name]: number for name, number in numbers.items()}

    def _make_stores(self) -> None:
        for name, store in (self._context.get("stores") or {}).items():
            body = {"name": store.get("name") or name, "description": "", "integrationId": name,
                    "attributes": store.get("attributes") or {}}  # fmt: skip
            self._post(f"{self._path}/stores", body)

    def _make_profile(self) -> None:
        profile = self._context.get("profile") or {}
        name = self._profile_of_case()
        if profile.get("attributes"):
            path = httpx.URL("/v2/customer_profiles/").copy_with(path=f"/v2/customer_profiles/{name}")
            answer = self._admin.put(
                path, content=encode({"attributes": profile["attributes"]}), headers=self._integration
            )
            expect(answer, 200)
        for number in range(profile.get("closedSessions", 0)):
            self._put(f"earlier {number}", {"profileId": name, "state": "closed"})

    def _make_programs(self) -> None:
        """Make the programs of the case, and give the customer the points that it has."""
        application = self._get(self._path)
        for number, name in enumerate(program_names(self._case), 1):
            body = {
                "name": f"scenario_{self._mark.replace('-', '_')}_{number}",
                "title": name,
                "subscribedApplications": [application["id"]],
                "defaultValidity": "unlimited",
                "defaultPending": "immediate",
                "allowSubledger": True,
                "sandbox": application["sandbox"],
                "timezone": application["timezone"],
                "tiers": tiers_of(self._case, name),
            }
            program_id = self._program_ids[name] = self._post("/v1/loyalty_programs", body)["id"]
            member = f"/v1/loyalty_programs/{program_id}/profile/{self._profile_of_case()}"
            for subledger, ledger in ledgers_of(self._case, name).items():
                if ledger.get("current"):
                    points = {"points": ledger["current"], "subledgerId": subledger}
                    url = httpx.URL("/").copy_with(path=f"{member}/add_points")
                    expect(self._admin.put(url, content=encode(points), headers=self._headers), 204)

    def _make_groups(self) -> None:
        """Make the groups of the case; the base group is there."""
        path = f"{self._path}/evaluation_groups"
        (base,) = self._get(path)["data"]
        self._group_ids = {BASE: base["id"]}
        for name, group in named_groups(self._case).items():
            if name != BASE:
                parent = self._group_ids[parent_of(group)]
                made = self._post(path, {**_group(name, group), "parentId": parent})
                self._group_ids[name] = made["id"]

    def _order_tree(self) -> None:
        """Put the members of all groups into the order of the case, and let the base group choose as it shall."""
        groups = named_groups(self._case)
        if not groups:
            return
        nodes = {
            name: {**_group(name, group), "groupId": self._group_ids[name], "type": "SET", "operator": "ALL",
                   "elements": []}
            for name, group in groups.items()
        }  # fmt: skip
        for index, campaign in enumerate(self._case.campaigns):
            leaf = {"type": "CAMPAIGN", "campaignId": self._campaign_ids[index]}
            nodes[group_of(campaign)]["elements"].append(leaf)
        for name, group in groups.items():
            if name != BASE:
                nodes[parent_of(group)]["elements"].append(nodes[name])
        body = {"applicationId": int(self._path.rsplit("/", 1)[-1]), "set": nodes[BASE]}
        answer = self._admin.put(f"{self._path}/campaign_set", content=encode(body), headers=self._headers)
        expect(answer, 200)

    def _make_campaign(self, index: int, campaign: Mapping[str, Any]) -> None:
        limits = [{"entities": [], **limit} for limit in campaign.get("limits") or []]
        budget = self._context.get("discountBudget")
        if budget is not None and index == 0:
            limits.append({"action": "setDiscount", "limit": budget["limit"], "entities": []})
        codes = [each["code"] for each in self._referrals_of(index)]
        body = {
            "name": campaign.get("name") or f"Campaign {index + 1}",
            "state": campaign.get("state") or "enabled",
            "tags": campaign.get("tags") or [],
            "features": ["coupons", "referrals"],
            "limits": limits,
            "attributes": campaign.get("attributes") or {},
        }
        body |= {name: campaign[name] for name in ("startTime", "endTime", "type") if name in campaign}
        if "group" in campaign:
            body["evaluationGroupId"] = self._group_ids[campaign["group"]]
        if codes:
            body["referralSettings"] = {"couponPattern": codes[0], "validCharacters": []}
        made = self._post(f"{self._path}/campaigns", body)
        self._campaign_ids.append(made["id"])
        for coupon in campaign.get("coupons") or []:
            self._make_coupon(made["id"], coupon)

    def _make_coupon(self, campaign_id: int, coupon: Mapping[str, Any]) -> None:
        own = {"id", "code", "usageCounter", "discountCounter"}
        body = {"usageLimit": 0, **{name: value for name, value in coupon.items() if name not in own}}
        body |= {"numberOfCoupons": 1, "couponPattern": coupon["code"], "validCharacters": []}
        if "recipientIntegrationId" in body:
            body["recipientIntegrationId"] = self._name(body["recipientIntegrationId"])
        path = f"{self._path}/campaigns/{campaign_id}/coupons?silent=no"
        answer = self._admin.post(path, content=encode(body), headers=self._headers)
        expect(answer, 200)
        self._coupon_ids[decode_any(answer.content)["data"][0]["id"]] = coupon["id"]

    def _make_referrals(self) -> None:
        for index, campaign_id in enumerate(self._campaign_ids):
            for referral in self._referrals_of(index):
                body = {
                    "campaignId": campaign_id,
                    "advocateProfileIntegrationId": self._name(referral["advocate"]),
                    "usageLimit": referral.get("usageLimit", 0),
                }
                answer = self._admin.post("/v1/referrals", content=encode(body), headers=self._integration)
                expect(answer, 201)

    def _use_up(self) -> None:
        """Close sessions of another customer under simple rules until the counters are what the case says."""
        for index, campaign in enumerate(self._case.campaigns):
            coupons = campaign.get("coupons") or []
            spent = (self._context.get("discountBudget") or {}).get("counter", 0) if index == 0 else 0
            if spent:
                self._close_earlier(index, ["and"], [["setDiscount", "earlier", spent]], [])
            for coupon in coupons:
                spent = coupon.get("discountCounter", 0)
                effects = [["setDiscount", "earlier", spent]] if spent else []
                for _ in range(coupon.get("usageCounter", 1 if spent else 0)):
                    self._close_earlier(index, ["and", ["couponValid"]], effects, [coupon["code"]])

    def _close_earlier(self, index: int, condition: list[Any], effects: list[Any], codes: list[str]) -> None:
        rule = {"title": "earlier", "condition": condition, "effects": effects}
        self._activate(index, {"rules": [rule], "bindings": []})
        session = {"profileId": self._name("somebody else"), "couponCodes": codes, "state": "closed"}
        self._put(f"earlier session {next(_numbers)}", session)

    def _activate(self, index: int, ruleset: Any) -> None:
        campaign_id = self._campaign_ids[index]
        path = f"{self._path}/campaigns/{campaign_id}"
        content = self._named(ruleset or {"rules": [], "bindings": []})
        made = self._post(f"{path}/rulesets", {"bindings": [], **content})
        campaign = self._get(path)
        body = {
            name: campaign[name]
            for name in ("name", "tags", "features", "limits", "attributes", "state", "startTime", "endTime")
            if name in campaign
        }
        answer = self._admin.put(
            path, content=encode({**body, "activeRulesetId": made["id"]}), headers=self._headers
        )
        expect(answer, 200)

    def _put(self, session_id: str, session: Mapping[str, Any]) -> dict[str, Any]:
        body = {"customerSession": session, "responseContent": _WANTED}
        answer = self._admin.put(
            f"/v2/customer_sessions/{session_id}", content=encode(body), headers=self._integration
        )
        expect(answer, 200)
        content: dict[str, Any] = decode_any(answer.content)
        return content

    def _post(self, path: str, body: Any) -> dict[str, Any]:
        answer = self._admin.post(path, content=encode(body), headers=self._headers)
        expect(answer, 201)
        content: dict[str, Any] = decode_any(answer.content)
        return content

    def _ensure(self, path: str, body: Any) -> None:
        answer = self._admin.post(path, content=encode(body), headers=self._headers)
        expect(answer, 201, 409)

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._admin.get(path, headers=self._headers)
        expect(answer, 200)
        content: dict[str, Any] = decode_any(answer.content)
        return content

    @property
    def _integration(self) -> dict[str, str]:
        return self._headers | self._key

    def _referrals_of(self, index: int) -> list[dict[str, Any]]:
        referrals = self._context.get("referrals") or []
        return [each for each in referrals if each.get("campaign", 0) == index]

    def _profile_of_case(self) -> str:
        given = (self._context.get("profile") or {}).get("integrationId", DEFAULT_PROFILE)
        name = self._case.session.get("profileId", given)
        return self._name(name) if name else ""

    def _profile_names(self) -> dict[str, str]:
        coupons = [each for campaign in self._case.campaigns for each in campaign.get("coupons") or []]
        names = {
            DEFAULT_PROFILE,
            self._case.session.get("profileId"),
            (self._context.get("profile") or {}).get("integrationId"),
            *(each.get("advocate") for each in self._context.get("referrals") or []),
            *(each.get("recipientIntegrationId") for each in coupons),
        }
        return {name: f"{name} of scenario {self._mark}" for name in names if name}

    def _name(self, name: str) -> str:
        return self._profiles.setdefault(name, f"{name} of scenario {self._mark}")

    def _named(self, value: Any) -> Any:
        """Return a rule set with the names of this run."""
        return replaced(with_program_ids(value, self._program_ids), self._profiles)

    def _translated(self, effects: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Effects with the names and numbers of the scenario."""
        back = {own: name for name, own in self._profiles.items()}
        programs = {own: int(name) for name, own in self._program_ids.items() if name.isdigit()}
        translated: list[dict[str, Any]] = replaced(effects, back)
        for effect in translated:
            props = effect["props"]
            if "additionalCostId" in props:
                props["additionalCostId"] = self._cost_ids.get(props["additionalCostId"])
            if "programId" in props:
                props["programId"] = programs.get(props["programId"], props["programId"])
        return translated

    def _failure(self, failure: Mapping[str, Any]) -> dict[str, Any]:
        shown = {
            name: failure[name] for name in ("ruleIndex", "conditionIndex", "effectIndex") if name in failure
        }
        shown["campaign"] = self._campaign_ids.index(failure["campaignID"])
        if "couponValue" in failure:
            shown["coupon"] = failure["couponValue"]
        return shown


def _group(name: str, group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "evaluationMode": group.get("mode", "stackable"),
        "evaluationScope": group.get("scope", "session"),
        "locked": False,
    }


def expect(answer: httpx.Response, *statuses: int) -> None:
    """Go on only with one of the statuses.

    Raises:
        StoryError: the server answered another; the message has the request and the answer.
    """
    if answer.status_code not in statuses:
        request = answer.request
        raise StoryError(f"{request.method} {request.url.path}: {answer.status_code} {answer.text}")


def replaced(value: Any, words: Mapping[str, str]) -> Any:
    """Return the value with whole texts replaced."""
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, list):
        return [replaced(each, words) for each in value]
    if isinstance(value, dict):
        return {name: replaced(each, words) for name, each in value.items()}
    return value
