"""``python -m tests.attack``: attack real servers for a while and show what came of it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tercel.database.embedded import running_database
from tercel.settings import load
from tests.attack.arena import arena
from tests.attack.campaign import Attack, Plan, Tally, total
from tests.attack.storms.all import STORMS

_COLUMNS = ("battles", "operations", "accepted", "refused", "unanswered", "retried", "explained")
_SHOWN_MAX = 3
_WIDTH_MIN = 120
_out = Console(highlight=False, soft_wrap=True)
_out.width = max(_out.width, _WIDTH_MIN)


def attack(
    seconds: Annotated[float, typer.Option(help="How long; every storm is run at least once.")] = 60,
    clients: Annotated[int, typer.Option(help="Clients in each battle.")] = 8,
    at_a_time: Annotated[int, typer.Option(help="Battles at a time.")] = 3,
    lag: Annotated[
        int,
        typer.Option(help="Milliseconds by which some messages between servers and database are held up."),
    ] = 0,
    seed: Annotated[int, typer.Option(help="Chance; each round adds one.")] = 1,
    storm: Annotated[
        list[str] | None, typer.Option(help="Only storms whose name contains this; may be repeated.")
    ] = None,
) -> None:
    """Attack several servers on one PostgreSQL and check that every answer can be explained."""
    chosen = [name for name in STORMS if not storm or any(part in name for part in storm)]
    if not chosen:
        _out.print("no such storm; there are: " + ", ".join(STORMS))
        raise typer.Exit(2)
    plan = Plan(storms=chosen, seed=seed, clients=clients, at_a_time=at_a_time, seconds=seconds)
    home = Path(tempfile.mkdtemp(prefix="tercel-attack-"))
    home.chmod(0o755)
    try:
        fought = _fight(plan, home, lag / 1000)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    _out.print(_table(fought, seed))
    for problem in fought.problems[:_SHOWN_MAX]:
        _out.print(f"\n{problem}", markup=False)
    if fought.problems:
        _out.print(
            f"\n[red]{len(fought.problems)} problems[/red], of which the first {_SHOWN_MAX} are shown at most"
        )
        raise typer.Exit(1)
    _out.print("every answer is explained, and every counter agrees with the ledger")


def _fight(plan: Plan, home: Path, lag_s: float) -> Attack:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        running_database(load({"TERCEL_HOME": str(home)})) as dsn,
        Progress(*columns, console=_out) as progress,
    ):
        task = progress.add_task("starting servers", total=None)
        with arena(dsn, home, lag_s=lag_s) as field:
            fought = Attack(field, plan, lambda name: progress.update(task, description=f"fought {name}"))
            asyncio.run(fought.run())
    return fought


def _table(fought: Attack, seed: int) -> Table:
    table = Table("storm", *_COLUMNS, title=f"Attack with seed {seed}")
    for name, tally in fought.tallies.items():
        table.add_row(name, *_figures(tally))
    table.add_section()
    table.add_row("all", *_figures(total(fought.tallies)))
    return table


def _figures(tally: Tally) -> list[str]:
    return [f"{getattr(tally, name):,}" for name in _COLUMNS]


if __name__ == "__main__":
    typer.run(attack)
