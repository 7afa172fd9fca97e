"""The command behind ``make bench-peers``: fetch the peers, measure each, check it, and tell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from benchmarks.peers import duel, in_process, machine, over_http
from benchmarks.peers.catalogue import PEERS, SIZES, Peer
from benchmarks.peers.database import temporary_database
from benchmarks.peers.in_process import Conditions
from benchmarks.peers.install import PeerError, install
from benchmarks.peers.over_http import Load
from benchmarks.peers.report import OURS, Engine, Report
from benchmarks.peers.workload import Size

#: How long one cell may take, with starting the engine and filling it.
_BOUND_SECONDS = 90.0
_CONNECTIONS = 32
_CACHE = Path("~/.cache/tercel-bench-peers")
_NAMES = ", ".join(peer.name for peer in PEERS)
_progress = Console(stderr=True, highlight=False)
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def bench_peers(
    only: Annotated[str, typer.Option(help=f"Names with commas between: {_NAMES}.")] = "",
    size: Annotated[list[str] | None, typer.Option(help="Lines x promotions, such as 10x100.")] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="How long to measure each cell.")] = 1.0,
    http: Annotated[bool, typer.Option(help="Also measure over HTTP.")] = True,
    duel: Annotated[bool, typer.Option(help="Also let them redeem one limited code at once.")] = True,
    directory: Annotated[Path, typer.Option(help="Where peers are installed.")] = _CACHE,
    json: Annotated[Path | None, typer.Option(help="Write the results as JSON to this file.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables as Markdown to this file.")] = None,
) -> None:
    """Measure other engines beside Tercel on the same workload, in the same run, and check every answer.

    Engines are fetched by pip and npm when they are missing. One that cannot be fetched or does not run is told and left out.
    Exit status 1 when an answer is wrong.

    Example: python -m benchmarks.peers --only drools,zen --no-duel
    """
    conditions = Conditions(directory.expanduser().absolute(), seconds, _BOUND_SECONDS)
    looked = machine.look()
    peers = _chosen(only)
    engines = [_installed(peer, conditions.cache) for peer in peers]
    ready = [peer for peer, engine in zip(peers, engines, strict=True) if not engine.failure]
    sizes = _sizes(size)
    report = Report(
        looked,
        engines,
        # Because: a machine's speed drifts, so engines that are compared are measured right after each other.
        [_in_process(peer, each, conditions) for each in sizes for peer in ready],
        list(_over_http(ready, conditions.cache, Load(_CONNECTIONS, 5 * seconds))) if http else [],
        list(_duels(ready, conditions.cache)) if duel else [],
    )
    _tell(report, json, markdown)
    if report.problems():
        sys.exit(1)


def _chosen(only: str) -> list[Peer]:
    names = {name.strip() for name in only.split(",") if name.strip()}
    unknown = names - {peer.name for peer in PEERS}
    if unknown:
        raise typer.BadParameter(f"there is no `{sorted(unknown)[0]}`: expected some of {_NAMES}")
    return [peer for peer in PEERS if not names or peer.name in names]


def _sizes(given: list[str] | None) -> list[Size]:
    if not given:
        return list(SIZES)
    named = {f"{lines}x{promotions}": (lines, promotions) for lines, promotions in SIZES}
    unknown = [each for each in given if each not in named]
    if unknown:
        raise typer.BadParameter(f"there is no size `{unknown[0]}`: expected some of {', '.join(named)}")
    return [named[each] for each in given]


def _installed(peer: Peer, cache: Path) -> Engine:
    version = failure = ""
    try:
        if peer.package is not None:
            _progress.print(f"install {peer.package.requirements[0]}")
        version = install(peer, cache)
    except (PeerError, OSError) as error:
        failure = f"not installed: {error}"
        _progress.print(f"  {failure}", markup=False)
    return Engine(peer.name, peer.title, version, peer.includes, peer.meaning.title, failure)


@contextmanager
def _database_for(peer: Peer) -> Iterator[dict[str, Any] | None]:
    with temporary_database() if peer.needs_database else nullcontext() as database:
        yield database


def _in_process(peer: Peer, size: Size, conditions: Conditions) -> in_process.Cell:
    _progress.print(f"{size[0]} x {size[1]:,}: {peer.title}")
    with _database_for(peer) as database:
        return in_process.measure(peer, size, conditions, database)


def _over_http(peers: list[Peer], cache: Path, load: Load) -> Iterator[over_http.HttpFigures]:
    if any(peer.name == OURS for peer in peers):
        _progress.print("over HTTP: Tercel")
        yield from over_http.measure_tercel(load)
    for peer in peers:
        if peer.over_http:
            _progress.print(f"over HTTP: {peer.title}")
            with _database_for(peer) as database:
                yield over_http.measure_peer(peer, cache, load, database)


def _duels(peers: list[Peer], cache: Path) -> Iterator[duel.DuelFigures]:
    if any(peer.name == OURS for peer in peers):
        _progress.print("duel: Tercel")
        yield duel.against_tercel()
    for peer in peers:
        if peer.duel_driver:
            _progress.print(f"duel: {peer.title}")
            with temporary_database() as database:
                yield duel.against_peer(peer, cache, database)


def _tell(report: Report, json: Path | None, markdown: Path | None) -> None:
    console = Console(width=max(Console().width, 160), highlight=False)
    console.print(report.machine.sentence)
    for grid in report.grids():
        console.print(grid.drawn())
    if report.warning():
        console.print(report.warning())
    console.print(
        "\n".join(report.problems()) or "every answer is right in the meaning of its engine", markup=False
    )
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    if markdown is not None:
        markdown.write_text(report.markdown(), encoding="utf-8")


if __name__ == "__main__":
    app()
