"""Lists of events of an application, and of the types that occur in it (behaviour/lists 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import UNSET, Meta
from sqlalchemy import ColumnElement, Row, Select, and_, select

from tercel.base.codec import decode_any
from tercel.base.keys import lookup_key
from tercel.database.tables.applications import stores
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import events, sessions
from tercel.features.common.filters import Filter, Moment, one_of, since, text, until
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.engine.events import effect_filters as effects
from tercel.features.engine.events.model import ApplicationEvent


def _is_of_session(integration_id: str) -> ColumnElement[bool]:
    found = select(sessions.c.id).where(
        sessions.c.application_id == events.c.application_id,
        sessions.c.key == lookup_key(integration_id),
    )
    return events.c.session_id.in_(found)


class EventFilter(Filter, kw_only=True, rename="camel"):
    """Which events to list. ``session`` and ``profile`` are integration ids; what is asked of effects may hold for several."""

    type: Annotated[list[str], one_of(events.c.type)] | None = None
    created_before: Annotated[Moment, until(events.c.created)] | None = None
    created_after: Annotated[Moment, since(events.c.created)] | None = None
    session: Annotated[str, text(_is_of_session)] | None = None
    profile: str | None = None
    customer_name: Annotated[str, Meta(min_length=2)] | None = None
    customer_email: Annotated[str, Meta(min_length=2)] | None = None
    coupon_code: Annotated[str, text(effects.has_coupon)] | None = None
    referral_code: Annotated[str, text(effects.has_referral)] | None = None
    rule_query: Annotated[str, text(effects.has_rule)] | None = None
    campaign_query: Annotated[str, text(effects.has_campaign)] | None = None
    effect_type: Annotated[str, text(effects.has_type)] | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        owners = list(self._owners())
        if owners:
            found = select(profiles.c.id).where(*scope.account.holds(profiles), *owners)
            yield events.c.profile_id.in_(found)

    def _owners(self) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on the customer of an event."""
        if self.profile:
            yield profiles.c.key == lookup_key(self.profile)
        for name, term in (("Name", self.customer_name), ("Email", self.customer_email)):
            if term:
                yield profiles.c.attributes[name].astext.icontains(term, autoescape=True)


def _select(scope: ApplicationScope) -> Select[Any]:
    in_store = and_(
        stores.c.application_id == events.c.application_id,
        stores.c.integration_id == events.c.store_integration_id,
    )
    return (
        select(events, stores.c.id.label("store_id")).outerjoin(stores, in_store).where(*scope.holds(events))
    )


def _event_from_row(row: Row[Any]) -> ApplicationEvent:
    return ApplicationEvent(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        profile_id=_or_unset(row.profile_id),
        store_id=_or_unset(row.store_id),
        store_integration_id=_or_unset(row.store_integration_id),
        integration_id=_or_unset(row.integration_id),
        session_id=_or_unset(row.session_id),
        type=row.type,
        attributes=row.attributes,
        effects=decode_any(row.effects),
        rule_failure_reasons=_or_unset(row.rule_failure_reasons),
    )


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


EVENTS: Listing[ApplicationScope, ApplicationEvent] = Listing(
    select=_select,
    answer=each(_event_from_row),
    key=events.c.id,
    sort={
        "id": events.c.id,
        "created": events.c.created,
        "type": events.c.type,
        "profileId": events.c.profile_id,
        "sessionId": events.c.session_id,
        "storeIntegrationId": events.c.store_integration_id,
    },
    order=[events.c.created.desc(), events.c.id.desc()],
)

RECORDED_TYPES: Listing[ApplicationScope, str] = Listing(
    select=lambda scope: select(events.c.type).where(*scope.holds(events)).distinct(),
    answer=each(lambda row: str(row.type)),
    key=events.c.type,
    sort={"type": events.c.type, "name": events.c.type},
)
