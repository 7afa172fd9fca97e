"""The command as a whole without peers, and the tables, verdicts and exit status that it gives."""

import json
import re

import msgspec
import pytest
from typer.testing import CliRunner

from benchmarks.peers.__main__ import app
from benchmarks.peers.catalogue import PEERS
from benchmarks.peers.duel import DuelFigures, against_tercel
from benchmarks.peers.in_process import Cell
from benchmarks.peers.machine import look
from benchmarks.peers.over_http import HttpFigures
from benchmarks.peers.report import Engine, Report
from tests.architecture.sources import tracked_texts

ALONE = ["--size", "10x10", "--seconds", "0.01", "--no-http", "--no-duel"]
RIGHT = DuelFigures(peer="Tercel", succeeded=10, counted=10, seconds=0.5, in_force=7, counted_after_mix=7)


def report(cells=(), servers=(), duels=()) -> Report:
    engines = [
        Engine("tercel", "Tercel", "", "everything", "added up"),
        Engine("other", "Other", "1.2", "rules", "added up"),
        Engine("absent", "Absent", "", "rules", "added up", "not installed: no network"),
    ]
    return Report(look(), engines, list(cells), list(servers), list(duels))


def cell(peer="tercel", median=50.0, **fields) -> Cell:
    return Cell(peer=peer, size=(10, 100), median=median, p99=2 * median, runs=9, **fields)


def test_the_command_measures_ours_without_any_peer(tmp_path) -> None:
    files = {kind: tmp_path / kind for kind in ("json", "markdown")}
    options = [part for kind, file in files.items() for part in (f"--{kind}", str(file))]
    result = CliRunner().invoke(app, ["--only", "tercel,index", *ALONE, *options])
    assert result.exit_code == 0, result.output
    assert "every answer is right" in result.stdout
    written = json.loads(files["json"].read_text())
    assert [(each["peer"], each["problems"]) for each in written["cells"]] == [("tercel", []), ("index", [])]
    assert "| bare sums, Python with an index |" in files["markdown"].read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "nobody"], "there is no `nobody`"),
        (["--size", "7x7"], "there is no size `7x7`"),
    ],
)
def test_what_there_is_not_is_refused(options, said) -> None:
    result = CliRunner().invoke(app, ["--only", "tercel", *options], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert result.exit_code == 2
    assert said in result.output


def test_medians_stand_beside_their_ratio_to_ours() -> None:
    (grid,) = report([cell(), cell("other", 2_500.0)]).grids()
    assert grid.headings == ["engine", "10 x 100", "answers"]
    assert grid.rows == [
        ["Tercel", "50.0 µs (100 µs), 1.00x", "added up"],
        ["Other 1.2", "2.50 ms (5.00 ms), 50.0x", "added up"],
        ["Absent", "", "not installed: no network"],
    ]


def test_a_wrong_answer_is_a_problem_and_stands_in_the_table() -> None:
    found = report([cell(), cell("other", problems=["2 promotions applied, not these 3"])])
    assert found.problems() == ["Other, 10 x 100: 2 promotions applied, not these 3"]
    assert found.grids()[0].rows[1][-1] == "WRONG: 2 promotions applied, not these 3"


def test_a_peer_that_does_not_run_is_no_problem_but_ours_is() -> None:
    assert report([cell(), cell("other", failure="more than 90 s")]).problems() == []
    assert report([cell(failure="more than 90 s")]).problems() == ["Tercel, 10 x 100: more than 90 s"]


def test_a_busy_machine_is_told() -> None:
    quiet = msgspec.structs.replace(look(), cores=2, load=0.4)
    assert msgspec.structs.replace(report([cell(load=2.9)]), machine=quiet).warning() == ""
    busy = msgspec.structs.replace(report([cell(load=2.9), cell(load=17.3)]), machine=quiet)
    assert "load 17.3 on 2 cores" in busy.warning()
    assert busy.warning() in busy.markdown()


@pytest.mark.parametrize(
    ("ratio", "shown"), [(0.0042, "0.0042x"), (0.5, "0.50x"), (12.34, "12.3x"), (4567.8, "4,568x")]
)
def test_ratios_keep_their_first_figures(ratio, shown) -> None:
    (grid,) = report([cell(median=100.0), cell("other", 100.0 * ratio)]).grids()
    assert grid.rows[1][1].endswith(f", {shown}")


def test_servers_are_compared_with_our_dry_update() -> None:
    servers = [
        HttpFigures(peer="Tercel, dry update", includes="all", per_second=1_000, p50=2.0, p99=9.0),
        HttpFigures(peer="Other", includes="rules", per_second=250, p50=8.0, p99=30.0, problems=["wrong"]),
        HttpFigures(peer="Absent", includes="rules", failure="its server ended"),
    ]
    found = report(servers=servers)
    (grid,) = found.grids()
    assert grid.rows == [
        ["Tercel, dry update", "1,000", "1.00", "2.0", "9.0", "all"],
        ["Other", "250", "0.25", "8.0", "30.0", "wrong"],
        ["Absent", "-", "-", "-", "-", "its server ended"],
    ]
    assert found.problems() == ["Other over HTTP: wrong"]


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "right"),
        ({"in_force": None, "counted_after_mix": None}, "right"),
        ({"succeeded": 12}, "12 succeeded, the limit is 10; the counter says 10"),
        ({"counted": 9}, "the counter says 9"),
        ({"counted_after_mix": 9}, "after giving back the counter says 9, in force are 7"),
        ({"failure": "more than 180 s"}, "more than 180 s"),
    ],
)
def test_verdicts_of_the_duel(fields, verdict) -> None:
    assert msgspec.structs.replace(RIGHT, **fields).verdict == verdict


def test_only_our_own_defeat_is_a_problem() -> None:
    lost = msgspec.structs.replace(RIGHT, succeeded=12, counted=12)
    assert report(duels=[lost]).problems() == ["Tercel in the duel: 12 succeeded, the limit is 10"]
    assert report(duels=[RIGHT, msgspec.structs.replace(lost, peer="Other")]).problems() == []


@pytest.mark.slow
def test_tercel_wins_the_duel() -> None:
    assert against_tercel().verdict == "right"


def test_every_table_is_markdown() -> None:
    lines = report([cell()], duels=[RIGHT]).markdown().splitlines()
    assert "| Tercel | 10 | 10 | 0.50 | 7 | 7 | right |" in lines
    assert sum(re.fullmatch(r"(\| --- )+\|", line) is not None for line in lines) == 2


def test_every_peer_is_pinned_and_documented_with_its_licence() -> None:
    page = tracked_texts()["docs/peers.md"]
    for peer in PEERS:
        assert peer.title in page
        if peer.package is not None:
            assert peer.package.licence in page
            assert all(re.search(r"(==|.@)\d+(\.\d+)+$", each) for each in peer.package.requirements)
            name, version = re.split(r"==|(?<=.)@", peer.package.requirements[0])
            assert f"`{name}` {version}" in page
