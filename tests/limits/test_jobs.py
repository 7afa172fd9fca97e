"""Limits of jobs, at their edge; ``JOBS_PENDING_MAX`` and ``JOB_ATTEMPTS_MAX`` stand with the queue and the worker."""

import httpx
import pytest

from tercel.base.limits import COUPONS_PER_JOB_MAX
from tests.http.management.campaigns import make_campaign
from tests.support.server import make_application


@pytest.mark.parametrize(("number", "status"), [(0, 400), (COUPONS_PER_JOB_MAX + 1, 400)])
def test_coupons_of_a_job(management: httpx.Client, number: int, status: int) -> None:
    campaign = make_campaign(management, make_application(management))
    path = f"/v1/applications/{campaign['applicationId']}/campaigns/{campaign['id']}/coupons_async"
    body = {"numberOfCoupons": number, "usageLimit": 1, "attributes": {}}
    answer = management.post(path, json=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["source"] == {"pointer": "/numberOfCoupons"}
