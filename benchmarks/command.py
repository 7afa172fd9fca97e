"""``python -m benchmarks``: how fast this machine is, measured beside a reference in the same run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import coupons
from benchmarks import evaluate as in_process
from benchmarks import over_http as http_load
from benchmarks.growth import measure as growth
from benchmarks.growth import report
from benchmarks.growth.axes import AXES, AxisName
from benchmarks.paired import measure as turns
from benchmarks.paired.trees import ROOT, checked_out

app = typer.Typer(name="benchmarks", help="Measure this machine.", invoke_without_command=True)
app.command("coupons")(coupons.coupons)

_Seconds = Annotated[float, typer.Option(min=0.01, help="How long to measure each engine and size.")]


@app.callback()
def bench(context: typer.Context) -> None:
    """Measure this machine: without a sub-command, evaluation in process and updates over HTTP.

    Example: python -m benchmarks
    """
    if context.invoked_subcommand is None:
        evaluate()
        over_http()


@app.command("evaluate")
def evaluate(seconds: _Seconds = 1.0) -> None:
    """Evaluate the common workload in process, with full effects, and check every answer.

    Beside it runs the same workload as bare sums in plain Python: with an index, and as one generated function. Exit
    status 1 when an answer is wrong.

    Example: python -m benchmarks evaluate --seconds 0.5
    """
    table = Table(
        title="Evaluation in process: median (99th percentile) in microseconds", title_justify="left"
    )
    for heading in (
        "lines x campaigns",
        "apply",
        "engine, full effects",
        "bare sums, index",
        "bare sums, function",
    ):
        table.add_column(heading, justify="right")
    table.add_column("engine / index", justify="right")
    problems = []
    medians = {}
    for figures in in_process.measure(seconds):
        medians[figures.lines, figures.campaigns] = figures.engine.median
        table.add_row(
            f"{figures.lines} x {figures.campaigns:,}",
            str(figures.applied),
            _shown(figures.engine),
            _shown(figures.indexed),
            _shown(figures.generated),
            f"{figures.engine.median / figures.indexed.median:.1f}",
        )
        problems += [f"{figures.lines} x {figures.campaigns:,}: {problem}" for problem in figures.problems]
    console = Console(width=max(Console().width, 120), highlight=False)
    console.print(table)
    growth = medians[10, in_process.CROWD] / medians[10, 100]
    console.print(f"{in_process.CROWD:,} campaigns against 100, the same 13 applying: {growth:.2f} times")
    console.print("every answer agrees with the reference" if not problems else "\n".join(problems))
    if problems:
        sys.exit(1)


@app.command("http")
def over_http(
    updates: Annotated[int, typer.Option(min=100, help="Requests of each kind.")] = 10_000,
    connections: Annotated[int, typer.Option(min=1, max=1_000, help="Connections that send at once.")] = 64,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Measure durable session updates over HTTP, beside a constant answer of the same stack in the same run.

    Server, database and the load itself share this machine. The cart has 10 lines and meets 100 campaigns. Exit status 1
    when an answer is wrong, or a limited code was redeemed more or less often than it may be.

    Example: python -m benchmarks http --updates 20000
    """
    table = Table(title=f"Over HTTP: {connections} connections, {workers} worker", title_justify="left")
    for heading in ("request", "per second", "p50 ms", "p99 ms", "of constant"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    problems = []
    reference = 0.0
    for figures in http_load.measure(
        campaigns=100, lines=10, updates=updates, connections=connections, workers=workers
    ):
        result = figures.result
        reference = reference or result.per_second
        table.add_row(
            figures.name,
            f"{result.per_second:,.0f}",
            f"{result.percentile(0.5) * 1000:.1f}",
            f"{result.percentile(0.99) * 1000:.1f}",
            f"{result.per_second / reference:.2f}",
        )
        problems += [f"{figures.name}: {figures.problem}"] if figures.problem else []
    console = Console(width=max(Console().width, 120), highlight=False)
    console.print(table)
    console.print("every answer is right" if not problems else "\n".join(problems))
    if problems:
        sys.exit(1)


@app.command("paired")
def paired(
    commit: Annotated[str, typer.Argument(help="The commit to compare with, as git names it.")],
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each of the two.")] = 9,
    updates: Annotated[int, typer.Option(min=100, help="Requests of each kind in a turn.")] = 2_000,
    connections: Annotated[int, typer.Option(min=1, max=1_000, help="Connections that send at once.")] = 64,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Compare this tree with a commit by turns: evaluation in process, then updates over HTTP.

    What counts is processor time, for updates that of server and database together, and the ratio of both trees within a
    round: the machine's speed and its neighbours fall out.

    Example: python -m benchmarks paired v0.1.0
    """
    table = Table(title=f"Microseconds of processor time, {rounds} rounds by turns", title_justify="left")
    for heading in ("what", commit, "this tree", "ratio"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    console = Console(width=max(Console().width, 100), highlight=False)
    with checked_out(commit) as old, console.status("measuring"):
        for pair in (
            *turns.evaluations(old, ROOT, rounds),
            *turns.updates_over_http(old, ROOT, rounds, updates, connections, workers),
        ):
            table.add_row(pair.name, f"{pair.old:,.1f}", f"{pair.new:,.1f}", f"{pair.ratio:.3f}")
    console.print(table)


@app.command("growth")
def grow(
    axis: Annotated[
        list[AxisName] | None, typer.Option(help="What grows; may be repeated; everything unless given.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="How long to measure each kind at each size.")
    ] = 3.0,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes only, to see that it works.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Directory to write an SVG plot of each axis to.", file_okay=False)
    ] = None,
) -> None:
    """Measure how the cost of requests grows with what is stored, what runs, and how large the cart is.

    Each axis has a server and a database of its own. All takes about twelve minutes and ten gigabytes of disk. Exit status 1 when
    an answer is wrong.

    Example: python -m benchmarks growth --axis sessions --plot docs/plots
    """
    console = Console(width=max(Console().width, 120), highlight=False)
    problems = []
    for chosen in [AXES[name] for name in axis or AXES]:
        with console.status("") as status:
            sizes = chosen.quick if quick else chosen.sizes
            figures = list(growth.measure(chosen, sizes, seconds, status.update))
        console.print(report.table(figures))
        console.print(report.conclusion(figures), "\n", soft_wrap=True)
        problems += report.problems(figures)
        if plot is not None:
            from benchmarks.growth.plot import draw

            draw(figures, plot)
    console.print("every answer is right" if not problems else "\n".join(problems))
    if problems:
        sys.exit(1)


def _shown(timing: in_process.Timing) -> str:
    return f"{timing.median:,.1f} ({timing.p99:,.1f})"
