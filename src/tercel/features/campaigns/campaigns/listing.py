"""Lists of campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Row, false, func, or_, select

from tercel.base.errors import InvalidError
from tercel.database.tables.campaigns import campaign_activity, campaigns
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.figures import load_figures
from tercel.features.campaigns.campaigns.model import Campaign, CampaignState
from tercel.features.campaigns.campaigns.state import is_in_state
from tercel.features.campaigns.campaigns.store import campaign_from_row, select_campaigns
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.filters import Filter, Means, Moment, means, since, until
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing
from tercel.features.common.scope import ApplicationScope, Scope


def _is_in_group(group_id: int) -> ColumnElement[bool]:
    return campaigns.c.campaign_groups.contains([group_id])


def _is_linked(store_id: int) -> ColumnElement[bool]:
    return campaigns.c.linked_store_ids.contains([store_id])


def _is_from_template(_template_id: int) -> ColumnElement[bool]:
    """Return the condition of campaigns from a template: none is, because there are no templates."""
    return false()


def _is_in_state(state: CampaignState, scope: Scope) -> ColumnElement[bool]:
    return is_in_state(state, scope.now)


class StateFilter(Filter, kw_only=True, rename="camel"):
    """Which campaigns to list, by their state."""

    campaign_state: Annotated[CampaignState, Means(_is_in_state)] | None = None


class CampaignFilter(StateFilter, kw_only=True, rename="camel"):
    """Which campaigns to list. Name and tags are alternatives when both are given."""

    name: str | None = None
    tags: list[str] | None = None
    created_before: Annotated[Moment, until(campaigns.c.created)] | None = None
    created_after: Annotated[Moment, since(campaigns.c.created)] | None = None
    start_before: Annotated[Moment, until(campaigns.c.start_time)] | None = None
    start_after: Annotated[Moment, since(campaigns.c.start_time)] | None = None
    end_before: Annotated[Moment, until(campaigns.c.end_time)] | None = None
    end_after: Annotated[Moment, since(campaigns.c.end_time)] | None = None
    campaign_group_id: Annotated[Id, means(_is_in_group)] | None = None
    template_id: Annotated[Id, means(_is_from_template)] | None = None
    store_id: Annotated[Id, means(_is_linked)] | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        called = list(self._is_called())
        if called:
            yield or_(*called)

    def _is_called(self) -> Iterator[ColumnElement[bool]]:
        if self.name is not None:
            yield campaigns.c.name.icontains(self.name, autoescape=True)
        if self.tags is not None:
            tag = func.unnest(campaigns.c.tags).column_valued("tag")
            wanted = [text.lower() for text in self.tags]
            yield select(tag).where(func.lower(tag).in_(wanted)).exists()


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], scope: ApplicationScope) -> list[Campaign]:
    figures = await load_figures(tx, scope.application_id, [row.id for row in rows], scope.now)
    return [campaign_from_row(row, figures[row.id], scope.now) for row in rows]


CAMPAIGNS: Listing[ApplicationScope, Campaign] = Listing(
    select=lambda scope: select_campaigns(scope.application_id),
    answer=_answer,
    key=campaigns.c.id,
    sort={
        "id": campaigns.c.id,
        "name": campaigns.c.name,
        "state": campaigns.c.state,
        "created": campaigns.c.created,
        "updated": campaigns.c.updated,
        "startTime": campaigns.c.start_time,
        "endTime": campaigns.c.end_time,
        "lastActivity": campaign_activity.c.last_activity,
    },
)


async def with_attributes(
    tx: Transaction, scope: ApplicationScope, wanted: Mapping[str, Any]
) -> ColumnElement[bool]:
    """Return the condition that a campaign has all these attributes.

    Raises:
        InvalidError: an attribute is unknown, or its value is none that it could have.
    """
    definitions = await load_definitions(
        tx, scope.account_id, "Campaign", application_id=scope.application_id
    )
    problems = check_attributes(wanted, definitions, "Campaign")
    if problems:
        raise InvalidError(*problems)
    return campaigns.c.attributes.contains(wanted)
