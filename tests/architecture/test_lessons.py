"""The table of lessons: complete, and every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docs" / "lessons.md").read_text()
_ROWS = re.findall(r"^\| B(\d+) \| .+ \| (.+) \| (.+) \|$", _TEXT, re.MULTILINE)
_TESTS = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^\]]+)\])?`")


def test_every_lesson_has_its_row() -> None:
    assert [int(number) for number, _, _ in _ROWS] == list(range(1, 51))


def test_every_named_test_exists() -> None:
    named = _TESTS.findall(_TEXT)
    assert len(named) == _TEXT.count("`tests/")
    missing = [name for name in named if not _exists(*name)]
    assert missing == []


def test_a_lesson_without_a_test_says_why() -> None:
    silent = [number for number, deed, shown in _ROWS if not _TESTS.search(shown) and "*Not yet" not in deed]
    assert silent == []


def _exists(path: str, function: str, story: str) -> bool:
    file = _ROOT / path
    is_there = file.is_file() and re.search(rf"^(async )?def {function}\(", file.read_text(), re.MULTILINE)
    return bool(is_there) and (not story or (file.parent / "stories" / f"{story}.json").is_file())
