"""The command ``tercel`` and its sub-commands."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from tercel.cli import (
    backup,
    doctor,
    jobs,
    keys,
    language,
    migrate,
    restore,
    scenario,
    serve,
    users,
    verify,
)
from tercel.cli.common.failures import tell
from tercel.cli.common.help import HELP_OPTIONS, make_readable
from tercel.features.access.keys.endpoints import Endpoints

app = typer.Typer(
    name="tercel",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP_OPTIONS},
)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.command("migrate")(migrate.migrate)
app.command("verify")(verify.verify)
app.command("jobs")(jobs.jobs)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.add_typer(keys.app)
app.add_typer(users.app)
app.add_typer(language.app)
app.add_typer(scenario.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tercel {version('tercel')}")
        raise typer.Exit


@app.callback()
def tercel(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Run a self-hosted promotion engine: carts, customers and events in, effects out, every counter right.

    Example: [bold]tercel serve[/bold]
    """


def run(commands: typer.Typer = app, *, endpoints: Endpoints | None = None) -> None:
    """Run the command line; a failure is one line and exit status 1, never a traceback.

    ``endpoints`` are those that keys can be made for: commands find them as the object of their context.
    """
    try:
        command = typer.main.get_command(commands)
        assert isinstance(command, TyperCommand | TyperGroup)
        make_readable(command)
        command(obj=endpoints or Endpoints((), ()))
    except Exception as error:  # noqa: BLE001  # the last net: whatever falls into it is told and written down
        tell(error)
        sys.exit(1)
