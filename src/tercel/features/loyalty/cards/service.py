"""Changing, deleting and handing on loyalty cards (behaviour/loyalty 10)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from tercel.base.errors import InvalidError
from tercel.database.tables.loyalty import loyalty_card_profiles, loyalty_cards
from tercel.database.transaction import Transaction
from tercel.features.loyalty.cards.create import checked_attributes, taken
from tercel.features.loyalty.cards.links import lock_card
from tercel.features.loyalty.cards.listing import get_card
from tercel.features.loyalty.cards.model import LoyaltyCard, TransferLoyaltyCard, UpdateLoyaltyCard
from tercel.features.loyalty.scope import HolderScope, ProgramScope
from tercel.ledger.points.deleting import delete_ledgers

_TABLE = loyalty_cards


async def update_card(tx: Transaction, scope: HolderScope, change: UpdateLoyaltyCard) -> LoyaltyCard:
    """Change status or attributes of a card. A card that becomes active has no reason to be blocked.

    Raises:
        InvalidError: nothing is given, the card is blocked for good, or attributes are wrong.
    """
    if change.status is None and change.attributes is None:
        raise InvalidError.at("", "required", "give a status or attributes")
    values: dict[str, Any] = {"modified": scope.now}
    await lock_card(tx, scope)
    if change.status is not None:
        is_active = change.status == "active"
        values |= {"status": change.status, "block_reason": None if is_active else change.block_reason}
    if change.attributes is not None:
        values["attributes"] = await checked_attributes(tx, scope, change.attributes)
    await tx.execute(update(_TABLE).where(*_mine(scope)).values(**values))
    return await get_card(tx, scope)


async def delete_card(tx: Transaction, scope: HolderScope) -> None:
    """Delete a card, or a blocked identifier, with its points and links; its identifier stays taken.

    Raises:
        InvalidError: it was transferred a moment ago.
        NotFoundError: it was deleted a moment ago.
    """
    links, place = loyalty_card_profiles, ProgramScope.holds
    await lock_card(tx, scope, even_blocked=True)
    await delete_ledgers(await tx.driver_connection(), scope.account_id, scope.ledger("").holder)
    await tx.execute(delete(links).where(*place(scope, links), links.c.card_id == scope.holder_id))
    gone = {"deleted": scope.now, "status": "inactive", "attributes": {}, "block_reason": None}
    await tx.execute(update(_TABLE).where(*_mine(scope)).values(**gone))


async def transfer_card(tx: Transaction, scope: HolderScope, change: TransferLoyaltyCard) -> None:
    """Let a card go on under another identifier, active; the one it had is blocked for good.

    Because: links, points and transactions belong to the row, so nothing of them has to move.

    Raises:
        ConflictError: the new identifier is taken, perhaps by a card that was deleted.
        InvalidError: the card is blocked for good already.
    """
    await lock_card(tx, scope)
    before = await tx.one(select(_TABLE).where(*_mine(scope)))
    new, now = change.new_card_identifier, scope.now
    place = ProgramScope.holds(scope, _TABLE)
    if await tx.scalar(select(_TABLE.c.id).where(*place, _TABLE.c.identifier == new)) is not None:
        raise taken(new, "/newCardIdentifier")
    goes_on = {
        "identifier": new,
        "old_identifier": before.identifier,
        "status": "active",
        "block_reason": None,
        "modified": now,
    }
    await tx.execute(update(_TABLE).where(*_mine(scope)).values(**goes_on))
    blocked = {
        "account_id": scope.account_id,
        "program_id": scope.program.id,
        "identifier": before.identifier,
        "status": "inactive",
        "block_reason": change.block_reason,
        "old_identifier": before.old_identifier,
        "new_identifier": new,
        "batch_id": before.batch_id,
        "created": before.created,
        "modified": now,
    }
    await tx.execute(insert(_TABLE).values(**blocked))


def _mine(scope: HolderScope) -> list[Any]:
    return [*ProgramScope.holds(scope, _TABLE), _TABLE.c.id == scope.holder_id]
