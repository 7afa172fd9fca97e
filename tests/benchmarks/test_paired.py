"""``python -m benchmarks paired``: a tree compared with itself differs in nothing but chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.command import app
from benchmarks.paired import evaluator, measure


@pytest.mark.slow
def test_two_trees_are_measured_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WORKLOADS", {(10, 10): 1})
    monkeypatch.setattr(measure, "CAMPAIGNS", 3)
    result = CliRunner().invoke(app, ["paired", "HEAD", "--rounds", "1", "--updates", "100"])
    assert result.exit_code == 0, result.output
    for told in ("10 lines x 10 campaigns", "dry update", "open update", "closed update", "ratio"):
        assert told in result.output


def test_rounds_take_turns_and_compare_within_a_round() -> None:
    taken: list[str] = []
    times = {"old": iter([2.0, 20.0, 200.0]), "new": iter([3.0, 30.0, 300.0])}

    def take(name: str) -> float:
        taken.append(name)
        return next(times[name])

    pair = measure.by_turns("it", {"old": lambda: take("old"), "new": lambda: take("new")}, rounds=3)
    assert pair == ("it", 20.0, 30.0, 1.5)
    assert [sorted(taken[place : place + 2]) for place in (0, 2, 4)] == [["new", "old"]] * 3


def test_the_engine_is_that_of_the_tree(tmp_path: Path) -> None:
    package = tmp_path / "src" / "tercel"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('the other tree')")
    with pytest.raises(ValueError, match="could not convert"), evaluator.evaluating(tmp_path):
        pass


def test_an_unknown_commit_is_refused() -> None:
    result = CliRunner().invoke(app, ["paired", "no-such-commit"])
    assert result.exit_code == 2
    assert "git knows no commit `no-such-commit`" in result.output
