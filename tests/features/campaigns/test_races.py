"""Several people at once."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tercel.base.errors import ConflictError
from tercel.database.engine import Database
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.features.campaigns.campaigns.model import NewCampaign
from tercel.features.campaigns.campaigns.service import create_campaign
from tercel.features.setup.attributes.model import NewAttribute
from tercel.features.setup.attributes.service import create_attribute
from tests.features.conftest import make_application, make_caller

pytestmark = pytest.mark.anyio
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AT_ONCE = 5


async def test_campaigns_created_at_once_get_different_places_and_revisions(database: Database) -> None:
    async with database.transaction() as tx:
        caller = await make_caller(tx)
        application_id = await make_application(tx, caller)

    async def create() -> None:
        async with database.transaction() as tx:
            new = NewCampaign(name="c", tags=[], features=[], limits=[])
            await create_campaign(tx, caller, application_id, new, _NOW)

    await asyncio.gather(*(create() for _ in range(_AT_ONCE)))
    async with database.transaction() as tx:
        rows = await tx.all(select(campaigns.c.position, campaigns.c.revision))
        last = await tx.scalar(select(applications.c.revision))
    assert sorted(row.position for row in rows) == list(range(_AT_ONCE))
    assert sorted(row.revision for row in rows) == list(range(last - _AT_ONCE + 1, last + 1))


async def test_of_equal_attributes_created_at_once_one_wins(database: Database) -> None:
    async with database.transaction() as tx:
        caller = await make_caller(tx)

    async def create() -> str:
        new = NewAttribute(
            entity="Store", name="X", title="X", type="string", description="", suggestions=[], editable=True
        )
        try:
            async with database.transaction() as tx:
                await create_attribute(tx, caller, new)
        except ConflictError:
            return "refused"
        return "created"

    outcomes = await asyncio.gather(*(create() for _ in range(_AT_ONCE)))
    assert sorted(outcomes) == ["created"] + ["refused"] * (_AT_ONCE - 1)
