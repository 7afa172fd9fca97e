"""``tercel restore``: a backup becomes the database, is migrated and verified."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.program import as_called
from tercel.cli.common.progress import showing_bytes
from tercel.cli.verify import report_differences
from tercel.database.backup.archive import Manifest
from tercel.database.backup.restore import analyze, open_backup
from tercel.database.backup.restore import restore as put_back
from tercel.database.embedded import running_database
from tercel.database.engine import Database
from tercel.database.migrate import migrate
from tercel.database.partitions import ensure_partitions
from tercel.settings import Settings


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tercel backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Lose what the database holds now.")] = False,
    home: HomeOption = None,
) -> None:
    """Restore a backup into an empty database, or in place of what a database holds.

    Everything happens in one transaction: when it fails, the database is as it was. An older backup is migrated to this
    version; one of a newer version is refused. Afterwards every counter is verified.

    Example: [bold]tercel restore /backups/tercel-2030-12-31.zip --home /srv/tercel[/bold]
    """
    settings = chosen_settings(home=home)
    with open_backup(file) as backup, running_database(settings) as dsn:
        _introduce(file, backup.manifest)
        with showing_bytes("restoring", backup.size) as progress:
            put_back(dsn, backup, replace=replace, progress=progress)
        for revision in migrate(dsn):
            typer.echo(f"applied {revision}")
        analyze(dsn)
        found = asyncio.run(_finish(dsn, settings))
    if found:
        typer.echo(
            f"restored, but {found} figures differ from the ledger: the database differed when it was backed up"
        )
        raise typer.Exit(1)
    typer.echo(
        as_called("restored and verified. Next: `tercel serve`; keys and passwords are those of the backup")
    )


def _introduce(file: Path, manifest: Manifest) -> None:
    rows = sum(manifest.rows.values())
    made = f"{manifest.created:%Y-%m-%d %H:%M} UTC by tercel {manifest.tercel}"
    typer.echo(f"{file}: {rows:,} rows of {len(manifest.rows)} tables, made {made}")


async def _finish(dsn: str, settings: Settings) -> int:
    """Make the partitions of these months and compare every counter; how many differ."""
    database = await Database.open(dsn, settings)
    try:
        async with database.connection() as connection:
            await ensure_partitions(connection, datetime.now(UTC).date())
            return await report_differences(connection)
    finally:
        await database.close()
