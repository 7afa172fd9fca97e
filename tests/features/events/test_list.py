"""Lists of events (behaviour/lists 6)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from tercel.database.tables.sessions import events
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tercel.features.engine.events.listing import EVENTS
from tests.features.scopes import application, asked
from tests.support.database import read_rows_as_stored

pytestmark = pytest.mark.anyio
_NOW = datetime(2030, 1, 1, tzinfo=UTC)


async def test_events_of_one_moment_come_newest_first_on_every_page(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    for number in (3, 1, 5, 2, 4):
        row = {"id": number, "application_id": application_id, "created": _NOW, "type": "visit"}
        await tx.execute(insert(events).values(**row))
    await read_rows_as_stored(tx)
    found = []
    for skip in range(0, 5, 2):
        scope, page = application(caller, application_id), asked(page=Paging(2, skip))
        listed = await EVENTS.page(tx, scope, page)
        found += [event.id for event in listed.data]
    assert found == [5, 4, 3, 2, 1]
