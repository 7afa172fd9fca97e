"""Users, as the operator of an installation makes and mends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, WrongStateError
from tercel.base.limits import EMAIL_LENGTH_MAX
from tercel.database.tables.accounts import user_tokens, users
from tercel.database.transaction import Transaction
from tercel.features.access.accounts.passwords import check_password, hash_password


def normalized(email: str) -> str:
    """Return an address as it is stored.

    Raises:
        InvalidError: it is none.
    """
    address = email.strip().lower()
    name, at, host = address.partition("@")
    if not (name and at and host) or "@" in host or " " in address or len(address) > EMAIL_LENGTH_MAX:
        raise InvalidError(message=f"`{email}` is no email address")
    return address


async def list_users(tx: Transaction) -> Sequence[Row[Any]]:
    """Return all users with id, email, name, is_admin, state and last_signed_in, oldest first."""
    columns = (users.c.id, users.c.email, users.c.name, users.c.is_admin, users.c.state)
    return await tx.all(select(*columns, users.c.last_signed_in).order_by(users.c.id))


async def create_user(
    tx: Transaction, account_id: int, email: str, password: str, *, name: str, is_admin: bool
) -> None:
    """Make a user who can log in at once.

    Raises:
        ConflictError: there is one with this address.
        InvalidError: the password is too easy to guess.
    """
    check_password(password, email)
    found = await tx.scalar(
        select(users.c.id).where(users.c.account_id == account_id, users.c.email == email)
    )
    if found is not None:
        raise ConflictError(
            f"there is a user `{email}` already: `tercel users reset-password {email}` gives a new password"
        )
    values = {"account_id": account_id, "email": email, "name": name, "is_admin": is_admin, "state": "active"}
    await tx.execute(insert(users).values(**values, password_hash=await hash_password(password)))


async def reset_password(tx: Transaction, email: str, password: str) -> None:
    """Give a user another password, and log them out everywhere.

    Raises:
        NotFoundError: there is no such user.
        WrongStateError: the user is deactivated.
        InvalidError: the password is too easy to guess.
    """
    check_password(password, email)
    user = await _get_user(tx, email)
    if user.state == "deactivated":
        raise WrongStateError(f"`{email}` is deactivated: run `tercel users activate {email}` first")
    await _change(tx, user.id, state="active", password_hash=await hash_password(password))
    await _log_out(tx, user.id)


async def deactivate_user(tx: Transaction, email: str) -> None:
    """Refuse a user from now on; keys that they made stop working too.

    Raises:
        NotFoundError: there is no such user.
        WrongStateError: the user is the last active administrator.
    """
    user = await _get_user(tx, email)
    others = select(func.count()).where(users.c.is_admin, users.c.state == "active", users.c.id != user.id)
    if user.is_admin and user.state == "active" and not await tx.scalar(others):
        raise WrongStateError(f"`{email}` is the last administrator: make another one first")
    await _change(tx, user.id, state="deactivated")
    await _log_out(tx, user.id)


async def activate_user(tx: Transaction, email: str) -> None:
    """Let a user in again.

    Raises:
        NotFoundError: there is no such user.
    """
    await _change(tx, (await _get_user(tx, email)).id, state="active")


async def _get_user(tx: Transaction, email: str) -> Row[Any]:
    columns = select(users.c.id, users.c.state, users.c.is_admin)
    row = await tx.one_or_none(columns.where(users.c.email == email).order_by(users.c.id).limit(1))
    if row is None:
        raise NotFoundError(f"there is no user `{email}`: `tercel users list` shows all")
    return row


async def _change(tx: Transaction, user_id: int, **values: object) -> None:
    await tx.execute(update(users).where(users.c.id == user_id).values(**values, modified=func.now()))


async def _log_out(tx: Transaction, user_id: int) -> None:
    await tx.execute(delete(user_tokens).where(user_tokens.c.user_id == user_id))
