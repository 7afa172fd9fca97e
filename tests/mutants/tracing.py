"""A pytest plugin for the run that measures which test executes which line: names each test to coverage, and notes its time.

Processes that a test starts learn the name from the environment, so that what they execute is the test's too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage

TEST_VARIABLE = "TERCEL_MUTANTS_TEST"
NOTES_VARIABLE = "TERCEL_MUTANTS_NOTES"
#: What the context of a process begins with that a test started.
PROCESS = "process "
_seconds: dict[str, float] = {}
_failed: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    measuring = Coverage.current()
    assert measuring is not None, "this plugin belongs to a run under coverage"
    measuring.switch_context(item.nodeid)
    os.environ[TEST_VARIABLE] = PROCESS + item.nodeid
    before = sum(os.times()[:4])
    try:
        return (yield)
    finally:
        # Of the processor, with processes that ended: what the clock says depends on what else the machine does.
        _seconds[item.nodeid] = sum(os.times()[:4]) - before


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.passed:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    notes = {test: round(seconds, 3) for test, seconds in _seconds.items() if test not in _failed}
    Path(os.environ[NOTES_VARIABLE]).write_text(json.dumps({"seconds": notes, "failed": sorted(_failed)}))
