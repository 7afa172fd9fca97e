"""Referrals in the Management API; ``tests/features/referrals`` has the behaviour."""

from typing import Any

import httpx
import pytest

from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate_answer
from tests.support.server import created, make_application

Json = dict[str, Any]


@pytest.fixture
def campaign(management: httpx.Client, application: Json) -> Json:
    return make_campaign(management, application)


@pytest.fixture
def referrals(campaign: Json) -> str:
    return f"/v1/applications/{campaign['applicationId']}/campaigns/{campaign['id']}/referrals"


@pytest.fixture
def referral(integration: httpx.Client, campaign: Json) -> Json:
    body = {
        "campaignId": campaign["id"],
        "advocateProfileIntegrationId": "ann",
        "startDate": "2030-01-01T00:00:00Z",
    }
    return created(integration.post("/v1/referrals", json=body))


@pytest.mark.parametrize(
    ("path", "operation_id", "rest"),
    [
        ("", "getReferrals", {"totalResultSize": 1}),
        ("/no_total", "getReferralsWithoutTotalCount", {"hasMore": False}),
    ],
)
def test_lists(
    management: httpx.Client, referrals: str, referral: Json, path: str, operation_id: str, rest: Json
) -> None:
    answer = management.get(referrals + path, params={"advocate": "ann", "usable": "true"})
    assert answer.json() == {"data": [referral], **rest}
    validate_answer(answer.json(), operation_id, 200)
    assert management.get(referrals + path, params={"advocate": "bob"}).json()["data"] == []


@pytest.mark.parametrize("query", [{"usable": "maybe"}, {"valid": "never"}, {"sort": "friend"}])
def test_queries_that_cannot_be_used(management: httpx.Client, referrals: str, query: dict[str, str]) -> None:
    answer = management.get(referrals, params=query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": next(iter(query))}


def test_updating(management: httpx.Client, referrals: str, referral: Json) -> None:
    path = f"{referrals}/{referral['id']}"
    answer = management.put(path, json={"usageLimit": 5, "friendProfileIntegrationId": "bob"})
    validate_answer(answer.json(), "updateReferral", 200)
    assert "startDate" not in answer.json()
    assert (answer.json()["usageLimit"], answer.json()["friendProfileIntegrationId"]) == (5, "bob")
    refused = management.put(path, json={"usageLimit": -1})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"] == {"pointer": "/usageLimit"}


def test_deleting(management: httpx.Client, referrals: str, referral: Json, application: Json) -> None:
    other = make_application(management)["id"]
    elsewhere = referrals.replace(f"/{application['id']}/", f"/{other}/")
    assert management.delete(f"{elsewhere}/{referral['id']}").status_code == 404
    assert management.delete(f"{referrals}/{referral['id']}").status_code == 204
    assert management.delete(f"{referrals}/{referral['id']}").status_code == 404
    assert management.put(f"{referrals}/{referral['id']}", json={}).status_code == 404
