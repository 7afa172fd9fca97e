"""``python -m benchmarks evaluate``: the workload is the common one, and wrong answers are told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from typer.testing import CliRunner

from benchmarks import evaluate
from benchmarks.command import app
from benchmarks.variants import generated, indexed
from benchmarks.workload import crowded, generate, reference
from tercel.evaluation.program.program import Program


@pytest.mark.parametrize(
    ("lines", "promotions", "hits"), [(10, 100, 13), (10, 1_000, 89), (50, 100, 37), (50, 1_000, 347)]
)
def test_the_workload_is_the_published_one(lines: int, promotions: int, hits: int) -> None:
    assert len(reference(generate(lines, promotions))[0]) == hits


def test_the_amounts_are_the_published_ones() -> None:
    workload = generate(10, 100)
    assert workload.subtotal == 52_907
    assert reference(workload)[1] == Decimal("86.419")


def test_the_variants_agree_with_the_reference() -> None:
    workload = generate(50, 1_000)
    hits, discount = reference(workload)
    for variant in (indexed(workload), generated(workload)):
        found, total = variant(workload.lines)
        assert (found, Decimal(total) / 10_000) == (hits, discount)


def test_the_crowd_changes_nothing() -> None:
    workload = generate(10, 100)
    assert reference(crowded(workload, 1_000)) == reference(workload)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "SIZES", ((10, 10), (10, 100)))
    monkeypatch.setattr(evaluate, "CROWD", 200)


@pytest.mark.usefixtures("small")
def test_right_answers() -> None:
    result = CliRunner().invoke(app, ["evaluate", "--seconds", "0.01"])
    assert result.exit_code == 0
    assert "every answer agrees with the reference" in result.stdout
    assert "10 x 100" in result.stdout


@pytest.mark.usefixtures("small")
def test_a_wrong_answer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evaluate.build_program

    def lose_one(application: object, campaigns: object) -> Program:
        return real(application, list(campaigns)[:9])  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(evaluate, "build_program", lose_one)
    result = CliRunner().invoke(app, ["evaluate", "--seconds", "0.01"])
    assert result.exit_code == 1
    assert "engine:" in result.stdout
