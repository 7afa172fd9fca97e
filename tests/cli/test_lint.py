"""``tercel language lint``: findings with place, words and advice; honest exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tercel.base.errors import InvalidError, Problem
from tercel.cli.language import app

_TOTAL = [".", "Session", "Total"]
_DEAD = {
    "title": "Dead",
    "condition": ["and", [">", _TOTAL, 100], ["<", _TOTAL, 50]],
    "effects": [["setDiscount", "d", 10]],
}
_FINE = {**_DEAD, "title": "Fine", "condition": ["and", [">", _TOTAL, 100]]}
_BROKEN = {**_DEAD, "condition": ["and", ["nonsense"]]}


def _run(path: Path, data: Any, *options: str) -> Result:
    path.write_text(json.dumps(data))
    return CliRunner().invoke(app, ["lint", *options, str(path)])


def test_a_finding_has_its_place_and_the_rule_in_words(tmp_path: Path) -> None:
    result = _run(tmp_path / "rules.json", {"rules": [_FINE, _DEAD], "bindings": []})
    assert result.exit_code == 0
    place, advice, words, total = result.stdout.splitlines()
    assert place == f"{tmp_path / 'rules.json'}: /rules/1/condition/2: warning unreachable"
    assert "; correct one of them" in advice
    assert words == (
        "    “Dead”: When the session total is more than 100 and the session total is less than 50, then "
        "give 10 as discount “d”."
    )
    assert total == "0 errors, 1 warning, 0 remarks"


def test_nothing_found(tmp_path: Path) -> None:
    result = _run(tmp_path / "rules.json", {"rules": [_FINE]}, "--strict")
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings, 0 remarks\n")


def test_strict_fails_on_warnings(tmp_path: Path) -> None:
    assert _run(tmp_path / "rules.json", {"rules": [_DEAD]}, "--strict").exit_code == 1


def test_errors_fail(tmp_path: Path) -> None:
    result = _run(tmp_path / "rules.json", {"rules": [_BROKEN]})
    assert result.exit_code == 1
    assert "/rules/0/condition/1/0: error unknownFunction" in result.stdout


def test_the_campaign_around_the_rules_counts(tmp_path: Path) -> None:
    rule = {**_FINE, "effects": [["setDiscount", "d", 60]]}
    campaign = {"ruleset": {"rules": [rule]}, "limits": [{"action": "setDiscount", "limit": 50}]}
    assert "/ruleset/rules/0/effects/0: warning unpayable" in _run(tmp_path / "c.json", campaign).stdout
    scenario: dict[str, Any] = {"campaigns": [campaign], "cases": []}
    assert (
        "/campaigns/0/ruleset/rules/0/effects/0: warning unpayable"
        in _run(tmp_path / "s.json", scenario).stdout
    )
    scenario["context"] = {"application": {"partial": True}}
    assert "unpayable" not in _run(tmp_path / "s.json", scenario).stdout


def test_bindings_are_told_in_words(tmp_path: Path) -> None:
    binding = {"name": "minimum", "expression": ["identity", 50]}
    result = _run(tmp_path / "rules.json", {"rules": [_FINE], "bindings": [binding]})
    assert "/bindings/0: warning unusedBinding" in result.stdout
    assert "“minimum” is 50" in result.stdout


@pytest.mark.parametrize(
    "data",
    [
        5,
        None,
        {"rules": 5},
        {"campaigns": []},
        {"ruleset": []},
        {"campaigns": [{}]},
        {"rules": [{"title": "r", "condition": ["and", [".", "Session"]], "effects": [["+", 1, 1]]}]},
    ],
)
def test_odd_documents_do_not_crash(tmp_path: Path, data: Any) -> None:
    result = _run(tmp_path / "odd.json", data)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout.endswith(" remarks\n")


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"campaigns": [5]}, "/campaigns/0"),
        ({"ruleset": {}, "limits": [5]}, "/limits"),
        ({"ruleset": {}, "limits": 5}, "/limits"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: Any, pointer: str) -> None:
    assert _problem(_run(tmp_path / "odd.json", data)).pointer == pointer


def test_a_file_that_is_not_there() -> None:
    result = CliRunner().invoke(app, ["lint", "/nonexistent.json"])
    assert str(result.exception) == "`/nonexistent.json` cannot be read: No such file or directory"


def _problem(result: Result) -> Problem:
    assert isinstance(result.exception, InvalidError)
    (problem,) = result.exception.problems
    return problem
