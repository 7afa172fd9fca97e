"""Every story through HTTP and PostgreSQL, and what a story may look like."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError
from tercel.cli.stories.telling import StoryRun
from tercel.scenario.story import Story, read_story
from tests.scenarios.library import story_files

_FILES = story_files()


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_story(admin: httpx.Client, path: Path) -> None:
    assert StoryRun(admin, read_story(decode_any(path.read_bytes()))).tell() == []


def test_the_documented_story(admin: httpx.Client) -> None:
    text = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()
    (example,) = re.findall(r"```json\n(.+?)```", text, re.DOTALL)
    assert StoryRun(admin, read_story(decode_any(example.encode()))).tell() == []


def test_there_are_stories() -> None:
    assert len(_FILES) >= 60


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([], "/steps"),
        ({"cases": []}, "/steps"),
        ({"steps": [5]}, "/steps/0"),
        ({"steps": [{"expected": []}]}, "/steps/0"),
        ({"steps": [{"update": {}}, {"update": {}, "reopen": True}]}, "/steps/1"),
        ({"steps": [{"update": {}, "effects": []}]}, "/steps/0/effects"),
    ],
)
def test_what_is_no_story(data: Any, pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_story(data)
    assert refused.value.problems[0].pointer == pointer


_CART = {"cartItems": [{"sku": "A", "price": 10, "quantity": 1}]}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"update": _CART, "expected": [{"effectType": "setDiscount", "props": {}}]}, "effect 0: missing"),
        ({"update": _CART, "session": {"total": 11}}, "session/total: expected 11, got 10"),
        ({"update": _CART, "answer": {"effects": [{}]}}, "answer/effects: expected [{}], got []"),
        ({"update": _CART, "profiles": {"ann": {"totalSales": 1}}}, "profile ann/totalSales: expected 1"),
        ({"update": _CART, "counters": {"coupons": {"X": {}}}}, "counters/coupons/X: expected {}, got None"),
        ({"update": {"state": "cancelled"}, "error": {"status": 404}}, "error/status: expected 404, got 400"),
        ({"update": {"state": "cancelled"}}, "status 400"),
        ({"update": _CART, "error": {"status": 400}}, "error/status: expected 400, got 200"),
    ],
)
def test_a_story_that_does_not_hold_says_where(admin: httpx.Client, step: dict, words: str) -> None:
    story: Story = read_story({"campaigns": [], "steps": [{"update": {}}, {**step, "id": "other"}]})
    found = StoryRun(admin, story).tell()
    assert found
    assert found[0].startswith("step 1 (update): ")
    assert words in found[0]
