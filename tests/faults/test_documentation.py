"""The page on faults names every test here, and no test that does not exist."""

import re

from tests.architecture.sources import ROOT

_TEXT = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
_NAMED = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", _TEXT))
_TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


def _tests(path: str) -> set[tuple[str, str]]:
    return {(path, name) for name in _TEST.findall((ROOT / path).read_text(encoding="utf-8"))}


def test_every_named_test_exists() -> None:
    assert _NAMED
    existing = {test for path, _ in _NAMED for test in _tests(path)}
    assert existing >= _NAMED


def test_every_fault_is_described() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/faults").glob("test_*.py")}
    ours = {test for path in files - {"tests/faults/test_documentation.py"} for test in _tests(path)}
    assert ours <= _NAMED
