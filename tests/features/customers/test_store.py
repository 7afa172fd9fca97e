"""Making sure that profiles exist."""

import pytest
from sqlalchemy import func, select

from tercel.database.engine import Database
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.store import ensure_profiles
from tests.features.customers.conftest import MakeProfile

pytestmark = pytest.mark.anyio


async def test_known_profiles_are_found_and_unknown_ones_created(
    tx: Transaction, caller: Caller, make_profile: MakeProfile
) -> None:
    known = await make_profile("ann", attributes={"City": "Rome"}, version=7)
    wanted = ["ann", "x" * 1_000, "a/b 🦅", "ann"]
    ids = await ensure_profiles(tx, caller.account_id, False, wanted)
    assert set(ids) == set(wanted)
    assert ids["ann"] == known
    assert await ensure_profiles(tx, caller.account_id, False, wanted) == ids
    rows = await tx.all(select(profiles.c.attributes, profiles.c.version).where(profiles.c.id == known))
    assert [tuple(row) for row in rows] == [({"City": "Rome"}, 7)]


async def test_environments_and_accounts_are_apart(tx: Transaction, caller: Caller) -> None:
    live = await ensure_profiles(tx, caller.account_id, False, ["ann"])
    sandbox = await ensure_profiles(tx, caller.account_id, True, ["ann"])
    other = await ensure_profiles(tx, caller.account_id + 1, False, ["ann"])
    assert len({live["ann"], sandbox["ann"], other["ann"]}) == 3


async def test_nobody_wanted(database: Database) -> None:
    async with database.transaction() as tx:
        assert await ensure_profiles(tx, 1, False, []) == {}
        assert await tx.scalar(select(func.count()).select_from(profiles)) == 0
