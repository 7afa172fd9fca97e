"""``tercel scenario run``: one line per case, readable differences, honest exit status."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from tercel.cli.scenario import app

_SESSION = {"state": "open", "cartItems": [{"sku": "A", "quantity": 1, "price": 20}]}
_RULE = {"title": "r", "condition": ["and", True], "effects": [["setDiscount", "x", 5]]}
_SCENARIO = {
    "title": "Five off",
    "campaigns": [{"ruleset": {"bindings": [], "rules": [_RULE]}}],
    "cases": [
        {
            "name": "right",
            "session": _SESSION,
            "expected": [{"effectType": "setDiscount", "props": {"name": "x", "value": 5}}],
        },
        {
            "name": "wrong",
            "session": _SESSION,
            "expected": [{"effectType": "setDiscount", "props": {"name": "x", "value": 6}}],
        },
    ],
}


def _run(*paths: Path) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, paths)])


def _write(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_all_pass(tmp_path: Path) -> None:
    good = _write(tmp_path / "good.json", {**_SCENARIO, "cases": _SCENARIO["cases"][:1]})
    result = _run(good, good)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["passed  good.json: Five off: right"] * 2 + ["2 passed, 0 failed"]


def test_a_difference_is_shown(tmp_path: Path) -> None:
    result = _run(_write(tmp_path / "both.json", _SCENARIO))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[1] == "FAILED  both.json: Five off: wrong"
    assert 'expected {"effectType":"setDiscount","props":{"name":"x","value":6}}' in lines[2]
    assert 'got      {"effectType":"setDiscount","props":{"name":"x","value":5}}' in lines[3]
    assert lines[-1] == "1 passed, 1 failed"


def test_what_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    broken = [
        _write(tmp_path / "broken.json", "{"),
        _write(tmp_path / "list.json", []),
        _write(tmp_path / "cases.json", {"cases": [5]}),
        tmp_path / "absent.json",
        _write(tmp_path / "odd.json", {"cases": [{"session": {"cartItems": [{"price": 1}]}}]}),
        _write(tmp_path / "zone.json", {"context": {"timezone": "Nowhere"}, "cases": [{"session": {}}]}),
    ]
    result = _run(*broken)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "0 passed, 6 failed"


def test_campaigns_that_do_not_compile_are_told(tmp_path: Path) -> None:
    data = {"campaigns": [{"ruleset": {"rules": [5]}}], "cases": [{"session": _SESSION}]}
    result = _run(_write(tmp_path / "rules.json", data))
    assert result.exit_code == 1
    assert "campaign 0: /rules/0" in result.stdout


def test_a_story_is_left_to_a_server(tmp_path: Path) -> None:
    result = _run(_write(tmp_path / "story.json", {"steps": [{"update": {}}]}))
    assert result.exit_code == 1
    assert "/steps: a story of several requests is told to a server" in result.stdout
