"""The first start: an account and its administrator, made once however many processes start together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from tercel.database.engine import Database
from tercel.database.tables.accounts import accounts, users
from tercel.database.transaction import Transaction
from tercel.features.access.accounts.passwords import check_password, hash_password, make_password
from tercel.settings import Settings

_LOCK_KEY = 7_283_602  # any number, always this one
_ACCOUNT_NAME = "Tercel"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the first administrator logs in, to be shown once. ``password`` is None when the operator chose it."""

    email: str
    password: str | None


async def ensure_first_run(database: Database, settings: Settings) -> Credentials | None:
    """Create the first account and administrator; None when there is an account already."""
    async with database.transaction() as tx:
        await tx.scalar(select(func.pg_advisory_xact_lock(_LOCK_KEY)))
        if await tx.scalar(select(accounts.c.id).limit(1)) is not None:
            return None
        return await _create_administrator(tx, settings)


async def _create_administrator(tx: Transaction, settings: Settings) -> Credentials:
    password = settings.admin_password or make_password()
    email = settings.admin_email.strip().lower()
    check_password(password, email)
    account_id = await tx.scalar(insert(accounts).values(name=_ACCOUNT_NAME).returning(accounts.c.id))
    await tx.execute(
        insert(users).values(
            account_id=account_id,
            email=email,
            name=email.partition("@")[0],
            password_hash=await hash_password(password),
            state="active",
            is_admin=True,
        )
    )
    return Credentials(email, None if settings.admin_password else password)
