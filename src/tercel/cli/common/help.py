"""How ``--help`` shows options: a flag has no type, and a value is called by what it is."""

from __future__ import annotations

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

HELP_OPTIONS = ["-h", "--help"]


def make_readable(command: TyperCommand | TyperGroup) -> None:
    """Give the options of a command, and of those below it, words for people in place of Python's types."""
    context = typer.Context(command, help_option_names=HELP_OPTIONS)
    for option in command.get_params(context):
        if isinstance(option, TyperOption) and option.metavar is None:
            option.metavar = "" if option.is_flag else (option.name or "").upper()
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            assert isinstance(each, TyperCommand | TyperGroup)
            make_readable(each)
