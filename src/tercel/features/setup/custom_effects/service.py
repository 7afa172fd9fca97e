"""Defining and changing custom effects (behaviour/definitions 6).

One that rules use may go away: those rules fail then, and say so when they are asked.
"""

from __future__ import annotations

import msgspec

from tercel.database.transaction import Transaction
from tercel.features.common.resource import Values
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.custom_effects.check import check_custom_effect
from tercel.features.setup.custom_effects.model import CustomEffect, NewCustomEffect
from tercel.features.setup.custom_effects.resource import CUSTOM_EFFECTS


async def create_custom_effect(tx: Transaction, scope: Scope, new: NewCustomEffect) -> CustomEffect:
    """Define a custom effect.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its payload cannot be filled, or an application is unknown.
        ConflictError: the name is taken.
    """
    values = {**await _columns(tx, scope, new), "created_by_id": scope.caller.user_id}
    return await CUSTOM_EFFECTS.create(tx, scope, values)


async def update_custom_effect(
    tx: Transaction, scope: Scope, effect_id: int, new: NewCustomEffect
) -> CustomEffect:
    """Replace a custom effect.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its payload cannot be filled, or an application is unknown.
        ConflictError: another one has the name.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await CUSTOM_EFFECTS.get(tx, scope, effect_id)
    values = {**await _columns(tx, scope, new), "modified_by_id": scope.caller.user_id}
    return await CUSTOM_EFFECTS.change(tx, scope, effect_id, values)


async def _columns(tx: Transaction, scope: Scope, new: NewCustomEffect) -> Values:
    check_custom_effect(new)
    await check_applications(tx, scope.caller, new.application_ids, "/applicationIds")
    return msgspec.structs.asdict(new) | {"params": msgspec.to_builtins(new.params)}
