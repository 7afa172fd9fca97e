"""Profiles as the pipeline leaves them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from tercel.base.keys import lookup_key
from tercel.database.tables.customers import profile_applications, profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller

CREATED = datetime(2030, 1, 1, tzinfo=UTC)
MakeProfile = Callable[..., Awaitable[int]]


@pytest.fixture
def make_profile(tx: Transaction, caller: Caller) -> MakeProfile:
    """Insert a profile, and say in which applications it was seen."""

    async def run(
        integration_id: str, *application_ids: int, advocate: str | None = None, **columns: Any
    ) -> int:
        values = {
            "account_id": caller.account_id,
            "integration_id": integration_id,
            "key": lookup_key(integration_id),
            "created": CREATED,
            **columns,
        }
        profile_id: int = await tx.scalar(insert(profiles).values(**values).returning(profiles.c.id))
        for application_id in application_ids:
            seen = {"application_id": application_id, "profile_id": profile_id}
            await tx.execute(insert(profile_applications).values(**seen, advocate_integration_id=advocate))
        return profile_id

    return run
