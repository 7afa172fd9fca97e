"""The behaviour of the engine as small scenarios, one file per topic (behaviour/loyalty 4)."""

from pathlib import Path

import pytest

from tercel.base.codec import decode_any
from tercel.scenario.cases import Case, read_cases
from tercel.scenario.run import run_case

_CASES = [
    (f"{path.stem}/{case.name}", case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
    for case in read_cases(decode_any(path.read_bytes()))
]


@pytest.mark.parametrize("case", [case for _, case in _CASES], ids=[label for label, _ in _CASES])
def test_case(case: Case) -> None:
    assert run_case(case) == []
