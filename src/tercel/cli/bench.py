"""``tercel bench``: how fast this machine is, measured beside a reference in the same run."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tercel.cli import bench_evaluate

app = typer.Typer(name="bench", help="Measure this machine.", invoke_without_command=True)

_Seconds = Annotated[float, typer.Option(min=0.01, help="How long to measure each engine and size.")]


@app.callback()
def bench(context: typer.Context) -> None:
    """Measure this machine: without a sub-command, evaluation in process.

    Example: tercel bench
    """
    if context.invoked_subcommand is None:
        evaluate()


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


def _shown(timing: bench_evaluate.Timing) -> str:
    return f"{timing.median:,.1f} ({timing.p99:,.1f})"
