"""Reading one session with the effects in force (behaviour/sessions 13)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from tercel.base.codec import decode_any, encode
from tercel.base.keys import lookup_key
from tercel.database.engine import Database
from tercel.database.tables.sessions import events, sessions
from tercel.features.engine.sessions.answers.current import get_session
from tercel.pipeline.owner import Owner
from tests.features.conftest import make_application, make_caller

pytestmark = pytest.mark.anyio

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
#: Event ids in the order of time, as processes hand them out that have stocks of their own.
FIRST, CLOSE, RETURN, AGAIN = 700, 300, 900, 200


def effect(name: str) -> dict[str, Any]:
    return {"effectType": "setDiscount", "props": {"name": name, "value": 1}}


async def test_later_is_told_by_the_kind_of_event_and_not_by_its_id(database: Database) -> None:
    happened = [
        (FIRST, "talon_session_created", "while open"),
        (CLOSE, "talon_session_closed", "at the close"),
        (RETURN, "talon_session_partially_returned", "after a return"),
        (AGAIN, "talon_session_partially_returned", "after another"),
    ]
    async with database.transaction() as tx:
        caller = await make_caller(tx)
        application_id = await make_application(tx, caller)
        session = {
            "application_id": application_id,
            "integration_id": "s",
            "key": lookup_key("s"),
            "state": "partially_returned",
            "created": NOW,
            "updated": NOW,
            "effects_event_id": CLOSE,
        }
        session_id = await tx.scalar(insert(sessions).values(session).returning(sessions.c.id))
        for minute, (event_id, kind, name) in enumerate(happened):
            event = {
                "id": event_id,
                "application_id": application_id,
                "session_id": session_id,
                "created": NOW + timedelta(minutes=minute),
                "type": kind,
                "effects": encode([effect(name)]).decode(),
            }
            await tx.execute(insert(events).values(event))
    async with database.connection() as connection:
        current = await get_session(connection, Owner(application_id, caller.account_id), "s")
    names = [each["props"]["name"] for each in decode_any(current.effects)]
    assert names == ["at the close", "after a return", "after another"]
