"""Every scenario over HTTP and PostgreSQL: the same answers as the pure engine, repeatable, and undone by cancelling."""

import json
from pathlib import Path

import httpx
import pytest

from tercel.scenario.cases import Case
from tercel.scenario.compare import differences
from tests.scenarios.library import all_cases, scenario_files
from tests.support.http_scenarios import HttpCase

#: Files whose surroundings the API cannot create yet: file name to what is missing.
_PENDING: dict[str, str] = json.loads((Path(__file__).parent / "pending_http.json").read_text())
_STEMS = {Path(name).stem for name in _PENDING}
_CASES = [(label, case) for label, case in all_cases() if label.split("/")[0] not in _STEMS]


@pytest.mark.parametrize("case", [case for _, case in _CASES], ids=[label for label, _ in _CASES])
def test_case(admin: httpx.Client, case: Case) -> None:
    running = HttpCase(admin, case)
    before = running.counters()
    first = running.send()
    assert differences(case, first) == []
    if case.session.get("state", "open") == "open":
        assert differences(case, running.send()) == [], "the second time"
        running.send("closed")
    running.send("cancelled")
    assert running.counters() == before, "after cancelling"


def test_pending_files_exist() -> None:
    assert set(_PENDING) <= {path.name for path in scenario_files()}
