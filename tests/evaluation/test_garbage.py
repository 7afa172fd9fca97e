"""An evaluation leaves nothing behind for the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tercel.base.codec import decode_any
from tercel.evaluation.evaluate import evaluate, limit_keys
from tercel.evaluation.snapshot import Wants
from tercel.scenario.cases import Case, read_cases
from tercel.scenario.facts import build_case_program, build_case_snapshot

_CASES = [
    pytest.param(case, id=f"{path.stem}/{case.name}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
    for case in read_cases(decode_any(path.read_bytes()))
]


def _left_behind(work: Callable[[], Any]) -> int:
    """How many objects only the collector frees after some work. The first time fills caches, the second counts."""
    work()
    gc.disable()
    gc.freeze()  # what was there before does not count, and is not looked through
    try:
        work()
        return gc.collect()
    finally:
        gc.unfreeze()
        gc.enable()


@pytest.mark.parametrize("wants", [Wants(), Wants(failures=True), Wants(eligibility=True, trace=True)])
@pytest.mark.parametrize("case", _CASES)
def test_reference_counting_frees_everything(case: Case, wants: Wants) -> None:
    program, snapshot = build_case_program(case), replace(build_case_snapshot(case), wants=wants)
    assert _left_behind(lambda: evaluate(program, snapshot)) == 0
    assert _left_behind(lambda: limit_keys(program, snapshot)) == 0
