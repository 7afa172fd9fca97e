"""``tercel jobs`` beside a running server."""

from threading import Event
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from tercel.cli.app import app
from tests.http.management.campaigns import make_campaign
from tests.support.server import Server


@pytest.fixture
def here(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the database of the server."""
    monkeypatch.setenv("TERCEL_DATABASE_URL", server.dsn)


@pytest.mark.usefixtures("here")
def test_jobs_are_listed_with_their_progress(management: httpx.Client, application: dict[str, Any]) -> None:
    campaign = make_campaign(management, application)
    path = f"/v1/applications/{application['id']}"
    new = {"numberOfCoupons": 1234, "usageLimit": 1, "attributes": {}}
    management.post(f"{path}/campaigns/{campaign['id']}/coupons_async", json=new).raise_for_status()
    for _ in range(300):
        [job] = management.get(f"{path}/jobs").raise_for_status().json()["data"]
        if job["status"] == "completed":
            break
        Event().wait(0.1)
    result = CliRunner().invoke(app, ["jobs", "--last", "1"])
    assert result.exit_code == 0, result.output
    row = [cell.strip() for cell in result.stdout.splitlines()[3].strip("│ ").split("│")]
    assert row[0] == str(job["id"])
    assert row[2:] == [
        str(application["id"]),
        str(campaign["id"]),
        "couponCreation",
        "1,234",
        "1,234",
        "completed",
    ]


def test_no_jobs(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCEL_DATABASE_URL", database_url)
    assert CliRunner().invoke(app, ["jobs"]).stdout == "no jobs\n"
