"""Read a session with the effects that are still valid (behaviour/sessions 13)."""

from __future__ import annotations

from typing import Any

import msgspec
from psycopg import AsyncConnection

from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.features.engine.sessions.aggregate import LOAD_SESSIONS, SESSION_KEYS, SESSIONS
from tercel.features.engine.sessions.answers.session import wire_session
from tercel.features.engine.sessions.integration_model import CustomerSession
from tercel.pipeline.aggregate import Work
from tercel.pipeline.load import load
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner

# The effects of the last evaluation, and those of returns, without rollbacks and without those whose entry was undone
# since. All returns are later: a session that had one is not evaluated again as a whole. Ids do not tell what is later,
# because every process has a stock of its own. Advanced events that follow the session, which have an identifier, gave
# their effects to the customer alone.
_EFFECTS = """SELECT coalesce(jsonb_agg(f.effect ORDER BY v.id <> %(event)s, v.created, v.id, f.place), '[]')::text
    FROM events AS v, jsonb_array_elements(v.effects::jsonb) WITH ORDINALITY AS f(effect, place)
    WHERE v.application_id = %(application)s AND v.session_id = %(session)s
        AND (v.id = %(event)s OR v.type = 'talon_session_partially_returned')
        AND v.integration_id IS NULL
        AND f.effect ->> 'effectType' NOT LIKE 'rollback%%'
        AND NOT EXISTS (
            SELECT 1 FROM entries AS e JOIN entries AS u
                ON u.application_id = e.application_id AND u.session_id = e.session_id AND u.reverses = e.id
            WHERE e.application_id = %(application)s AND e.session_id = %(session)s
                AND e.event_id = v.id AND e.effect_index = f.place - 1)"""


class CurrentSession(msgspec.Struct, kw_only=True, rename="camel"):
    """A session and its effects."""

    customer_session: CustomerSession
    effects: msgspec.Raw


async def get_session(connection: AsyncConnection[Any], owner: Owner, integration_id: str) -> CurrentSession:
    """Return the session with this identifier and its effects in force.

    Raises:
        NotFoundError: the application has no such session.
    """
    key = (owner.application_id, lookup_key(integration_id))
    work = Work(owner)
    # Because: the row and its effects must be of one moment.
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await load(connection, (LOAD_SESSIONS,), Needs({SESSION_KEYS: {key}}), work)
        row = work[SESSIONS].get(key)
        if row is None:
            raise NotFoundError(f"session `{integration_id}` does not exist in this application")
        cursor = await connection.execute(
            _EFFECTS, {"application": owner.application_id, "event": row.effects_event_id, "session": row.id}
        )
        found = await cursor.fetchone()
    assert found is not None
    return CurrentSession(customer_session=wire_session(row), effects=msgspec.Raw(found[0].encode()))
