"""Making loyalty cards: one with its customers, or many at once (behaviour/loyalty 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.database.tables.loyalty import loyalty_cards
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.patterns.make import make_codes, secure_choices, wait_for_turn
from tercel.features.common.patterns.pattern import CodePattern
from tercel.features.loyalty.cards.identifiers import PATTERN, code_settings_of, pattern_of
from tercel.features.loyalty.cards.links import link_profiles
from tercel.features.loyalty.cards.listing import card_scope, get_card
from tercel.features.loyalty.cards.model import (
    Attributes,
    GenerateLoyaltyCard,
    LoyaltyCard,
    LoyaltyCardBatch,
    LoyaltyCardBatchResponse,
)
from tercel.features.loyalty.scope import ProgramScope, require_kind

_TABLE = loyalty_cards
_HEX = "0123456789abcdef"
_BATCH_ID_LENGTH = 16


async def generate_card(tx: Transaction, scope: ProgramScope, new: GenerateLoyaltyCard) -> LoyaltyCard:
    """Make a card. In programs with code settings these make its identifier, whatever was asked for.

    Raises:
        ConflictError: the identifier is taken, perhaps by a card that was deleted.
        ForbiddenError: the key is for testing.
        InvalidError: customers have the points of the program, they are too many for a card, or attributes are wrong.
    """
    require_kind(scope.program, is_card_based=True)
    scope.caller.refuse_testing("make cards")
    attributes = await checked_attributes(tx, scope, new.attributes)
    shared = {"status": new.status, "attributes": attributes}
    settings = await code_settings_of(tx, scope)
    if settings is None and new.card_identifier is not None:
        identifier = new.card_identifier
        if not await _insert(tx, scope, [identifier], shared):
            raise taken(identifier, "/cardIdentifier")
    else:
        (identifier,) = await _draw(tx, scope, pattern_of(settings or {}, None, 1), 1, shared)
    statement = select(_TABLE.c.id).where(*scope.holds(_TABLE), _TABLE.c.identifier == identifier)
    card = card_scope(scope, await tx.scalar(statement), identifier)
    await link_profiles(tx, card, new.customer_profile_ids, "/customerProfileIds")
    return await get_card(tx, card)


async def create_batch(
    tx: Transaction, scope: ProgramScope, new: LoyaltyCardBatch
) -> LoyaltyCardBatchResponse:
    """Make cards without customers.

    Raises:
        InvalidError: customers have the points of the program, or nothing says how identifiers look, or that gives too few.
    """
    require_kind(scope.program, is_card_based=True)
    settings = await code_settings_of(tx, scope)
    if settings is None and new.card_code_settings is None:
        details = "say how identifiers look, here or in the program"
        raise InvalidError.at("/cardCodeSettings", "required", details)
    pattern = pattern_of(settings or {}, new.card_code_settings, new.number_of_cards)
    batch_id = new.batch_id or "".join(secure_choices(_HEX, _BATCH_ID_LENGTH))
    shared = {"status": new.status, "batch_id": batch_id}
    made = await _draw(tx, scope, pattern, new.number_of_cards, shared)
    return LoyaltyCardBatchResponse(number_of_cards_generated=len(made), batch_id=batch_id)


async def checked_attributes(tx: Transaction, scope: ProgramScope, values: Attributes) -> Attributes:
    """Return the attributes to store, without those that are null.

    Raises:
        InvalidError: some are wrong.
    """
    if values:
        definitions = await load_definitions(tx, scope.account_id, "LoyaltyCard")
        problems = check_attributes(values, definitions, "LoyaltyCard")
        if problems:
            raise InvalidError(*problems)
    return {name: value for name, value in values.items() if value is not None}


def taken(identifier: str, pointer: str) -> ConflictError:
    """Return the refusal of an identifier that a card has or had."""
    details = f"there is, or was, a loyalty card `{identifier}`"
    return ConflictError(details, [Problem(title="unique", details=details, pointer=pointer)])


async def _draw(
    tx: Transaction, scope: ProgramScope, pattern: CodePattern, count: int, shared: Mapping[str, Any]
) -> list[str]:
    """Make cards with identifiers that are free."""
    if count > 1:
        await wait_for_turn(tx, "loyalty cards", scope.program.id)

    async def insert_free(identifiers: Mapping[str, str | None]) -> Collection[str]:
        return await _insert(tx, scope, identifiers, shared)

    async def find_taken(identifiers: Collection[str]) -> set[str]:
        statement = select(_TABLE.c.identifier).where(
            *scope.holds(_TABLE), _TABLE.c.identifier.in_(identifiers)
        )
        return set(await tx.scalars(statement))

    return await make_codes(
        pattern,
        [None] * count,
        insert=insert_free,
        find_taken=find_taken,
        choices=secure_choices,
        pointer=PATTERN,
    )


async def _insert(
    tx: Transaction, scope: ProgramScope, identifiers: Collection[str], shared: Mapping[str, Any]
) -> Collection[str]:
    """Write cards whose identifiers are free; return these."""
    values = {
        "account_id": scope.account_id,
        "program_id": scope.program.id,
        "created": scope.now,
        **shared,
    }
    rows = select(
        func.jsonb_array_elements_text(cast(list(identifiers), JSONB)),
        *(literal(value, _TABLE.c[name].type) for name, value in values.items()),
    )
    written = insert(_TABLE).from_select(["identifier", *values], rows).on_conflict_do_nothing()
    return await tx.scalars(written.returning(_TABLE.c.identifier))
