"""Creating referrals over HTTP, and reading them back through the Management API."""

from typing import Any

import httpx
import pytest

from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_integration_key

Json = dict[str, Any]
MANY = "/v1/referrals_for_multiple_advocates"


@pytest.fixture
def campaign(management: httpx.Client, application: Json) -> Json:
    return make_campaign(management, application)


def test_a_referral_has_every_field(
    management: httpx.Client, integration: httpx.Client, application: Json, campaign: Json
) -> None:
    body = {
        "campaignId": campaign["id"],
        "advocateProfileIntegrationId": "a/b 🦅",
        "friendProfileIntegrationId": "bob",
        "startDate": "2030-01-01T00:00:00Z",
        "expiryDate": "2030-02-01T00:00:00+02:00",
        "usageLimit": 7,
    }
    answer = integration.post("/v1/referrals", json=body)
    assert answer.status_code == 201, answer.text
    validate_answer(answer.json(), "createReferral", 201)
    referral = answer.json()
    assert referral == {
        **body,
        "expiryDate": "2030-01-31T22:00:00Z",
        "id": referral["id"],
        "created": referral["created"],
        "code": referral["code"],
        "usageCounter": 0,
        "attributes": {},
    }
    path = f"/v1/applications/{application['id']}/campaigns/{campaign['id']}/referrals"
    assert management.get(path).json() == {"totalResultSize": 1, "data": [referral]}
    search = {"integrationIDs": ["a/b 🦅"]}
    [profile] = management.post("/v1/customer_search/no_total", json=search).json()["data"]
    assert profile["integrationId"] == "a/b 🦅"


def test_many_advocates(integration: httpx.Client, campaign: Json) -> None:
    body = {
        "campaignId": campaign["id"],
        "advocateProfileIntegrationIds": ["ann", "x" * 1_000],
        "usageLimit": 0,
        "referralPattern": "R-####",
        "validCharacters": ["1", "2"],
    }
    answer = integration.post(MANY, json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    answer = integration.post(MANY, params={"silent": "no"}, json=body)
    assert answer.status_code == 201, answer.text
    validate_answer(answer.json(), "createReferralsForMultipleAdvocates", 201)
    assert answer.json()["totalResultSize"] == 2
    assert {referral["usageLimit"] for referral in answer.json()["data"]} == {0}


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"campaignId": "x"}, "type", "/campaignId"),
        ({"campaignId": 999_999_999}, "notFound", "/campaignId"),
        ({"advocateProfileIntegrationId": ""}, "minLength", "/advocateProfileIntegrationId"),
        ({"advocateProfileIntegrationId": "x" * 1_001}, "maxLength", "/advocateProfileIntegrationId"),
        ({"friendProfileIntegrationId": "x" * 1_001}, "maxLength", "/friendProfileIntegrationId"),
        ({"usageLimit": 1_000_000}, "maximum", "/usageLimit"),
        ({"attributes": {"nope": 1}}, "Unknown", "/attributes/nope"),
        (
            {"startDate": "2030-01-01T00:00:00Z", "expiryDate": "2029-01-01T00:00:00Z"},
            "minimum",
            "/expiryDate",
        ),
    ],
)
def test_referrals_that_cannot_be(
    integration: httpx.Client, campaign: Json, fields: Json, title: str, pointer: str
) -> None:
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ann", **fields}
    answer = integration.post("/v1/referrals", json=body)
    assert answer.status_code == 400, answer.text
    [error] = answer.json()["errors"]
    assert (error["title"], error["source"]) == (title, {"pointer": pointer})


@pytest.mark.parametrize(("number", "status"), [(0, 400), (1, 204), (1_000, 204), (1_001, 400)])
def test_the_number_of_advocates(integration: httpx.Client, campaign: Json, number: int, status: int) -> None:
    advocates = [f"advocate {at}" for at in range(number)]
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationIds": advocates, "usageLimit": 1}
    assert integration.post(MANY, json=body).status_code == status


def test_the_campaign_needs_the_feature(
    management: httpx.Client, integration: httpx.Client, application: Json
) -> None:
    campaign = make_campaign(management, application, features=["coupons"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ann"}
    answer = integration.post("/v1/referrals", json=body)
    assert answer.status_code == 400
    assert "`referrals`" in answer.json()["errors"][0]["details"]


def test_a_testing_key_writes_nothing(
    server: Server, admin: httpx.Client, application: Json, campaign: Json
) -> None:
    key = make_integration_key(admin, application["id"], type="staging")
    with client(server, f"ApiKey-v1 {key}") as testing:
        body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ann"}
        assert testing.post("/v1/referrals", json=body).status_code == 403
