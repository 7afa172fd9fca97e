"""Stories told to a server: each step is one request, compared with what the story expects.

Campaigns and surroundings are made as for scenarios of one request; names of customers are translated likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from tercel.base.codec import decode_any, encode
from tercel.cli.stories.surroundings import Surroundings, expect, replaced
from tercel.scenario.cases import DEFAULT_NOW, Case
from tercel.scenario.compare import Answer, differences, matches
from tercel.scenario.story import Step, Story

#: A type of events that is never defined.
UNKNOWN_EVENT = "story_unknown"
_CONTENT = {
    "update": ["customerSession", "customerProfile", "coupons", "triggeredCampaigns", "event",
               "ruleFailureReasons", "previousReturns"],
    "return": ["customerSession", "customerProfile", "previousReturns", "event"],
    "event": ["customerProfile", "event", "ruleFailureReasons"],
    "updateProfile": ["customerProfile", "event"],
}  # fmt: skip


class StoryRun(Surroundings):
    """A story in an application of its own."""

    def __init__(self, server: httpx.Client, story: Story) -> None:
        self._created: dict[str, str] = {}
        self._story = story
        super().__init__(server, _surroundings(story))
        for index, campaign in enumerate(story.campaigns):
            if "reevaluateOnReturn" in campaign:
                wish = {"reevaluateOnReturn": campaign["reevaluateOnReturn"]}
                expect(self._edit({"campaign": index, **wish}), 200)

    def tell(self) -> list[str]:
        """Send every step; what differs, one line each, ending with the first step that does."""
        for number, step in enumerate(self._story.steps):
            found = self._tell(step)
            if found:
                return [f"step {number} ({step.name}): {line}" for line in found]
        return []

    def _tell(self, step: Step) -> list[str]:
        self._headers = self._headers | {"X-Tercel-Now": step.now or self._context.get("now") or DEFAULT_NOW}
        response = self._send(step)
        body: Any = decode_any(response.content) if response.content else {}
        if step.error is not None:
            return _compare_error(step.error, response.status_code, body)
        if response.status_code >= 300:
            return [f"status {response.status_code}: {response.text}"]
        self._remember(body)
        found = self._compare_answer(step, body)
        return found + self._compare_stored(step)

    def _send(self, step: Step) -> httpx.Response:
        content = replaced(self._named(step.content), self._created)
        session = f"/v2/customer_sessions/{quote(step.session_id, safe='')}"
        params = dict.fromkeys(step.options, "true")
        wanted = {"responseContent": _CONTENT.get(step.verb, [])}
        match step.verb:
            case "update":
                return self._request("PUT", session, {"customerSession": content, **wanted}, params)
            case "return":
                body = {"return": {"returnedCartItems": content}, **wanted}
                return self._request("POST", f"{session}/returns", body, params)
            case "reopen":
                return self._request("PUT", f"{session}/reopen", None, params)
            case "event":
                return self._request("POST", "/v2/events", {**content, **wanted}, {"silent": "no", **params})
            case "updateProfile":
                path = f"/v2/customer_profiles/{quote(content['id'], safe='')}"
                body = {name: value for name, value in content.items() if name != "id"}
                return self._request("PUT", path, {**body, **wanted}, params)
            case "reserve":
                path = f"/v1/coupon_reservations/{content['coupon']}"
                return self._request("POST", path, {"integrationIDs": content["profiles"]}, params)
        return self._edit(content)

    def _request(self, method: str, path: str, body: Any, params: Mapping[str, str]) -> httpx.Response:
        content = None if body is None else encode(body)
        return self._admin.request(method, path, content=content, params=params, headers=self._integration)

    def _edit(self, content: Mapping[str, Any]) -> httpx.Response:
        """Change a campaign: its rules, or fields of its own."""
        campaign_id = self._campaign_ids[content.get("campaign", 0)]
        path = f"{self._path}/campaigns/{campaign_id}"
        if "ruleset" in content:
            self._activate(content.get("campaign", 0), content["ruleset"])
        campaign = self._get(path)
        names = ("name", "tags", "features", "limits", "attributes", "state", "startTime", "endTime",
                 "activeRulesetId", "reevaluateOnReturn")  # fmt: skip
        body = {name: campaign[name] for name in names if name in campaign}
        body |= {name: value for name, value in content.items() if name not in {"campaign", "ruleset"}}
        body["limits"] = [{"entities": [], **limit} for limit in body.get("limits") or []]
        return self._admin.put(path, content=encode(body), headers=self._headers)

    def _remember(self, body: Any) -> None:
        """Codes that rules created can be sent by later steps."""
        for coupon in body.get("createdCoupons") or []:
            self._created["<created coupon>"] = coupon["value"]
        for referral in body.get("createdReferrals") or []:
            self._created["<created referral>"] = referral["code"]

    def _compare_answer(self, step: Step, body: Any) -> list[str]:
        failures = body.get("ruleFailureReasons")
        answer = Answer(
            effects=self._translated(body.get("effects") or []),
            failures=None if step.failures is None else [self._failure(each) for each in failures],
            session_total=Decimal(0),
        )
        case = Case(scenario=self._story.title, name=step.name, campaigns=[], context={}, session={},
                    expected=replaced(step.effects, self._created), failures=step.failures)  # fmt: skip
        back = {own: name for name, own in self._profiles.items()}
        return differences(case, answer) + _subset("answer", step.answer, replaced(body, back))

    def _compare_stored(self, step: Step) -> list[str]:
        found: list[str] = []
        back = {own: name for name, own in self._profiles.items()}
        if step.session is not None:
            answer = self._request(
                "GET", f"/v2/customer_sessions/{quote(step.session_id, safe='')}", None, {}
            )
            body = decode_any(answer.content)
            session = {
                **body.get("customerSession", {}),
                "effects": self._translated(body.get("effects", [])),
            }
            found += _subset("session", step.session, replaced(session, back))
        for name, wanted in step.profiles.items():
            path = f"{self._path}/customers?integrationId={quote(self._name(name), safe='')}"
            found += _subset(f"profile {name}", wanted, (self._get(path)["data"] or [{}])[0])
        return found + self._compare_counters(step.counters)

    def _compare_counters(self, wanted: Mapping[str, Any]) -> list[str]:
        if not wanted:
            return []
        found: dict[str, Any] = {"budgets": {}, "coupons": {}, "referrals": {}}
        for campaign_id in self._campaign_ids:
            path = f"{self._path}/campaigns/{campaign_id}"
            for budget in self._get(path)["budgets"]:
                found["budgets"].setdefault(budget["action"], budget["counter"])
            found["coupons"] |= {each["value"]: each for each in self._get(f"{path}/coupons")["data"]}
            found["referrals"] |= {each["code"]: each for each in self._get(f"{path}/referrals")["data"]}
        return _subset("counters", replaced(_named_keys(wanted, self._created), self._created), found)

    def _define_attributes(self) -> None:
        super()._define_attributes()
        for event in (step.content for step in self._story.steps if step.verb == "event"):
            body = {"entity": "Event", "name": event["type"], "title": event["type"], "type": "boolean",
                    "description": "", "suggestions": [], "editable": True, "eventType": event["type"]}  # fmt: skip
            if event["type"] != UNKNOWN_EVENT:
                self._ensure("/v1/attributes", body)

    def _make_referrals(self) -> None:
        names = ("usageLimit", "startDate", "expiryDate", "attributes")
        for index, campaign_id in enumerate(self._campaign_ids):
            for referral in self._referrals_of(index):
                body = {"usageLimit": 0} | {name: referral[name] for name in names if name in referral}
                body |= {"campaignId": campaign_id,
                         "advocateProfileIntegrationId": self._name(referral["advocate"])}  # fmt: skip
                if "friend" in referral:
                    body["friendProfileIntegrationId"] = self._name(referral["friend"])
                answer = self._request("POST", "/v1/referrals", body, {})
                expect(answer, 201)

    def _named(self, value: Any) -> Any:
        """Content with the names of this run: every customer that the story names is known beforehand."""
        return replaced(value, self._profiles)

    def _profile_names(self) -> dict[str, str]:
        names = set(super()._profile_names()) | set(_customers(self._story))
        return {name: f"{name} of story {self._mark}" for name in names if name}


def _surroundings(story: Story) -> Case:
    """Make a case whose session has everything that the story's successful steps send, so that all of it gets
    defined."""
    sessions = [step.content for step in story.steps if step.verb == "update" and step.error is None]
    union: dict[str, Any] = {"attributes": {}, "additionalCosts": {}, "cartItems": []}
    for session in sessions:
        union["attributes"] |= {k: v for k, v in (session.get("attributes") or {}).items() if v is not None}
        union["additionalCosts"] |= session.get("additionalCosts") or {}
        union["cartItems"] += session.get("cartItems") or []
    return Case(scenario=story.title, name="story", campaigns=story.campaigns, context=story.context,
                session=union, expected=[])  # fmt: skip


def _customers(story: Story) -> list[str]:
    found = [name for step in story.steps for name in step.profiles]
    for step in story.steps:
        if isinstance(step.content, Mapping):
            found += [step.content[name] for name in ("profileId", "id") if name in step.content]
            found += step.content.get("profiles", [])
    found += [str(each.get("friend", "")) for each in story.context.get("referrals") or []]
    return found


def _compare_error(wanted: Mapping[str, Any], status: int, body: Any) -> list[str]:
    problems = body.get("errors") or [{}]
    got = {
        "status": status,
        "message": body.get("message"),
        "pointer": (problems[0].get("source") or {}).get("pointer"),
        "parameter": (problems[0].get("source") or {}).get("parameter"),
    }
    found = _subset("error", wanted, got)
    return found and [*found, f"the answer was {body}"]


def _named_keys(value: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    return {kind: {words.get(name, name): figure for name, figure in figures.items()}
            for kind, figures in value.items()}  # fmt: skip


def _subset(place: str, wanted: Any, got: Any) -> list[str]:
    """List the named values that differ: objects are compared by the names given, lists in full length, numbers by
    value."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return [line for name, value in wanted.items()
                for line in _subset(f"{place}/{name}", value, got.get(name))]  # fmt: skip
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [line for index, value in enumerate(wanted)
                for line in _subset(f"{place}/{index}", value, got[index])]  # fmt: skip
    return [] if matches(wanted, got) else [f"{place}: expected {wanted}, got {got}"]
