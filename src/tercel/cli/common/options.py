"""Options that several commands share; what is not given comes from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tercel.settings import Settings, load_from_process

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Directory of the embedded database, instead of [bold]TERCEL_HOME[/bold].",
        show_default=False,
    ),
]


def chosen_settings(**given: object) -> Settings:
    """Return the settings of the environment, with the given options in their place."""
    return load_from_process(**{name: value for name, value in given.items() if value is not None})
