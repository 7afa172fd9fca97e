"""Customers and their cards: linking and unlinking (behaviour/loyalty 10)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select

from tercel.base.errors import InvalidError, NotFoundError
from tercel.base.keys import lookup_key
from tercel.base.limits import CARD_PROFILES_MAX, INTEGRATION_ID_LENGTH_MAX
from tercel.database.tables.customers import profiles
from tercel.database.tables.loyalty import loyalty_card_profiles, loyalty_cards
from tercel.database.transaction import Transaction
from tercel.features.common.texts import check_text
from tercel.features.customers.profiles.store import ensure_profiles
from tercel.features.loyalty.cards.listing import get_card
from tercel.features.loyalty.cards.model import LoyaltyCard
from tercel.features.loyalty.scope import HolderScope, ProgramScope

_LINKS = loyalty_card_profiles
_POINTER = "/integrationId"


async def link_profile(tx: Transaction, scope: HolderScope, integration_id: str) -> LoyaltyCard:
    """Link a customer, who is created when unknown, with a card; one who is linked already stays as linked as before.

    Raises:
        ForbiddenError: the key is for testing.
        InvalidError: the card is blocked, or has as many customers as it may.
    """
    scope.caller.refuse_testing("link cards")
    await lock_card(tx, scope)
    await link_profiles(tx, scope, [integration_id], _POINTER)
    return await get_card(tx, scope)


async def link_profiles(
    tx: Transaction, scope: HolderScope, integration_ids: Sequence[str], pointer: str
) -> None:
    """Link customers with a card that is locked, or that is not committed yet.

    Raises:
        InvalidError: the card would have more customers than it may.
    """
    if not integration_ids:
        return
    for integration_id in integration_ids:
        check_text(integration_id, pointer, max_length=INTEGRATION_ID_LENGTH_MAX)
    program = scope.program
    known = await ensure_profiles(tx, scope.account_id, program.sandbox, integration_ids)
    mine = _links(scope)
    linked = set(await tx.scalars(select(_LINKS.c.profile_id).where(*mine)))
    new = [profile_id for profile_id in dict.fromkeys(known.values()) if profile_id not in linked]
    most = min(program.users_per_card_max or CARD_PROFILES_MAX, CARD_PROFILES_MAX)
    if len(linked) + len(new) > most:
        raise InvalidError.at(pointer, "maxItems", f"at most {most} customers share a card of this program")
    if new:
        place = {"account_id": scope.account_id, "program_id": program.id, "card_id": scope.holder_id}
        rows = [{**place, "profile_id": profile_id, "created": scope.now} for profile_id in new]
        await tx.execute(insert(_LINKS), rows)


async def unlink_profile(tx: Transaction, scope: HolderScope, integration_id: str) -> LoyaltyCard:
    """Take a customer from a card; the points stay on it.

    Raises:
        ForbiddenError: the key is for testing.
        InvalidError: the card is blocked.
        NotFoundError: the customer is not linked with the card.
    """
    scope.caller.refuse_testing("unlink cards")
    await lock_card(tx, scope)
    customer = select(profiles.c.id).where(
        profiles.c.account_id == scope.account_id,
        profiles.c.sandbox == scope.program.sandbox,
        profiles.c.key == lookup_key(integration_id),
    )
    statement = delete(_LINKS).where(*_links(scope), _LINKS.c.profile_id == customer.scalar_subquery())
    if not await tx.execute(statement):
        raise NotFoundError(f"customer `{integration_id}` is not linked with loyalty card `{scope.name}`")
    return await get_card(tx, scope)


async def lock_card(tx: Transaction, scope: HolderScope, *, even_blocked: bool = False) -> None:
    """Lock a card that changes, so that requests about it take turns.

    Raises:
        InvalidError: its identifier is blocked for good, perhaps since a moment ago.
        NotFoundError: it was deleted a moment ago.
    """
    table = loyalty_cards
    mine = (*ProgramScope.holds(scope, table), table.c.id == scope.holder_id)
    row = await tx.one(select(table).where(*mine).with_for_update())
    if row.deleted is not None:
        raise NotFoundError(f"loyalty card `{scope.name}` does not exist")
    successor = row.new_identifier if row.identifier == scope.name else row.identifier
    if successor is not None and not (even_blocked and row.identifier == scope.name):
        details = f"loyalty card `{scope.name}` is blocked for good: `{successor}` took its place"
        raise InvalidError.parameter("loyaltyCardId", "not", details)


def _links(scope: HolderScope) -> list[ColumnElement[bool]]:
    return [*ProgramScope.holds(scope, _LINKS), _LINKS.c.card_id == scope.holder_id]
