"""``tercel backup``: everything in one file, beside a working server."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.progress import showing_bytes
from tercel.database.backup.dump import back_up
from tercel.database.installation import existing_database


def backup(
    file: Annotated[Path, typer.Argument(help="Name of the new file. An existing one is never overwritten.")],
    home: HomeOption = None,
) -> None:
    """Back up the database into one file, while it is used.

    The file appears under its name when it is complete and on the disk. It holds hashes of keys and data of customers:
    keep it as safe as the database.

    Example: [bold]tercel backup /backups/tercel-2030-12-31.zip[/bold]
    """
    # Because: a backup that is told to stop should take its unfinished file along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with (
        existing_database(chosen_settings(home=home), of_any_version=True) as dsn,
        showing_bytes("backing up") as progress,
    ):
        manifest = back_up(
            dsn, file.absolute(), version=version("tercel"), now=datetime.now(UTC), progress=progress
        )
    rows = sum(manifest.rows.values())
    typer.echo(f"{file}: {rows:,} rows of {len(manifest.rows)} tables, {file.stat().st_size:,} bytes")
