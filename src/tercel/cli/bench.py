"""``tercel bench``: how fast this machine is, measured beside a reference in the same run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tercel.cli import bench_coupons, bench_evaluate, bench_growth, bench_growth_report, bench_http
from tercel.cli.bench_growth_axes import AXES, AxisName

app = typer.Typer(name="bench", help="Measure this machine.", invoke_without_command=True)
app.command("coupons")(bench_coupons.coupons)

_Seconds = Annotated[float, typer.Option(min=0.01, help="How long to measure each engine and size.")]


@app.callback()
def bench(context: typer.Context) -> None:
    """Measure this machine: without a sub-command, evaluation in process and updates over HTTP.

    Example: tercel bench
    """
    if context.invoked_subcommand is None:
        evaluate()
        over_http()


@app.command("evaluate")
def evaluate(seconds: _Seconds = 1.0) -> None:
    """Evaluate the common workload in process, with full effects, and check every answer.

    Beside it runs the same workload as bare sums in plain Python: with an index, and as one generated function. Exit
    status 1 when an answer is wrong.

    Example: tercel bench evaluate --seconds 0.5
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
    for figures in bench_evaluate.measure(seconds):
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
    growth = medians[10, bench_evaluate.CROWD] / medians[10, 100]
    console.print(f"{bench_evaluate.CROWD:,} campaigns against 100, the same 13 applying: {growth:.2f} times")
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

    Example: tercel bench http --updates 20000
    """
    table = Table(title=f"Over HTTP: {connections} connections, {workers} worker", title_justify="left")
    for heading in ("request", "per second", "p50 ms", "p99 ms", "of constant"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    problems = []
    reference = 0.0
    for figures in bench_http.measure(
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


@app.command("growth")
def grow(
    axis: Annotated[
        list[AxisName] | None, typer.Option(help="What grows; may be repeated.", show_default="everything")
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

    Example: tercel bench growth --axis sessions --plot docs/plots
    """
    console = Console(width=max(Console().width, 120), highlight=False)
    problems = []
    for chosen in [AXES[name] for name in axis or AXES]:
        with console.status("") as status:
            sizes = chosen.quick if quick else chosen.sizes
            figures = list(bench_growth.measure(chosen, sizes, seconds, status.update))
        console.print(bench_growth_report.table(figures))
        console.print(bench_growth_report.conclusion(figures), "\n", soft_wrap=True)
        problems += bench_growth_report.problems(figures)
        if plot is not None:
            from tercel.cli.bench_growth_plot import draw

            draw(figures, plot)
    console.print("every answer is right" if not problems else "\n".join(problems))
    if problems:
        sys.exit(1)


def _shown(timing: bench_evaluate.Timing) -> str:
    return f"{timing.median:,.1f} ({timing.p99:,.1f})"
