"""Options that several commands share; what is not given comes from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tercel.settings import Settings, load_from_process


def _from_here(home: Path | None) -> Path | None:
    """Return a directory that was given relative to the one where the command was called as a whole path."""
    return None if home is None else home.absolute()


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Directory of the embedded database, instead of [bold]TERCEL_HOME[/bold].",
        show_default=False,
        callback=_from_here,
    ),
]


def chosen_settings(**given: object) -> Settings:
    """Return the settings of the environment, with the given options in their place."""
    return load_from_process(**{name: value for name, value in given.items() if value is not None})
