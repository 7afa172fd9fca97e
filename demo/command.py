"""The command ``python -m demo``."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from demo.audit import audit
from demo.example import find_example
from demo.purchases.tables import find_data, read_shop
from demo.replay import replay
from demo.server import PORT, Server, choose_home, demo_settings, running_server, stop_left
from demo.shop import ZONE, Basket, Shop
from demo.summary import Report, show_introduction, show_next_steps, show_report
from demo.world import World, count_of_things, create_world
from tercel.cli.common.options import HomeOption, chosen_settings

BASKETS = 10_000

app = typer.Typer(
    name="demo", rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]}
)


@app.command()
def demo(
    baskets: Annotated[int, typer.Option(min=1, help="How many baskets to replay.")] = BASKETS,
    every: Annotated[bool, typer.Option("--all", help="Replay every basket of the year: 155,518.")] = False,
    stay: Annotated[
        bool, typer.Option("--stay/--exit", help="Whether the server goes on after the summary.")
    ] = True,
    stop: Annotated[bool, typer.Option("--stop", help="Only stop a server that was left running.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help=f"Port to listen on; {PORT} or a free one unless given."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
    home: HomeOption = None,
) -> None:
    """Replay a grocery's purchases of a year through real campaigns.

    Starts a server with an empty database in [bold].demo[/bold], sets a shop up, replays real baskets over HTTP, and
    shows what came of it.

    The server goes on afterwards: in a terminal until Ctrl-C, else until [bold]make demo-stop[/bold].

    Example: [bold]make demo ARGS="--baskets 5000 --exit"[/bold]
    """
    console = Console(highlight=False)
    if stop:
        was_running = stop_left(home or choose_home(chosen_settings(home=home), Path.cwd()))
        console.print("The server has been stopped." if was_running else "No server was left running here.")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    data = find_data()
    settings = chosen_settings(home=home)
    place = home or choose_home(settings, Path.cwd())
    stop_left(place)  # it may hold the port
    chosen = demo_settings(settings, place, port, workers)
    if port is None and chosen.port != PORT:
        console.print(f"Port {PORT} is taken: the demonstration takes port {chosen.port}.")
    with (
        console.status("Starting PostgreSQL and the server") as status,
        running_server(chosen) as server,
    ):
        status.update("Reading the data set")
        shop = read_shop(data, None if every else baskets)
        status.stop()
        show_introduction(shop, console)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            report = runner.run(_run(shop, server, console))
        _conclude(report, server, console, stays=stay)
    if not report.is_right:
        raise typer.Exit(1)


async def _run(shop: Shop, server: Server, console: Console) -> Report:
    await server.wait_until_ready()
    with _progress(console) as progress:
        world = await _set_up(shop, server, progress)
        bar = progress.add_task("Replaying the baskets", total=len(shop.baskets), day="")

        def show(basket: Basket) -> None:
            progress.update(bar, advance=1, day=f"{basket.at.astimezone(ZONE):%d %b %Y}")

        started = time.perf_counter()
        tally = await replay(shop, world, server.settings, show)
        seconds = time.perf_counter() - started
    checks = await audit(shop, world, tally, server.settings)
    return Report(shop=shop, world=world, tally=tally, checks=checks, seconds=seconds)


async def _set_up(shop: Shop, server: Server, progress: Progress) -> World:
    bar = progress.add_task("Setting the shop up", total=count_of_things(shop), day="")
    return await create_world(
        shop, server.settings, datetime.now(UTC), lambda done: progress.advance(bar, done)
    )


def _conclude(report: Report, server: Server, console: Console, *, stays: bool) -> None:
    show_report(report, console)
    if not stays:
        console.print("\nThe server has been stopped; without [bold]--exit[/bold] it goes on.")
        return
    example = find_example(report.shop, report.tally.redeemed)
    show_next_steps(console, report.world, server.settings, example)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        server.is_left = True
        console.print("\nThe server goes on. [bold]make demo-stop[/bold] stops it.")
        return
    console.print("\n[bold]Ctrl-C[/bold] stops the server.")
    try:
        server.process.wait()
    except KeyboardInterrupt:
        console.print("Stopping.")


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="cyan")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[day]}", style="dim"),
        console=console,
        expand=True,
    )
