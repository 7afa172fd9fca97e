"""``tercel scenario run``: one line per case, readable differences, honest exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tercel.cli.scenario import app
from tests.support.server import ADMIN_PASSWORD, Server

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


@pytest.mark.parametrize(
    ("change", "pointer", "hint"),
    [
        ({"campains": []}, "/campains", "did you mean `campaigns`?"),
        ({"context": {"profil": {}}}, "/context/profil", "did you mean `profile`?"),
        ({"context": {"application": {"cap": True}}}, "/context/application/cap", "did you mean `capped`?"),
        ({"campaigns": [{"coupon": []}]}, "/campaigns/0/coupon", "did you mean `coupons`?"),
        ({"campaigns": [{"coupons": [{"value": "A"}]}]}, "/campaigns/0/coupons/0/value", "there may be "),
        ({"campaigns": [{"ruleset": {"rule": []}}]}, "/campaigns/0/ruleset/rule", "did you mean `rules`?"),
        ({"cases": [{"expect": []}]}, "/cases/0/expect", "did you mean `expected`?"),
        ({"cases": [{"session": {"atributes": {}}}]}, "/cases/0/session/atributes", "`attributes`?"),
        ({"cases": [{"session": {"cartItems": [{"qty": 1}]}}]}, "/cases/0/session/cartItems/0/qty", "may be"),
        ({"cases": [{"expected": [{"kind": 1}]}]}, "/cases/0/expected/0/kind", "may be effectType, props"),
        ({"cases": [{"failures": [{"rule": 0}]}]}, "/cases/0/failures/0/rule", "did you mean `ruleIndex`?"),
        ({"steps": [{"update": {"cartitems": []}}]}, "/steps/0/update/cartitems", "`cartItems`?"),
        ({"steps": [{"update": {}, "expect": []}]}, "/steps/0/expect", "did you mean `expected`?"),
    ],
)
def test_members_that_nothing_reads_are_refused(
    tmp_path: Path, change: dict[str, object], pointer: str, hint: str
) -> None:
    result = _run(_write(tmp_path / "slip.json", change))
    assert result.exit_code == 1
    (line,) = [line.strip() for line in result.stdout.splitlines() if line.strip().startswith(f"{pointer}:")]
    assert hint in line


def test_failures_need_not_be_told_and_reasons_are(tmp_path: Path) -> None:
    rule = {**_RULE, "title": "rich", "condition": ["and", [">=", [".", "Session", "Total"], 50]]}
    campaigns = [{"ruleset": {"bindings": [], "rules": [rule]}}]
    nothing = {"name": "poor", "session": _SESSION, "expected": []}
    assert _run(_write(tmp_path / "silent.json", {"campaigns": campaigns, "cases": [nothing]})).exit_code == 0
    wrong = {**nothing, "expected": _SCENARIO["cases"][0]["expected"]}
    result = _run(_write(tmp_path / "wrong.json", {"campaigns": campaigns, "cases": [wrong]}))
    assert result.exit_code == 1
    why = "campaign 0, rule 0 (“rich”) did not fire: the session total is at least 50: it is 20.00"
    assert f"        {why}" in result.stdout.splitlines()


def test_details_are_shown_though_they_need_not_be_expected(tmp_path: Path) -> None:
    rule = {**_RULE, "condition": ["and", ["couponValid"], [">=", [".", "Session", "Total"], 50]]}
    campaigns = [{"coupons": [{"id": 1, "code": "RICH"}], "ruleset": {"rules": [rule]}}]
    wrong = {"session": {**_SESSION, "couponCodes": ["RICH"]}, "expected": []}
    result = _run(_write(tmp_path / "refused.json", {"campaigns": campaigns, "cases": [wrong]}))
    assert '"rejectionReason":"CouponRejectedByCondition"' in result.stdout
    assert '"conditionIndex":1' in result.stdout


def test_a_rule_set_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    rule = {**_RULE, "condition": ["and", [">", [".", "Session", "Totl"], 1]]}
    data = {**_SCENARIO, "campaigns": [{"ruleset": {"rules": [rule]}}]}
    result = _run(_write(tmp_path / "unknown.json", data))
    assert "campaign 0: /rules/0/condition/1/1/2: " in result.stdout
    assert result.stdout.splitlines()[-1] == "0 passed, 2 failed"


_STORY = {
    "title": "Five off",
    "campaigns": _SCENARIO["campaigns"],
    "steps": [
        {"update": {"cartItems": _SESSION["cartItems"]}, "expected": _SCENARIO["cases"][0]["expected"]}
    ],
}


def test_stories_are_told_to_a_server(tmp_path: Path, server: Server) -> None:
    password = tmp_path / "password"
    password.write_text(ADMIN_PASSWORD + "\n")
    right = _write(tmp_path / "story.json", _STORY)
    wrong = _write(tmp_path / "wrong.json", {**_STORY, "steps": [{"update": {"cartItems": []}, "id": "a"}]})
    options = ["--url", server.url, "--password-file", str(password)]
    result = CliRunner().invoke(app, ["run", *options, str(right), str(wrong), str(right)])
    # The server of the tests lives in this process and logs to the same place.
    lines = [line for line in result.stdout.splitlines() if not line.startswith("20")]
    assert lines[0] == "passed  story.json: Five off"
    assert lines[1] == "FAILED  wrong.json: Five off"
    assert lines[2].startswith("        step 0 (update): effect 0: not expected")
    assert lines[-1] == "2 passed, 1 failed"


@pytest.mark.parametrize("password", ["a wrong password", None])
def test_a_server_that_cannot_be_used_is_told(tmp_path: Path, server: Server, password: str | None) -> None:
    file = tmp_path / "password"
    file.write_text(password or ADMIN_PASSWORD)
    url = server.url if password else "http://127.0.0.1:1"
    story = _write(tmp_path / "story.json", _STORY)
    result = CliRunner().invoke(app, ["run", "--url", url, "--password-file", str(file), str(story)])
    assert result.exit_code == 1
    words = "refuses the password" if password else "cannot be reached"
    assert f"the story cannot be told: `{url}` {words}" in result.stdout


def test_a_server_is_started_for_stories(tmp_path: Path) -> None:
    story = _write(tmp_path / "story.json", _STORY)
    result = _run(story, _write(tmp_path / "scenario.json", {**_SCENARIO, "cases": _SCENARIO["cases"][:1]}))
    assert result.stdout.splitlines() == [
        "passed  story.json: Five off",
        "passed  scenario.json: Five off: right",
        "2 passed, 0 failed",
    ]
