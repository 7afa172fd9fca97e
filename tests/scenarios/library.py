"""All scenario files of the repository, for every driver."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from tercel.base.codec import decode_any
from tercel.scenario.cases import Case, read_cases

HERE = Path(__file__).parent

#: Files that need something not built yet: file name to what is missing.
PENDING: dict[str, str] = json.loads((HERE / "pending.json").read_text())


def scenario_files() -> list[Path]:
    files = [*(HERE / "cases").glob("*.json"), *(HERE / "peers").glob("*.json"), *_recipes("cases")]
    return sorted(files)


def story_files() -> list[Path]:
    return sorted([*(HERE / "stories").glob("*.json"), *_recipes("steps")])


def _recipes(kind: str) -> list[Path]:
    """The recipes of the cookbook that are of one kind: ``cases`` of one request each, or ``steps`` of several."""
    return [path for path in (HERE / "cookbook").glob("*.json") if kind in decode_any(path.read_bytes())]


def all_cases() -> list[tuple[str, Case]]:
    """Every case with its label. Here a case that says nothing about failures expects none."""
    return [
        (f"{path.stem}/{case.name}", replace(case, failures=case.failures or []))
        for path in scenario_files()
        if path.name not in PENDING
        for case in read_cases(decode_any(path.read_bytes()))
    ]
