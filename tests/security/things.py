"""One of every thing that has an identifier, so that strangers can try to reach it."""

from __future__ import annotations

from typing import Any

import httpx

from tercel.http.operations import OPERATIONS
from tests.security.callers import FOREVER, Place
from tests.security.minimal import minimal
from tests.support.server import client, make_application, make_integration_key

_QUESTIONS_MAX = 20_000


def minimal_body(operation_id: str, **fields: Any) -> dict[str, Any]:
    """The smallest body of an operation, with these fields."""
    operation = next(each for each in OPERATIONS if each.id == operation_id)
    return {**minimal(operation.body), **fields}


def make_things(place: Place) -> dict[str, Any]:
    """Identifiers of things in a fresh application, under the names of the path parameters that take them."""
    application_id = make_application(place.admin)["id"]
    name = f"things{application_id}"
    own = f"/v1/applications/{application_id}"

    def make(path: str, body: dict[str, Any]) -> Any:
        return _made(place.admin.post(path, json=body))

    campaign_fields = {"name": name, "state": "enabled", "features": ["coupons", "referrals"], "tags": []}
    campaign = make(f"{own}/campaigns", {**campaign_fields, "limits": []})["id"]
    below = f"{own}/campaigns/{campaign}"
    new_coupon = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": name}
    coupon = make(f"{below}/coupons?silent=no", new_coupon)["data"][0]
    [root] = place.admin.get(f"{own}/evaluation_groups").json()["data"][:1] or [{"id": 0}]
    effect = minimal_body("createCustomEffect", applicationIds=[application_id], name=name, payload="{}")
    attribute = minimal_body("createAttribute", entity="CustomerSession", type="string", name=name)
    return {
        "applicationId": application_id,
        "campaignId": campaign,
        "rulesetId": make(f"{below}/rulesets", {"rules": [], "bindings": []})["id"],
        "couponId": coupon["id"],
        "couponValue": coupon["value"],
        "keyId": make(f"{own}/apikeys", {"title": name, "expires": FOREVER})["id"],
        "managementKeyId": make(
            "/v1/management_keys", {"name": name, "expiryDate": FOREVER, "endpoints": []}
        )["id"],
        "storeId": make(f"{own}/stores", minimal_body("createStore", integrationId=name))["id"],
        "evaluationGroupId": make(
            f"{own}/evaluation_groups", minimal_body("createEvaluationGroup", parentId=root["id"])
        )["id"],
        "experimentId": make(f"{own}/experiments", minimal_body("createExperiment"))["id"],
        "attributeId": make("/v1/attributes", attribute)["id"],
        "additionalCostId": make("/v1/additional_costs", minimal_body("createAdditionalCost", name=name))[
            "id"
        ],
        "webhookId": make(
            "/v1/webhooks",
            minimal_body("createWebhook", url="https://shop.example", verb="POST", payload="{}"),
        )["id"],
        "loyaltyProgramId": make("/v1/loyalty_programs", _program(application_id, name))["id"],
        "loyaltyCardId": name,  # of a program with cards, which that one is not
        "customEffectId": make("/v1/custom_effects", effect)["id"],
        "jobId": _finished_job(place, own, make(f"{below}/coupons_deletion_jobs", {"filters": {}})["id"]),
        **_of_customers(place, application_id, campaign, name),
    }


def _program(application_id: int, name: str) -> dict[str, Any]:
    return minimal_body(
        "createLoyaltyProgram",
        name=name.translate({ord(sign): "_" for sign in " -."}),
        subscribedApplications=[application_id],
        defaultValidity="unlimited",
        defaultPending="immediate",
        timezone="Europe/Berlin",
        sandbox=False,
        cardBased=False,
    )


def _finished_job(place: Place, application: str, job_id: int) -> int:
    """The job once it has ended: nothing may change by itself while others look at the tables."""
    for _ in range(_QUESTIONS_MAX):
        if "finished" in place.admin.get(f"{application}/jobs/{job_id}").json():
            return job_id
    raise AssertionError("the job does not end")


def _of_customers(place: Place, application_id: int, campaign: int, name: str) -> dict[str, Any]:
    with client(place.server, f"ApiKey-v1 {make_integration_key(place.admin, application_id)}") as shop:
        body = {"customerSession": {"profileId": name, "state": "closed", "cartItems": []}}
        wanted = {"responseContent": ["customerSession", "customerProfile"]}
        answer = _made(shop.put(f"/v2/customer_sessions/{name}", json={**body, **wanted}))
        friend = {"campaignId": campaign, "advocateProfileIntegrationId": name}
        referral = _made(shop.post("/v1/referrals", json=friend))
        event = minimal_body("trackEventV3", profileId=name, type=name, integrationId=name)
        place.admin.post("/v1/event_types", json=minimal_body("createEventType", name=name))
        shop.post("/v3/events", json=event)
    return {
        "customerSessionId": name,
        "integrationId": name,
        "sessionId": answer["customerSession"]["id"],
        "customerId": answer["customerProfile"]["id"],
        "referralId": referral["id"],
    }


def _made(answer: httpx.Response) -> Any:
    assert answer.status_code in {200, 201, 202}, answer.text
    return answer.json()
