"""``tercel users``: who may log in, and a way back from a lost password."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.transaction import in_transaction
from tercel.database.transaction import Transaction
from tercel.features.access.accounts import users as features
from tercel.features.access.accounts.administrator import get_administrator
from tercel.features.access.accounts.passwords import make_password

app = typer.Typer(
    name="users", help="List, make and mend the users of this installation.", no_args_is_help=True
)
_out = Console(highlight=False)
_notes = Console(stderr=True, highlight=False, soft_wrap=True)

EmailArgument = Annotated[str, typer.Argument(help="Their email address.", metavar="EMAIL")]
AskOption = Annotated[
    bool,
    typer.Option(
        "--ask",
        help="Ask for the password, or read it from standard input where that is no terminal, instead of making one.",
    ),
]


@app.command("list")
def list_users(home: HomeOption = None) -> None:
    """List all users.

    Example: [bold]tercel users list[/bold]
    """
    table = Table("email", "name", "administrator", "state", "last log-in", box=None)
    for user in in_transaction(features.list_users, chosen_settings(home=home)):
        last = f"{user.last_signed_in:%Y-%m-%d %H:%M}" if user.last_signed_in else "never"
        cells = (user.email, user.name, "yes" if user.is_admin else "no", user.state, last)
        table.add_row(*map(Text, cells))
    _out.print(table)


@app.command("create")
def create(
    email: EmailArgument,
    name: Annotated[str | None, typer.Option(help="Their name; from the address unless given.")] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="They may do everything; without this, log in and no more.")
    ] = False,
    ask: AskOption = False,
    home: HomeOption = None,
) -> None:
    """Make a user. The password is printed once, alone on standard output.

    Example: [bold]tercel users create ann@example.com --admin[/bold]
    """
    address = features.normalized(email)
    settings = chosen_settings(home=home)
    password = _read() if ask else make_password()

    async def work(tx: Transaction) -> None:
        caller = await get_administrator(tx)
        called = name or address.partition("@")[0]
        await features.create_user(tx, caller.account_id, address, password, name=called, is_admin=admin)

    in_transaction(work, settings)
    _tell(f"{address} can log in", None if ask else password)


@app.command("reset-password")
def reset_password(email: EmailArgument, ask: AskOption = False, home: HomeOption = None) -> None:
    """Give a user another password, and log them out everywhere. It is printed once, alone on standard output.

    Example: [bold]tercel users reset-password admin@example.com[/bold]
    """
    address = features.normalized(email)
    settings = chosen_settings(home=home)
    password = _read() if ask else make_password()

    async def work(tx: Transaction) -> None:
        await features.reset_password(tx, address, password)

    in_transaction(work, settings)
    _tell(f"{address} has a new password", None if ask else password)


@app.command("deactivate")
def deactivate(email: EmailArgument, home: HomeOption = None) -> None:
    """Let a user in no more. They are logged out within seconds, and keys that they made stop working.

    Example: [bold]tercel users deactivate ann@example.com[/bold]
    """
    _change(features.deactivate_user, email, "is deactivated", home)


@app.command("activate")
def activate(email: EmailArgument, home: HomeOption = None) -> None:
    """Let a user in again, with the password that they had.

    Example: [bold]tercel users activate ann@example.com[/bold]
    """
    _change(features.activate_user, email, "is active", home)


def _change(change: Any, email: str, done: str, home: HomeOption) -> None:
    address = features.normalized(email)

    async def work(tx: Transaction) -> None:
        await change(tx, address)

    in_transaction(work, chosen_settings(home=home))
    _tell(f"{address} {done}", None)


def _tell(what: str, password: str | None) -> None:
    _notes.print(what, markup=False)
    if password is not None:
        typer.echo(password)


def _read() -> str:
    if sys.stdin.isatty():
        answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
