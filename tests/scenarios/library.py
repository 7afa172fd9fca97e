"""All scenario files of the repository, for every driver."""

from __future__ import annotations

import json
from pathlib import Path

from tercel.base.codec import decode_any
from tercel.evaluation.scenario.cases import Case, read_cases

HERE = Path(__file__).parent

#: Files that need something not built yet: file name to what is missing.
PENDING: dict[str, str] = json.loads((HERE / "pending.json").read_text())


def scenario_files() -> list[Path]:
    return sorted([*(HERE / "cases").glob("*.json"), *(HERE / "peers").glob("*.json")])


def all_cases() -> list[tuple[str, Case]]:
    return [
        (f"{path.stem}/{case.name}", case)
        for path in scenario_files()
        if path.name not in PENDING
        for case in read_cases(decode_any(path.read_bytes()))
    ]
