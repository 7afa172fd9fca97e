"""``tercel keys``: keys for shops and scripts, made and deleted beside a running server or without one."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tercel.base.errors import InvalidError
from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.transaction import in_transaction
from tercel.database.transaction import Transaction
from tercel.features.access.accounts.administrator import get_administrator
from tercel.features.access.keys import integration, management
from tercel.features.access.keys.listing import APPLICATION_KEYS, MANAGEMENT_KEYS
from tercel.features.access.keys.model import (
    CreateApplicationAPIKey,
    CreateManagementKey,
    Endpoint,
    Moment,
)
from tercel.features.common.caller import Caller
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Listing
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.setup.applications.service import find_application

app = typer.Typer(name="keys", help="Make, list and delete API keys.", no_args_is_help=True)
create = typer.Typer(
    name="create", help="Make a key. It is printed once, alone on standard output.", no_args_is_help=True
)
delete = typer.Typer(
    name="delete", help="Delete a key. Servers refuse it within seconds.", no_args_is_help=True
)
app.add_typer(create)
app.add_typer(delete)

K = TypeVar("K")
_LIFE = timedelta(days=365)
_SOON = timedelta(days=7)
_DAY_LENGTH = len("2030-12-31")
_WIDE = 100_000
#: Programs that read the list get whole lines.
_out = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
_notes = Console(stderr=True, highlight=False)

ExpiresOption = Annotated[
    str | None, typer.Option(help="Day or time of expiry, such as 2030-12-31; in a year unless given.")
]
KeyArgument = Annotated[int, typer.Argument(help="Id of the key, as `tercel keys list` shows it.")]


@create.command("integration")
def create_integration(
    application: Annotated[str, typer.Option(help="Name or id of the application.")],
    title: Annotated[str, typer.Option(help="What the key is for.")],
    expires: ExpiresOption = None,
    testing: Annotated[bool, typer.Option(help="A key whose requests are always dry.")] = False,
    home: HomeOption = None,
) -> None:
    """Make a key for the Integration API of one application.

    Example: [bold]tercel keys create integration --application "Web shop" --title checkout[/bold]
    """

    async def work(tx: Transaction, caller: Caller, now: datetime) -> str | None:
        found = await find_application(tx, caller, application)
        new = CreateApplicationAPIKey(
            title=title, expires=_moment(expires, now), type="staging" if testing else None
        )
        scope = ApplicationScope(caller=caller, now=now, application_id=found.id)
        key = await integration.create_application_key(tx, scope, new, now=now)
        _notes.print(f"integration key {key.id} of {found.name}, until {key.expires:%Y-%m-%d}", markup=False)
        return key.key

    typer.echo(_run(work, home=home))


@create.command("management")
def create_management(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="What the key is for.")],
    endpoint: Annotated[
        list[str] | None,
        typer.Option(help='Allowed endpoint, such as "GET /v1/applications"; repeat it for more.'),
    ] = None,
    application: Annotated[
        list[str] | None, typer.Option(help="Name or id of an allowed application; repeat it for more.")
    ] = None,
    expires: ExpiresOption = None,
    home: HomeOption = None,
) -> None:
    """Make a key for the Management API.

    Without [bold]--endpoint[/bold] it may do everything but manage keys and users; without [bold]--application[/bold]
    it may do so in every application.

    Example: [bold]tercel keys create management --name reports --endpoint "GET /v1/applications"[/bold]
    """
    endpoints = [_endpoint(text) for text in endpoint or ["*"]]
    context.obj.check(endpoints)

    async def work(tx: Transaction, caller: Caller, now: datetime) -> str | None:
        allowed = [(await find_application(tx, caller, wanted)).id for wanted in application or []]
        new = CreateManagementKey(
            name=name,
            expiry_date=_moment(expires, now),
            endpoints=endpoints,
            allowed_application_ids=allowed,
        )
        key = await management.create_management_key(tx, caller, new, known=context.obj, now=now)
        _notes.print(f"management key {key.id}, until {key.expiry_date:%Y-%m-%d}", markup=False)
        return key.key

    typer.echo(_run(work, home=home))


@app.command("list")
def list_keys(home: HomeOption = None) -> None:
    """List all keys, without their values.

    Example: [bold]tercel keys list[/bold]
    """

    async def work(tx: Transaction, caller: Caller, now: datetime) -> Table:
        scope = Scope(caller=caller, now=now)
        table = Table("kind", "id", "title", "application", "expires", "state", "last used", box=None)
        table.add_column("opens", overflow="fold")
        for key in await _all(APPLICATION_KEYS, tx, scope):
            opens = "the Integration API" + (", dry" if key.type == "staging" else "")
            cells = (key.application_id, key.expires.date(), _state(key.expires, now), "", opens)
            _add(table, "integration", key.id, key.title, *cells)
        for other in await _all(MANAGEMENT_KEYS, tx, scope):
            allowed = ", ".join(map(str, other.allowed_application_ids)) or "all"
            state = "disabled" if other.disabled else _state(other.expiry_date, now)
            used = "never" if other.last_used is None else f"{other.last_used:%Y-%m-%d %H:%M}"
            opens = ", ".join(map(str, other.endpoints)) or "nothing"
            _add(
                table,
                "management",
                other.id,
                other.name,
                allowed,
                other.expiry_date.date(),
                state,
                used,
                opens,
            )
        return table

    _out.print(_run(work, home=home))


@delete.command("integration")
def delete_integration(key: KeyArgument, home: HomeOption = None) -> None:
    """Delete an integration key.

    Example: [bold]tercel keys delete integration 3[/bold]
    """

    async def work(tx: Transaction, caller: Caller, _now: datetime) -> None:
        await integration.delete_application_key(tx, caller.account_id, key)

    _run(work, home=home)


@delete.command("management")
def delete_management(key: KeyArgument, home: HomeOption = None) -> None:
    """Delete a management key.

    Example: [bold]tercel keys delete management 3[/bold]
    """

    async def work(tx: Transaction, caller: Caller, _now: datetime) -> None:
        await management.delete_management_key(tx, caller, key)

    _run(work, home=home)


def _run(work: Callable[[Transaction, Caller, datetime], Awaitable[Any]], **options: object) -> Any:
    """Do some work in one transaction, in the name of the administrator."""

    async def as_administrator(tx: Transaction) -> Any:
        return await work(tx, await get_administrator(tx), datetime.now(UTC))

    return in_transaction(as_administrator, chosen_settings(**options))


def _add(table: Table, *cells: object) -> None:
    table.add_row(*(Text(str(cell)) for cell in cells))


async def _all(listing: Listing[Scope, K], tx: Transaction, scope: Scope) -> list[K]:
    return [key async for piece in listing.pieces(tx, scope, Filter()) for key in piece]


def _user(caller: Caller) -> int:
    assert caller.user_id is not None, "an administrator is a user"
    return caller.user_id


def _moment(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now + _LIFE
    try:
        found = msgspec.convert(f"{text}T00:00:00Z" if len(text) == _DAY_LENGTH else text, Moment)
    except msgspec.ValidationError as error:
        message = f"`{text}` is no date: expected one such as `2030-12-31`"
        raise InvalidError(message=message) from error
    return found


def _endpoint(text: str) -> Endpoint:
    """Read the endpoint that ``--endpoint`` names."""
    method, _, path = text.strip().rpartition(" ")
    try:
        return msgspec.convert({"path": path, "method": method.upper() or None}, Endpoint)
    except msgspec.ValidationError as error:
        message = f'`{text}` is no endpoint: expected a method and a path such as "GET /v1/applications"'
        raise InvalidError(message=message) from error


def _state(expires: datetime, now: datetime) -> str:
    if expires <= now:
        return "expired"
    return "expires soon" if expires <= now + _SOON else "valid"
