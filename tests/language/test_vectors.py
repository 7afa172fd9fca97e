"""The published vectors of the language, through the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tercel.cli.language import app

VECTORS = Path(__file__).parent / "vectors.json"
RUNNER = CliRunner()


def test_all_vectors_pass() -> None:
    result = RUNNER.invoke(app, ["vectors", str(VECTORS)])
    assert result.output.splitlines()[-1] == "121 passed, 0 failed", result.output
    assert result.exit_code == 0


def test_a_difference_is_told_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    file.write_text(
        '[{"name": "sum", "expression": ["+", 1, 1], "bindings": null, "expect": 3},'
        ' {"name": "none", "expression": [".", "X"], "bindings": {}, "expect": 1},'
        ' {"name": "error", "expression": 1, "bindings": {}, "expect": {"error": true}},'
        ' {"name": "time", "expression": ["parseTime", "2026-01-01T01:00:00+01:00"], "bindings": {},'
        ' "expect": "2026-01-01T00:00:00.000Z"}]'
    )
    result = RUNNER.invoke(app, ["vectors", str(file)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "sum: expected 3, got 2",
        "none: expected 1, failed: `X` is not set",
        'error: expected {"error":true}, got 1',
        "1 passed, 3 failed",
    ]


def test_eval(tmp_path: Path) -> None:
    bindings = tmp_path / "bindings.json"
    bindings.write_text('{"Session": {"Total": 120.50}}')
    result = RUNNER.invoke(app, ["eval", '["*", [".", "Session", "Total"], 2]', "--bindings", str(bindings)])
    assert (result.exit_code, result.output) == (0, "241.00\n")
    result = RUNNER.invoke(app, ["eval", "--text", "(concat 'a' (+ 1 2)) ; a comment"])
    assert (result.exit_code, result.output) == (0, '"a3"\n')
    arguments = ["eval", '["hour", ["now"]]', "--now", "2026-01-01T12:00:00Z", "--timezone", "Asia/Tokyo"]
    assert RUNNER.invoke(app, arguments).output == "21\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (['["+", 1, ["/", 1, 0]]'], "divisionByZero at /2: division by zero\n"),
        (['["+", 1, []]'], "unreadable at /2: empty term: a list starts with the name of a function\n"),
        (["[1"], "unreadable at /: not JSON: "),
        (["--text", "(+ 1"], "type at /: a bracket is not closed\n"),
        (["--text", "(+ 1 'a"], "type at /: a quote at character 5 is not closed\n"),
        (["--text", "1 2"], "type at /: expected one expression, found 2\n"),
        (["--text", "1)"], "type at /: a bracket closes nothing\n"),
        (["1", "--timezone", "Nowhere"], "time at /: unknown time zone `Nowhere`"),
        (["1", "--now", "soon"], "time at /: `soon` is no time"),
    ],
)
def test_eval_says_what_is_wrong(arguments: list[str], message: str) -> None:
    result = RUNNER.invoke(app, ["eval", *arguments])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {message}")


def test_explain() -> None:
    result = RUNNER.invoke(app, ["explain", '[">=", [".", "Session", "Total"], 50]'])
    assert (result.exit_code, result.output) == (0, "the session total is at least 50\n")


def test_docs(tmp_path: Path) -> None:
    output = tmp_path / "language.md"
    assert RUNNER.invoke(app, ["docs", "--output", str(output)]).exit_code == 0
    assert output.read_text().startswith("# The rule language\n")
