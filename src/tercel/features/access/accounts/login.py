"""Logging in with a password, and out again."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, insert, select, update

from tercel.base.errors import UnauthenticatedError
from tercel.database.engine import Database
from tercel.database.tables.accounts import user_tokens, users
from tercel.database.transaction import Transaction
from tercel.features.access.accounts.model import LoginParams, Session
from tercel.features.access.accounts.passwords import hash_again, is_password
from tercel.features.access.accounts.throttle import count_attempt, take_back_attempt
from tercel.features.access.keys.secret import digest, make_secret

_log = structlog.get_logger(__name__)
_TOKEN_LIFE = timedelta(days=91)  # three months


async def log_in(database: Database, given: LoginParams, *, address: str, now: datetime) -> Session:
    """Check a password and make a token that lives three months.

    The password is checked between two transactions: no connection is held meanwhile.

    Raises:
        UnauthenticatedError: wrong email or password, or the user is not active.
        LogInThrottledError: too many attempts before.
        UnavailableError: too many passwords are being checked at this moment.
    """
    email = given.email.strip().lower()
    async with database.transaction() as tx:
        await count_attempt(tx, email, address, now)
        user = await tx.one_or_none(
            select(users.c.id, users.c.password_hash)
            .where(users.c.email == email, users.c.state == "active")
            .order_by(users.c.id)
            .limit(1)
        )
    if not await is_password(given.password, user.password_hash if user else None) or user is None:
        _log.info("log-in refused", address=address)
        raise UnauthenticatedError("wrong email or password")
    renewed = await hash_again(given.password, user.password_hash)
    async with database.transaction() as tx:
        await take_back_attempt(tx, email, address)
        if renewed is not None:
            await tx.execute(update(users).where(users.c.id == user.id).values(password_hash=renewed))
        return await _make_token(tx, user.id, now)


async def log_out(tx: Transaction, token_hash: bytes) -> None:
    """End the token's life; a key of another kind is left alone."""
    await tx.execute(delete(user_tokens).where(user_tokens.c.token_hash == token_hash))


async def _make_token(tx: Transaction, user_id: int, now: datetime) -> Session:
    token = make_secret()
    await tx.execute(
        delete(user_tokens).where(user_tokens.c.user_id == user_id, user_tokens.c.expires <= now)
    )
    values = {"token_hash": digest(token), "user_id": user_id, "created": now, "expires": now + _TOKEN_LIFE}
    await tx.execute(insert(user_tokens).values(values))
    await tx.execute(
        update(users).where(users.c.id == user_id).values(last_signed_in=now, modified=func.now())
    )
    return Session(user_id=user_id, token=token, created=now)
