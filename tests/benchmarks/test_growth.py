"""``python -m benchmarks growth``: what it makes of figures, and a short run against a real server."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from benchmarks.command import app
from benchmarks.growth.axes import AXES, REFERENCE, AxisName
from benchmarks.growth.copies import code_of
from benchmarks.growth.measure import GrowthFigures, growth
from benchmarks.growth.plot import draw
from benchmarks.growth.report import conclusion, problems
from benchmarks.load_client import LoadResult
from benchmarks.server import cpu_spent
from benchmarks.workload import generate, stretched

_PLOT_BYTES_MAX = 40_000


def _figures(axis: AxisName, costs: dict[str, dict[int, float]]) -> list[GrowthFigures]:
    result = LoadResult(seconds=1.0, latencies=[0.001, 0.002], failures={})
    return [
        GrowthFigures(axis=axis, size=size, kind=kind, result=result, cost=cost)
        for kind, by_size in costs.items()
        for size, cost in by_size.items()
    ]


def _of_update(*, grown: float, machine: float = 1.0) -> list[GrowthFigures]:
    costs = {
        REFERENCE: {10_000: 0.0001, 1_000_000: 0.0001 * machine},
        "open update": {10_000: 0.001, 1_000_000: 0.001 * grown},
    }
    return _figures(AxisName.SESSIONS, costs)


def test_growth_is_what_is_not_the_machines() -> None:
    (found,) = growth(_of_update(grown=3.0, machine=2.0))
    assert (found.kind, found.sizes) == ("open update", 100)
    assert found.ratio == pytest.approx(1.5)


@pytest.mark.parametrize(("grown", "is_fine"), [(1.0, True), (1.5, True), (2.5, False), (100.0, False)])
def test_a_hundred_times_the_size_may_cost_half_as_much_again(grown: float, is_fine: bool) -> None:
    (found,) = growth(_of_update(grown=grown))
    assert found.is_logarithmic(10_000) is is_fine


def test_the_conclusion_names_what_grew() -> None:
    assert "100 times the sessions stored" in conclusion(_of_update(grown=1.1))
    assert conclusion(_of_update(grown=1.1)).endswith("nothing worse than logarithmic")
    assert conclusion(_of_update(grown=9.0)).endswith("worse than logarithmic: open update")


def test_processes_that_come_and_go_do_not_disturb_the_cost() -> None:
    assert cpu_spent({1: 5.0, 2: 9.0}, {1: 6.0, 3: 0.5}) == pytest.approx(1.5)


def test_wrong_answers_are_told() -> None:
    (figure, *_) = _of_update(grown=1.0)
    wrong = GrowthFigures(
        axis=figure.axis, size=4, kind="close", result=figure.result, cost=1.0, problem="bad"
    )
    assert problems([figure, wrong]) == ["sessions 4, close: bad"]


def test_a_plot_is_small_text_and_the_same_every_time(tmp_path: Path) -> None:
    costs = {f"kind {number}": {10: 0.001, 100: 0.002, 1_000: 0.004} for number in range(7)}
    figures = _figures(AxisName.CAMPAIGNS, {REFERENCE: {10: 1e-4, 100: 1e-4, 1_000: 1e-4}, **costs})
    first = draw(figures, tmp_path / "a").read_bytes()
    assert draw(figures, tmp_path / "b").read_bytes() == first
    assert len(first) < _PLOT_BYTES_MAX
    texts = {each.text for each in ElementTree.fromstring(first).iter() if each.tag.endswith("}text")}
    assert {"campaigns running", "kind 6", REFERENCE, "1,000"} <= texts


def test_codes_of_copies_differ() -> None:
    assert len({code_of(number) for number in range(10_000)}) == 10_000


def test_a_stretched_cart_has_lines_of_the_same_kinds() -> None:
    lines = generate(10, 10).lines
    longer = stretched(lines, 25)
    assert len({line.sku for line in longer}) == 25
    assert {line.category for line in longer} == {line.category for line in lines}
    assert len(stretched(lines, 1)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("axis", [AxisName.SESSIONS, AxisName.CAMPAIGNS])
def test_a_quick_run_measures_every_size_and_finds_every_answer_right(axis: AxisName, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["growth", "--axis", axis, "--quick", "--seconds", "0.1", "--plot", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert "every answer is right" in result.stdout
    for size in AXES[axis].quick:
        assert re.search(rf"close with a code.*{size:,}|│ +│ +{size:,}", result.stdout)
    assert (tmp_path / f"growth-{axis}.svg").exists()
