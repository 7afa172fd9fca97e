"""What rules of an application may send out: webhooks and custom effects as the engine wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row

from tercel.evaluation.snapshot import CustomEffectFacts, WebhookFacts
from tercel.features.common.templates import TemplateParameter, parameter_names
from tercel.features.setup.webhooks.headers import read_header

_WEBHOOKS = """SELECT id, title, verb, url, headers, payload FROM webhooks WHERE account_id = %s AND NOT draft
    AND (jsonb_array_length(application_ids) = 0 OR application_ids @> to_jsonb(%s::bigint))"""

_CUSTOM_EFFECTS = """SELECT id, name, payload, params FROM custom_effects WHERE account_id = %s
    AND application_ids @> to_jsonb(%s::bigint)"""


class Outgoing(NamedTuple):
    """Webhooks and custom effects by id."""

    webhooks: Mapping[int, WebhookFacts] = {}
    custom_effects: Mapping[int, CustomEffectFacts] = {}


async def load_outgoing(connection: AsyncConnection[Any], account_id: int, application_id: int) -> Outgoing:
    """Load the webhooks and custom effects that are available in an application; drafts are not."""
    parameters = [account_id, application_id]
    webhooks = [_webhook(row) for row in await _all(connection, _WEBHOOKS, parameters)]
    effects = [_custom_effect(row) for row in await _all(connection, _CUSTOM_EFFECTS, parameters)]
    return Outgoing({each.id: each for each in webhooks}, {each.id: each for each in effects})


async def _all(connection: AsyncConnection[Any], statement: Any, parameters: list[int]) -> list[Any]:
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(statement, parameters)
        return await cursor.fetchall()


def _webhook(row: Any) -> WebhookFacts:
    return WebhookFacts(
        id=row.id,
        name=row.title,
        verb=row.verb,
        url=row.url,
        headers=tuple(header for text in row.headers if (header := read_header(text)) is not None),
        payload=row.payload,
    )


def _custom_effect(row: Any) -> CustomEffectFacts:
    parameters = msgspec.convert(row.params, list[TemplateParameter])
    return CustomEffectFacts(
        id=row.id, name=row.name, payload=row.payload, parameters=tuple(parameter_names(parameters))
    )
