"""``tercel migrate``: bring the schema up to date without serving."""

from __future__ import annotations

import typer

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.database.embedded import running_database
from tercel.database.migrate import migrate as apply_migrations


def migrate(home: HomeOption = None) -> None:
    """Bring the database up to date and say what was applied.

    [bold]serve[/bold] does this by itself; use it to migrate before new processes start.

    Example: [bold]TERCEL_DATABASE_URL=postgresql://tercel@db/tercel tercel migrate[/bold]
    """
    with running_database(chosen_settings(home=home)) as dsn:
        applied = apply_migrations(dsn)
    for revision in applied:
        typer.echo(f"applied {revision}")
    if not applied:
        typer.echo("nothing to apply: the schema is up to date")
