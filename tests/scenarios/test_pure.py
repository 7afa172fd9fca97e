"""Every scenario through the pure engine, complete and in order (behaviour/effects 2)."""

import pytest

from tercel.scenario.cases import Case
from tercel.scenario.run import run_case
from tests.scenarios.library import PENDING, all_cases, scenario_files

_CASES = all_cases()


@pytest.mark.parametrize("case", [case for _, case in _CASES], ids=[label for label, _ in _CASES])
def test_case(case: Case) -> None:
    assert run_case(case) == []


def test_pending_files_exist() -> None:
    assert set(PENDING) <= {path.name for path in scenario_files()}


def test_there_are_scenarios() -> None:
    assert len(scenario_files()) >= 100
