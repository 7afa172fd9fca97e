"""Defining, reading, changing and deleting custom effects (behaviour/definitions 6).

One that rules use may go away: those rules fail then, and say so when they are asked.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.errors import ConflictError, NotFoundError, Problem
from tercel.database.revisions import touch_account
from tercel.database.tables.outgoing import custom_effects
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.custom_effects import store
from tercel.features.setup.custom_effects.check import check_custom_effect
from tercel.features.setup.custom_effects.model import CustomEffect, NewCustomEffect


async def create_custom_effect(tx: Transaction, caller: Caller, new: NewCustomEffect) -> CustomEffect:
    """Define a custom effect.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its payload cannot be filled, or an application is unknown.
        ConflictError: the name is taken.
    """
    values = await _columns(tx, caller, new)
    values |= {"account_id": caller.account_id, "created_by_id": caller.user_id}
    row = await store.insert_custom_effect(tx, values)
    if row is None:
        raise _taken(new.name)
    await touch_account(tx, caller.account_id)
    return store.custom_effect_from_row(row)


async def get_custom_effect(tx: Transaction, caller: Caller, effect_id: int) -> CustomEffect:
    """One custom effect.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    statement = store.select_own_custom_effects(caller).where(custom_effects.c.id == effect_id)
    row = await tx.one_or_none(statement)
    if row is None:
        raise _unknown(effect_id)
    return store.custom_effect_from_row(row)


async def update_custom_effect(
    tx: Transaction, caller: Caller, effect_id: int, new: NewCustomEffect
) -> CustomEffect:
    """Replace a custom effect.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its payload cannot be filled, or an application is unknown.
        ConflictError: another one has the name.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await get_custom_effect(tx, caller, effect_id)
    values = await _columns(tx, caller, new) | {"modified_by_id": caller.user_id}
    # Because: this lock keeps two effects from taking one name at the same time.
    await touch_account(tx, caller.account_id)
    if await store.has_namesake(tx, caller.account_id, effect_id, new.name):
        raise _taken(new.name)
    row = await store.update_custom_effect(tx, caller.account_id, effect_id, values)
    if row is None:
        raise _unknown(effect_id)
    return store.custom_effect_from_row(row)


async def delete_custom_effect(tx: Transaction, caller: Caller, effect_id: int) -> None:
    """Delete a custom effect.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    await get_custom_effect(tx, caller, effect_id)
    if not await store.delete_custom_effect(tx, caller.account_id, effect_id):
        raise _unknown(effect_id)
    await touch_account(tx, caller.account_id)


async def _columns(tx: Transaction, caller: Caller, new: NewCustomEffect) -> dict[str, Any]:
    check_custom_effect(new)
    await check_applications(tx, caller, new.application_ids, "/applicationIds")
    return msgspec.structs.asdict(new) | {"params": msgspec.to_builtins(new.params)}


def _taken(name: str) -> ConflictError:
    details = f"there is already a custom effect `{name}`"
    return ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])


def _unknown(effect_id: int) -> NotFoundError:
    return NotFoundError(f"there is no custom effect `{effect_id}`")
