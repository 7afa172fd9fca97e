"""The first start makes an account and an administrator, once."""

import asyncio

import msgspec
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from tercel.base.errors import NotFoundError, UnauthenticatedError
from tercel.database.engine import Database
from tercel.database.tables.accounts import accounts, users
from tercel.features.access.accounts.administrator import get_administrator
from tercel.features.access.accounts.first_run import Credentials, ensure_first_run
from tercel.features.access.accounts.login import log_in
from tercel.features.access.accounts.model import LoginParams
from tercel.settings import Settings
from tests.features.accounts.test_throttle import NOW

pytestmark = pytest.mark.anyio


async def test_processes_that_start_together_make_one_administrator(
    database: Database, settings: Settings
) -> None:
    results = await asyncio.gather(*(ensure_first_run(database, settings) for _ in range(4)))
    (shown,) = [result for result in results if result is not None]
    async with database.transaction() as tx:
        assert await tx.scalar(select(func.count()).select_from(accounts)) == 1
        assert await tx.scalar(select(func.count()).select_from(users)) == 1
        administrator = await get_administrator(tx)
    assert shown.email == "admin@example.com"
    assert shown.password is not None
    given = LoginParams(email="Admin@Example.com ", password=shown.password)
    session = await log_in(database, given, address="::1", now=NOW)
    assert session.user_id == administrator.user_id


async def test_a_chosen_password_is_not_shown(database: Database, settings: Settings) -> None:
    chosen = msgspec.structs.replace(
        settings, admin_email="Ann@Shop.example", admin_password="a secret for ann"
    )
    assert await ensure_first_run(database, chosen) == Credentials("ann@shop.example", None)
    given = LoginParams(email="ann@shop.example", password="a secret for ann")
    assert (await log_in(database, given, address="::1", now=NOW)).token
    wrong = LoginParams(email="ann@shop.example", password="other")
    with pytest.raises(UnauthenticatedError):
        await log_in(database, wrong, address="::1", now=NOW)


async def test_a_weak_hash_is_renewed_at_the_next_log_in(database: Database, settings: Settings) -> None:
    chosen = msgspec.structs.replace(
        settings, admin_email="ann@shop.example", admin_password="a secret for ann"
    )
    await ensure_first_run(database, chosen)
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash("a secret for ann")
    async with database.transaction() as tx:
        await tx.execute(update(users).values(password_hash=weak))
    given = LoginParams(email="ann@shop.example", password="a secret for ann")
    for _ in range(2):
        assert (await log_in(database, given, address="::1", now=NOW)).token
    async with database.transaction() as tx:
        kept = await tx.scalar(select(users.c.password_hash))
    assert kept != weak
    assert not PasswordHasher().check_needs_rehash(kept)


async def test_nobody_is_administrator_before_the_first_run(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(NotFoundError):
            await get_administrator(tx)
