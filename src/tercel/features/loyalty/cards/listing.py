"""Lists of loyalty cards, with what is on them (behaviour/loyalty 10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, exists, select

from tercel.base.errors import NotFoundError
from tercel.database.tables.customers import profiles
from tercel.database.tables.loyalty import loyalty_card_profiles, loyalty_cards
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Filter, Means, equals
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, sortable
from tercel.features.common.scope import Scope
from tercel.features.loyalty.cards.model import (
    CardLedger,
    LoyaltyCard,
    LoyaltyCardProfileRegistration,
    card_ledger,
)
from tercel.features.loyalty.points.balances import balance_from, select_balances
from tercel.features.loyalty.scope import HolderScope, ProgramScope, require_kind

_CARDS = loyalty_cards
_LINKS = loyalty_card_profiles


def _is_linked(profile_id: int, scope: Scope) -> ColumnElement[bool]:
    links = (*scope.holds(_LINKS), _LINKS.c.card_id == _CARDS.c.id, _LINKS.c.profile_id == profile_id)
    return exists().where(*links)


class CardFilter(Filter, kw_only=True, rename="camel"):
    """Which cards to list. ``profile_id`` is the internal id of a customer."""

    identifier: Annotated[str, equals(_CARDS.c.identifier)] | None = None
    profile_id: Annotated[Id, Means(_is_linked)] | None = None
    batch_id: Annotated[str, equals(_CARDS.c.batch_id)] | None = None


def select_cards(scope: ProgramScope) -> Select[Any]:
    """Select the cards of a program that were not deleted."""
    return select(_CARDS).where(*ProgramScope.holds(scope, _CARDS), _CARDS.c.deleted.is_(None))


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], scope: ProgramScope) -> list[LoyaltyCard]:
    ids = [row.id for row in rows]
    links, ledgers = await _links(tx, scope, ids), await _ledgers(tx, scope, ids)
    return [_card(row, scope, links[row.id], ledgers[row.id]) for row in rows]


def _card(
    row: Row[Any],
    scope: ProgramScope,
    links: list[LoyaltyCardProfileRegistration],
    ledgers: dict[str, CardLedger],
) -> LoyaltyCard:
    program = scope.program
    return LoyaltyCard(
        id=row.id,
        created=row.created,
        program_id=program.id,
        program_name=program.name,
        program_title=program.title,
        status=row.status,
        block_reason=row.block_reason,
        identifier=row.identifier,
        users_per_card_limit=program.users_per_card_max,
        profiles=links,
        ledger=ledgers.get("", CardLedger()),
        subledgers={name: ledger for name, ledger in ledgers.items() if name},
        modified=row.modified,
        old_card_identifier=row.old_identifier,
        new_card_identifier=row.new_identifier,
        batch_id=row.batch_id,
        attributes=row.attributes,
    )


async def _links(
    tx: Transaction, scope: ProgramScope, card_ids: Sequence[int]
) -> defaultdict[int, list[LoyaltyCardProfileRegistration]]:
    """Return the customers of each card, in the order in which they were linked."""
    of_link = and_(profiles.c.account_id == scope.account_id, profiles.c.id == _LINKS.c.profile_id)
    statement = (
        select(_LINKS.c.card_id, _LINKS.c.created, profiles.c.integration_id)
        .join(profiles, of_link)
        .where(*ProgramScope.holds(scope, _LINKS), _LINKS.c.card_id.in_(card_ids))
        .order_by(_LINKS.c.created, profiles.c.integration_id)
    )
    found: defaultdict[int, list[LoyaltyCardProfileRegistration]] = defaultdict(list)
    for row in await tx.all(statement):
        linked = LoyaltyCardProfileRegistration(integration_id=row.integration_id, timestamp=row.created)
        found[row.card_id].append(linked)
    return found


async def _ledgers(
    tx: Transaction, scope: ProgramScope, card_ids: Sequence[int]
) -> defaultdict[int, dict[str, CardLedger]]:
    """Return the balances of each card by subledger."""

    def is_one_of(table: FromClause) -> ColumnElement[bool]:
        return table.c.holder_id.in_(card_ids)

    found: defaultdict[int, dict[str, CardLedger]] = defaultdict(dict)
    for row in await tx.all(select_balances(scope, scope.now, is_one_of)):
        found[row.holder_id][row.subledger] = card_ledger(balance_from(row))
    return found


#: Of a program.
CARDS: Listing[ProgramScope, LoyaltyCard] = Listing(
    select=select_cards,
    answer=_answer,
    key=_CARDS.c.id,
    sort=sortable(_CARDS, "id", "created", "identifier", "status"),
)


async def get_card(tx: Transaction, scope: HolderScope) -> LoyaltyCard:
    """Return one card."""
    row = await tx.one(select_cards(scope).where(_CARDS.c.id == scope.holder_id))
    return (await _answer(tx, [row], scope))[0]


async def require_card(tx: Transaction, scope: ProgramScope, identifier: str) -> HolderScope:
    """Return the scope of a card.

    Raises:
        InvalidError: customers have the points of the program.
        NotFoundError: the program has no such card.
    """
    require_kind(scope.program, is_card_based=True)
    found = await tx.scalar(
        select_cards(scope).with_only_columns(_CARDS.c.id).where(_CARDS.c.identifier == identifier)
    )
    if found is None:
        raise NotFoundError(f"loyalty card `{identifier}` does not exist")
    return card_scope(scope, int(found), identifier)


def card_scope(scope: ProgramScope, card_id: int, identifier: str) -> HolderScope:
    """Return the scope of a card that is there."""
    return HolderScope(
        caller=scope.caller, now=scope.now, program=scope.program, holder_id=card_id, name=identifier
    )
