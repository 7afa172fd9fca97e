"""``tercel doctor``: what is wrong with an installation, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.text import Text

from tercel.base.errors import TercelError
from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.program import as_called
from tercel.cli.examination import Finding, State, examine

_STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}
_NAME_WIDTH = 12


def doctor(home: HomeOption = None) -> None:
    """Look at settings, files, database and machine, and say what to mend. Nothing is changed.

    Each line is ok, warn or fail. Exit status 1 when one is fail.

    Example: [bold]tercel doctor[/bold]
    """
    out = Console(highlight=False, soft_wrap=True)
    failed = False
    try:
        settings = chosen_settings(home=home)
    except TercelError as error:
        _show(out, Finding(State.FAIL, "settings", error.message))
        raise typer.Exit(1) from None
    _show(out, Finding(State.OK, "settings", "every one can be used"))
    for finding in examine(settings, datetime.now(UTC)):
        _show(out, finding)
        failed = failed or finding.state is State.FAIL
    if failed:
        raise typer.Exit(1)


def _show(out: Console, finding: Finding) -> None:
    text = as_called(f"{finding.found}: {finding.advice}" if finding.advice else finding.found)
    state = (f"{finding.state.value:<5} ", _STYLES[finding.state])
    out.print(Text.assemble(state, (f"{finding.name:<{_NAME_WIDTH}}", "bold"), text))
