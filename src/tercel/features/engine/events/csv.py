"""Effects as files: a line for each effect of each event (behaviour/csv 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Row, Select, and_, cast, select
from sqlalchemy.dialects.postgresql import JSONB

from tercel.base.codec import decode_any
from tercel.database.tables.sessions import events, sessions
from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import DateFormat
from tercel.features.common.csv.exporting import Export, File
from tercel.features.common.filters import Filter, Moment, means, since, until
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing
from tercel.features.common.scope import ApplicationScope

_Effect = tuple[Row[Any], dict[str, Any]]
"""The row of an event, and one of its effects as it was answered."""


def _has_effects_of(campaign_id: int) -> ColumnElement[bool]:
    return cast(events.c.effects, JSONB).contains(cast([{"campaignId": campaign_id}], JSONB))


class EffectExportQuery(Filter, kw_only=True, rename="camel"):
    """Which effects go out, and how."""

    campaign_id: Annotated[Id, means(_has_effects_of)] | None = None
    created_before: Annotated[Moment, until(events.c.created)] | None = None
    created_after: Annotated[Moment, since(events.c.created)] | None = None
    date_format: DateFormat | None = None


def _select(scope: ApplicationScope) -> Select[Any]:
    of_event = and_(
        sessions.c.application_id == events.c.application_id, sessions.c.id == events.c.session_id
    )
    return (
        select(events, sessions.c.total)
        .outerjoin(sessions, of_event)
        .where(*scope.holds(events), events.c.effects != "[]")
    )


def _listing(campaign_id: int | None) -> Listing[ApplicationScope, _Effect]:
    async def effects(_tx: Transaction, rows: Sequence[Row[Any]], _scope: ApplicationScope) -> list[_Effect]:
        return [
            (row, effect)
            for row in rows
            for effect in decode_any(row.effects)
            if campaign_id is None or effect["campaignId"] == campaign_id
        ]

    return Listing(select=_select, answer=effects, key=events.c.id, order=[events.c.created, events.c.id])


def _of_event(name: str) -> Any:
    return lambda effect, _: getattr(effect[0], name)


def _of_effect(name: str) -> Any:
    return lambda effect, _: effect[1].get(name)


_COLUMNS = {
    "applicationid": _of_event("application_id"),
    "campaignid": _of_effect("campaignId"),
    "couponid": _of_effect("triggeredByCoupon"),
    "created": _of_event("created"),
    "event_type": _of_event("type"),
    "eventid": _of_event("id"),
    "name": _of_effect("effectType"),
    "profileintegrationid": _of_event("profile_integration_id"),
    "props": _of_effect("props"),
    "ruleindex": _of_effect("ruleIndex"),
    "rulesetid": _of_effect("rulesetId"),
    "sessionid": _of_event("session_id"),
    "profileid": _of_event("profile_id"),
    "sessionintegrationid": _of_event("session_integration_id"),
    "total_revenue": _of_event("total"),
    "store_integration_id": _of_event("store_integration_id"),
}


async def export_effects(tx: Transaction, scope: ApplicationScope, query: EffectExportQuery) -> File:
    """Begin the export of the effects that are meant, in the order of their events."""
    export = Export(name="effects", entity="Effect", listing=_listing(query.campaign_id), columns=_COLUMNS)
    return await export.begin(tx, scope, query, times=query.date_format)
