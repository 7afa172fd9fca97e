"""The command ``tercel`` and its sub-commands."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from tercel.base.errors import TercelError
from tercel.cli import backup, bench, jobs, keys, language, migrate, restore, scenario, serve, verify
from tercel.cli.demo.command import demo

app = typer.Typer(
    name="tercel",
    help="A self-hosted promotion engine: carts, customers and events in, effects out, every counter right.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("verify")(verify.verify)
app.command("jobs")(jobs.jobs)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("demo")(demo)
app.add_typer(bench.app)
app.add_typer(keys.app)
app.add_typer(language.app)
app.add_typer(scenario.app)


def run() -> None:
    """Run the command line; an expected failure is one line and exit status 1, not a traceback."""
    try:
        app()
    except TercelError as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("[red]error:[/red]", end=" ")
        console.print(error.message, markup=False)
        for problem in error.problems:
            where = problem.pointer or problem.parameter or problem.resource or ""
            console.print(f"  {where} {problem.title}: {problem.details}".rstrip(), markup=False)
        sys.exit(1)
