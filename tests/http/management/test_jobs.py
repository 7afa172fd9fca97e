"""Jobs over HTTP: shapes, statuses and pointers; ``tests/jobs`` has the behaviour (behaviour/jobs 1, 4)."""

from threading import Event
from typing import Any

import httpx
import psycopg
import pytest

from tercel.base.limits import JOBS_PENDING_MAX
from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate_answer
from tests.support.server import Server, make_application

Json = dict[str, Any]


@pytest.fixture
def campaign(management: httpx.Client) -> Json:
    return make_campaign(management, make_application(management))


@pytest.fixture
def path(campaign: Json) -> str:
    return f"/v1/applications/{campaign['applicationId']}"


@pytest.fixture
def creation(path: str, campaign: Json) -> str:
    return f"{path}/campaigns/{campaign['id']}/coupons_async"


def ask(management: httpx.Client, creation: str, number: int = 10) -> str:
    body = {"numberOfCoupons": number, "usageLimit": 1, "attributes": {}}
    answer = management.post(creation, json=body)
    assert answer.status_code == 200, answer.text
    validate_answer(answer.json(), "createCouponsAsync", 200)
    batch_id: str = answer.json()["batchId"]
    return batch_id


def job_of(management: httpx.Client, path: str, batch_id: str) -> Json:
    """The job of a batch, once it is finished."""
    for _ in range(300):
        [job] = management.get(f"{path}/jobs", params={"batchId": batch_id}).raise_for_status().json()["data"]
        if job["status"] != "pending":
            return dict(job)
        Event().wait(0.1)
    pytest.fail(f"it never came about: {job}")


def test_a_job_has_every_field(management: httpx.Client, path: str, creation: str, campaign: Json) -> None:
    job = job_of(management, path, ask(management, creation))
    assert management.get(f"{path}/jobs/{job['id']}").json() == job
    assert job.pop("created") < job.pop("finished")
    assert job.pop("id") > 0
    assert job.pop("createdBy") > 0
    assert len(job.pop("batchId")) == 16
    assert job == {
        "applicationId": campaign["applicationId"],
        "campaignId": campaign["id"],
        "kind": "couponCreation",
        "status": "completed",
        "done": 10,
        "total": 10,
    }


def test_jobs_are_listed_by_page_and_filter(
    management: httpx.Client, path: str, creation: str, campaign: Json
) -> None:
    batches = [ask(management, creation) for _ in range(3)]
    for batch in batches:
        job_of(management, path, batch)

    def listed(**query: Any) -> Json:
        answer: Json = management.get(f"{path}/jobs", params=query).raise_for_status().json()
        return {**answer, "data": [job["batchId"] for job in answer["data"]]}

    assert listed() == {"hasMore": False, "data": batches[::-1]}
    assert listed(sort="id", pageSize=2) == {"hasMore": True, "data": batches[:2]}
    assert listed(status="completed", campaignId=campaign["id"])["data"] == batches[::-1]
    assert listed(status="failed")["data"] == listed(campaignId=campaign["id"] + 1)["data"] == []


def test_a_deletion_is_accepted(management: httpx.Client, path: str, creation: str) -> None:
    job_of(management, path, ask(management, creation))
    deletion = creation.replace("coupons_async", "coupons_deletion_jobs")
    answer = management.post(deletion, json={"filters": {"valid": "validNow"}})
    assert answer.status_code == 202
    validate_answer(answer.json(), "createCouponsDeletionJob", 202)
    for _ in range(300):
        job = management.get(f"{path}/jobs/{answer.json()['id']}").raise_for_status().json()
        if job["status"] != "pending":
            break
        Event().wait(0.1)
    assert (job["kind"], job["status"], job["done"], job["total"]) == ("couponDeletion", "completed", 10, 10)


@pytest.mark.parametrize(
    ("operation", "change", "pointer"),
    [
        ("coupons_async", {"usageLimit": -1}, "/usageLimit"),
        ("coupons_async", {"numberOfCoupons": "1"}, "/numberOfCoupons"),
        ("coupons_async", {"couponSettings": {"couponPattern": "A", "validCharacters": ["B"]}}, "/couponSettings/couponPattern"),
        ("coupons_async", {"couponSettings": {"couponPattern": "ABC#", "validCharacters": ["B"]}, "numberOfCoupons": 2}, "/couponSettings/couponPattern"),
        ("coupons_deletion_jobs", {"filters": {"valid": "never"}}, "/filters/valid"),
        ("coupons_deletion_jobs", {"filters": {"usable": True, "redeemed": False}}, "/filters/redeemed"),
    ],
)  # fmt: skip
def test_what_is_refused(
    management: httpx.Client, creation: str, operation: str, change: Json, pointer: str
) -> None:
    body = {"numberOfCoupons": 1, "usageLimit": 1, "attributes": {}, **change}
    answer = management.post(creation.replace("coupons_async", operation), json=body)
    assert answer.status_code == 400, answer.text
    assert [error["source"] for error in answer.json()["errors"]] == [{"pointer": pointer}]


def test_too_many_jobs_are_told_to_wait(
    management: httpx.Client, server: Server, creation: str, campaign: Json
) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute(
            """INSERT INTO jobs (account_id, application_id, campaign_id, line, kind, status, created_by_id, held_until)
            SELECT 1, %s, 0, 'campaign 0', 'couponDeletion', 'pending', 1, 'infinity' FROM generate_series(1, %s)""",
            [campaign["applicationId"], JOBS_PENDING_MAX],
        )
    answer = management.post(creation, json={"numberOfCoupons": 1, "usageLimit": 1, "attributes": {}})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


def test_a_job_of_another_application_is_not_found(
    management: httpx.Client, path: str, creation: str
) -> None:
    job = job_of(management, path, ask(management, creation))
    other = make_application(management)["id"]
    assert management.get(f"/v1/applications/{other}/jobs/{job['id']}").status_code == 404
    assert management.get(f"{path}/jobs/{2**62}").status_code == 404


def test_jobs_of_the_account_are_apart(management: httpx.Client, server: Server, creation: str) -> None:
    ask(management, creation)
    account = make_application(management)["accountId"]  # there may be others
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(
            """INSERT INTO jobs (account_id, line, kind, status, created_by_id, finished)
            VALUES (%s, 'account', 'polishing', 'completed', 1, now()) RETURNING id""",
            [account],
        ).fetchone()
    assert row is not None
    listed = management.get("/v1/jobs", params={"status": "completed"}).raise_for_status().json()
    job = management.get(f"/v1/jobs/{row[0]}").raise_for_status().json()
    assert job in listed["data"]
    assert all("applicationId" not in each for each in listed["data"])
    assert job.pop("created") == job.pop("finished")
    assert job == {"id": row[0], "kind": "polishing", "status": "completed", "done": 0, "createdBy": 1}
