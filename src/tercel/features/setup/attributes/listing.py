"""Lists of attributes and of event types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from tercel.database.tables.definitions import attributes, event_types
from tercel.features.common.filters import Filter, contains, equals, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.setup.attributes.model import Attribute, EventType
from tercel.features.setup.attributes.store import (
    attribute_from_row,
    event_type_from_row,
    select_own_attributes,
)


def _is_for_one_of(application_ids: Sequence[int]) -> ColumnElement[bool]:
    subscribed = attributes.c.subscribed_application_ids
    named = [subscribed.contains([one]) for one in application_ids]
    return or_(func.jsonb_array_length(subscribed) == 0, *named)


def _is_of_kind(kind: str) -> ColumnElement[bool]:
    return attributes.c.editable.is_(kind == "custom")


class AttributeFilter(Filter, kw_only=True, rename="camel"):
    """Which attributes to list. There are no loyalty programs to narrow them to."""

    entity: Annotated[str, equals(attributes.c.entity)] | None = None
    application_ids: Annotated[list[Id], means(_is_for_one_of)] | None = None
    loyalty_program_ids: list[Id] | None = None
    type: Annotated[str, equals(attributes.c.type)] | None = None
    kind: Annotated[Literal["builtin", "custom"], means(_is_of_kind)] | None = None
    search: (
        Annotated[str, contains(attributes.c.name, attributes.c.description, attributes.c.type)] | None
    ) = None


ATTRIBUTES: Listing[Scope, Attribute] = Listing(
    select=lambda scope: select_own_attributes(scope.caller),
    answer=each(attribute_from_row),
    key=attributes.c.id,
    sort={
        "id": attributes.c.id,
        "name": attributes.c.name,
        "title": attributes.c.title,
        "entity": attributes.c.entity,
        "type": attributes.c.type,
        "created": attributes.c.created,
    },
)


class EventTypeFilter(Filter, kw_only=True, rename="camel"):
    """Which event types to list. They have no old versions to include."""

    name: Annotated[str, equals(event_types.c.name)] | None = None
    include_old_versions: bool = False


def _select_event_types(scope: Scope) -> Select[Any]:
    """Select all event types of the account. They are for all applications: callers for some see none."""
    statement = select(event_types).where(*scope.holds(event_types))
    return statement if scope.caller.allowed_application_ids is None else statement.where(false())


EVENT_TYPES: Listing[Scope, EventType] = Listing(
    select=_select_event_types,
    answer=each(event_type_from_row),
    key=event_types.c.id,
    sort={
        "id": event_types.c.id,
        "name": event_types.c.name,
        "title": event_types.c.title,
        "created": event_types.c.created,
    },
)
