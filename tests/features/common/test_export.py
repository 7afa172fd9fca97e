"""Files on their way out (behaviour/csv 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, insert

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.tables.definitions import event_types
from tercel.database.transaction import Transaction
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.http.kernel.places import Places
from tercel.http.kernel.sending import Sending
from tests.features.conftest import make_caller
from tests.features.scopes import account

pytestmark = pytest.mark.anyio
_ROWS = 2_500

_TYPES: Listing[Scope, Any] = Listing(
    select=lambda scope: event_types.select().where(*scope.holds(event_types)),
    answer=each(lambda row: row),
    key=event_types.c.id,
)
_FILE = Export(
    name="types",
    listing=_TYPES,
    columns={"name": member("name"), "account": lambda _, scope: scope.account_id},
)


@pytest.fixture
async def scope(database: Database) -> Scope:
    async with database.transaction() as tx:
        caller = await make_caller(tx)
        rows = [
            {"account_id": caller.account_id, "name": f"type-{number}", "title": "t", "description": ""}
            for number in range(_ROWS)
        ]
        await tx.execute(insert(event_types), rows)
    return account(caller)


async def test_a_file_shows_one_state(database: Database, scope: Scope) -> None:
    file = _FILE.file(scope, Filter())
    found = []
    async with database.transaction() as tx:
        await tx.read_one_state()
        async for piece in file.content(tx):
            found += piece.decode().split("\r\n")[:-1]
            if len(found) > 1:  # the state is that of the first row that is read
                async with database.transaction() as other:
                    await other.execute(delete(event_types).where(*scope.holds(event_types)))
    assert found == ["name,account", *(f"type-{number},{scope.account_id}" for number in range(_ROWS))]


class _Client:
    """A client of one answer, which may go away after so many messages."""

    def __init__(self, leaves_after: int | None = None) -> None:
        self.heard: list[Any] = []
        self._leaves_after = leaves_after

    async def receive(self) -> Any:
        while self._leaves_after is None or len(self.heard) < self._leaves_after:
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.heard.append(message)


async def _send(sending: Sending, client: _Client, method: str = "GET") -> None:
    await sending({"method": method}, client.receive, client.send)


async def test_a_file_goes_out_in_pieces(database: Database, scope: Scope) -> None:
    client = _Client()
    await _send(Sending(_FILE.file(scope, Filter()), database, Places(1, "later")), client)
    head, *bodies = client.heard
    assert head["status"] == 200
    assert [body["more_body"] for body in bodies] == [True] * 4 + [False]
    assert b"".join(body["body"] for body in bodies).count(b"\r\n") == _ROWS + 1


async def test_nothing_more_is_read_for_a_client_that_is_gone(database: Database, scope: Scope) -> None:
    client, places = _Client(leaves_after=2), Places(1, "later")
    await _send(Sending(_FILE.file(scope, Filter()), database, places), client)
    assert len(client.heard) < 5
    with places.one():
        pass


def _failing(after: int) -> File:
    async def content(tx: Transaction) -> Any:
        for _ in range(after):
            yield b"line\r\n"
        raise UnavailableError("the database is away")

    return File(name="broken", content=content)


async def test_a_failure_at_the_beginning_is_an_answer(database: Database) -> None:
    client = _Client()
    await _send(Sending(_failing(0), database, Places(1, "later")), client)
    assert client.heard[0]["status"] == 503


async def test_a_failure_in_the_middle_leaves_the_file_without_its_end(database: Database) -> None:
    client = _Client()
    with pytest.raises(UnavailableError):
        await _send(Sending(_failing(2), database, Places(1, "later")), client)
    assert [message.get("more_body") for message in client.heard] == [None, True, True]


async def test_too_many_at_once_come_later(database: Database) -> None:
    client, places = _Client(), Places(1, "later")
    with places.one():
        await _send(Sending(_failing(0), database, places), client)
    assert client.heard[0]["status"] == 503
    assert b"later" in client.heard[1]["body"]
