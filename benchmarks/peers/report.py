"""The results of a run: as tables for a terminal, as Markdown for the documentation, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from rich.table import Table

from benchmarks.peers.duel import DuelFigures
from benchmarks.peers.in_process import Cell
from benchmarks.peers.machine import Machine
from benchmarks.peers.over_http import HttpFigures
from benchmarks.peers.workload import Size

OURS = "tercel"
#: What an engine with its compiler, collector or database adds to the load of the machine.
OUR_OWN_LOAD = 1.0


class Engine(msgspec.Struct, frozen=True):
    """A peer that was asked for: its version, or why it is not there."""

    name: str
    title: str
    version: str
    includes: str
    meaning: str
    failure: str = ""


class Grid(msgspec.Struct, frozen=True):
    """A table before it is drawn."""

    title: str
    headings: list[str]
    rows: list[list[str]]

    def drawn(self) -> Table:
        """Draw the table for a terminal."""
        table = Table(title=self.title, title_justify="left")
        for number, heading in enumerate(self.headings):
            table.add_column(heading, justify="right" if 0 < number < len(self.headings) - 1 else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Write the table for a page."""
        lines = [self.headings, ["---"] * len(self.headings), *self.rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


class Report(msgspec.Struct, frozen=True):
    """Everything that a run found out."""

    machine: Machine
    engines: list[Engine]
    cells: list[Cell]
    servers: list[HttpFigures]
    duels: list[DuelFigures]

    def problems(self) -> list[str]:
        """Wrong answers, and whatever kept Tercel itself from running; peers that are absent are not wrong."""
        titles = {engine.name: engine.title for engine in self.engines}
        found = [
            f"{titles[cell.peer]}, {_size(cell.size)}: {problem}"
            for cell in self.cells
            for problem in cell.problems
        ]
        found += [f"{row.peer} over HTTP: {problem}" for row in self.servers for problem in row.problems]
        found += [f"Tercel over HTTP: {row.failure}" for row in self.servers if row.failure and _is_ours(row)]
        found += [f"Tercel, {_size(cell.size)}: {cell.failure}" for cell in self.cells if _failed(cell)]
        return found + [f"Tercel in the duel: {each.verdict}" for each in self.duels if _lost(each)]

    def warning(self) -> str:
        """Warn when other programs used the machine; empty when it was quiet."""
        busiest = max([self.machine.load, *(cell.load for cell in self.cells)])
        if busiest <= self.machine.cores + OUR_OWN_LOAD:
            return ""
        return (
            f"the machine was busy: load {busiest:.1f} on {self.machine.cores} cores; ratios are rough and 99th percentiles are"
            " waiting times: repeat on a quiet machine"
        )

    def grids(self) -> list[Grid]:
        """Return the tables that have rows."""
        every = [self._in_process(), self._over_http(), self._duel()]
        return [grid for grid in every if grid.rows]

    def markdown(self) -> str:
        """Write all tables with their titles."""
        parts = [f"**{grid.title}**\n\n{grid.markdown()}" for grid in self.grids()]
        return "\n\n".join(filter(None, [self.machine.sentence, self.warning(), *parts])) + "\n"

    def _in_process(self) -> Grid:
        sizes = list(dict.fromkeys(cell.size for cell in self.cells))
        ours = {cell.size: cell.median for cell in self.cells if cell.peer == OURS and not cell.failure}
        rows = []
        for engine in self.engines:
            mine = {cell.size: cell for cell in self.cells if cell.peer == engine.name}
            shown = [_shown(mine[size], ours.get(size)) if size in mine else "" for size in sizes]
            name = f"{engine.title} {engine.version}".strip()
            rows.append([name, *shown, engine.failure or _meaning(engine, mine.values())])
        title = "One evaluation in process: median (99th percentile), and how many times Tercel's median"
        headings = ["engine", *map(_size, sizes), "answers"]
        return Grid(title, headings, rows if self.cells else [])

    def _over_http(self) -> Grid:
        ours = next((row.per_second for row in self.servers if _is_ours(row)), 0.0)
        rows = []
        for row in self.servers:
            if row.failure:
                rows.append([row.peer, "-", "-", "-", "-", row.failure])
                continue
            ratio = f"{row.per_second / ours:.2f}" if ours else "-"
            figures = [f"{row.per_second:,.0f}", ratio, f"{row.p50:.1f}", f"{row.p99:.1f}"]
            rows.append([row.peer, *figures, "; ".join(row.problems) or row.includes])
        headings = ["server", "per second", "of Tercel dry", "p50 ms", "p99 ms", "does"]
        return Grid("Over HTTP, 32 connections: 10 lines, 100 promotions", headings, rows)

    def _duel(self) -> Grid:
        rows = []
        for each in self.duels:
            done = [str(each.succeeded), str(each.counted), f"{each.seconds:.2f}", _number(each.in_force)]
            figures = ["-"] * 5 if each.failure else [*done, _number(each.counted_after_mix)]
            rows.append([each.peer, *figures, each.verdict])
        headings = ["engine", "succeeded", "counted", "seconds", "in force after", "counted after", "verdict"]
        return Grid(
            "200 redemptions at once, 10 allowed; then half given back while others redeem", headings, rows
        )


def _meaning(engine: Engine, cells: Iterable[Cell]) -> str:
    wrong = [problem for cell in cells for problem in cell.problems]
    return f"WRONG: {wrong[0]}" if wrong else engine.meaning


def _shown(cell: Cell, ours: float | None) -> str:
    if cell.failure:
        return cell.failure if len(cell.failure) < 20 else "failed"
    ratio = f", {_significant(cell.median / ours)}x" if ours else ""
    return f"{_duration(cell.median)} ({_duration(cell.p99)}){ratio}"


def _duration(microseconds: float) -> str:
    for factor, unit in ((1e6, "s"), (1e3, "ms")):
        if microseconds >= factor:
            return f"{_significant(microseconds / factor)} {unit}"
    return f"{_significant(microseconds)} µs"


def _significant(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _size(size: Sequence[int] | Size) -> str:
    return f"{size[0]} x {size[1]:,}"


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _failed(cell: Cell) -> bool:
    return cell.peer == OURS and bool(cell.failure)


def _lost(duel: DuelFigures) -> bool:
    return duel.peer == "Tercel" and duel.verdict != "right"


def _is_ours(row: HttpFigures) -> bool:
    return row.peer.startswith("Tercel")
