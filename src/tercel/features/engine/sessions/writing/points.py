"""Points of an outcome: what a closing session or an event writes on ledgers, and how it is undone (behaviour/loyalty 4, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import count

import msgspec

from tercel.base.errors import ConflictError
from tercel.base.numbers import tidy
from tercel.effects.effect import Effect
from tercel.effects.loyalty import (
    AddLoyaltyPoints,
    DeductLoyaltyPoints,
    ExtendLoyaltyPointsExpiryDate,
    RollbackAddedLoyaltyPoints,
    RollbackDeductedLoyaltyPoints,
    SetLoyaltyPointsExpiryDate,
)
from tercel.evaluation.host.seeded import seeded_uuid
from tercel.evaluation.run.reversal import Reversal
from tercel.features.customers.profiles.aggregate import find_profile
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.facts.points import Customers
from tercel.features.engine.sessions.request.resolve import profile_key
from tercel.ledger.events import EventRow
from tercel.ledger.points.aggregate import POINTS
from tercel.ledger.points.book import Book
from tercel.ledger.points.of_session import SESSION_POINTS
from tercel.ledger.points.rows import GivenBy, LedgerKey, Origin, StoredTransaction
from tercel.pipeline.draft import Draft
from tercel.points.life import Life
from tercel.points.program import Program


def _open_book(event: EventRow, draft: Draft, configuration: Configuration) -> Book:
    """Return the book of the command that caused an event. An event that follows a session gives points to the customer alone."""
    follows = event.integration_id is not None
    origin = Origin(
        source="session",
        created=event.created,
        application_id=event.application_id,
        event_id=event.id,
        session_id=None if follows else event.session_id,
        session_integration_id=None if follows else event.session_integration_id,
        store_integration_id=event.store_integration_id,
    )
    numbers = count()
    return Book(
        draft.changes[POINTS],
        draft.loaded,
        origin,
        programs=configuration.programs,
        members=Customers(draft),
        new_id=partial(draft.next_id, POINTS),
        new_uuid=lambda: seeded_uuid(f"event {event.id}", f"transaction {next(numbers)}"),
    )


def book_points(
    effects: Iterable[Effect], event: EventRow, draft: Draft, configuration: Configuration
) -> None:
    """Write the points of effects: what is spent comes from what there was before, so it goes first."""
    found = [effect for effect in effects if isinstance(effect.props, _BOOKED)]
    if not found:
        return
    book = _open_book(event, draft, configuration)
    for effect in sorted(found, key=lambda effect: not isinstance(effect.props, DeductLoyaltyPoints)):
        _book(effect, book, event, draft, configuration)
    book.close()


_BOOKED = (
    AddLoyaltyPoints,
    DeductLoyaltyPoints,
    ExtendLoyaltyPointsExpiryDate,
    SetLoyaltyPointsExpiryDate,
)


def _book(effect: Effect, book: Book, event: EventRow, draft: Draft, configuration: Configuration) -> None:
    props = effect.props
    rule = GivenBy(campaign_id=effect.campaign_id, ruleset_id=effect.ruleset_id, rule_name=effect.rule_name)
    match props:
        case AddLoyaltyPoints():
            key = _key(
                props.program_id, props.sub_ledger_id, props.recipient_integration_id, draft, configuration
            )
            starts_at = None if props.awaits_activation else props.start_date or book.now
            life = Life(starts_at, props.expiry_date, props.validity_duration)
            book.add(key, props.value, life, props.name, uuid=props.transaction_uuid, rule=rule)
        case DeductLoyaltyPoints():
            key = _key(
                props.program_id, props.sub_ledger_id, event.profile_integration_id, draft, configuration
            )
            if not book.spend(key, props.value, props.name, uuid=props.transaction_uuid, rule=rule):
                raise ConflictError("there are fewer points than the rules were told; send the request again")
        case ExtendLoyaltyPointsExpiryDate() | SetLoyaltyPointsExpiryDate():
            key = _key(
                props.program_id, props.sub_ledger_id, event.profile_integration_id, draft, configuration
            )
            book.move_ends(
                key,
                {move.transaction_uuid: move.new_expiry_date for move in props.affected_transactions or ()},
            )


def _key(
    program_id: int, subledger: str, integration_id: str | None, draft: Draft, configuration: Configuration
) -> LedgerKey:
    assert integration_id is not None, "effects on points of profiles need a profile"
    profile = find_profile(draft, profile_key(integration_id, configuration))
    assert profile is not None, "recipients are profiles that were loaded"
    return LedgerKey(program_id, profile.id, subledger)


def undo_points(
    reversals: Sequence[Reversal], event: EventRow, draft: Draft, configuration: Configuration
) -> list[Effect]:
    """Give back what was spent, then take back what was earned, and return the rollback effects of all reversals in their order.

    Points are given back lot by lot. What is taken back is what the program's return policy allows, and no effect tells of nothing.
    """
    book = _open_book(event, draft, configuration)
    stored = draft.loaded[SESSION_POINTS].get(event.session_id or 0, {})
    given_back = {
        place: list(_give_back(effect, book, stored))
        for place, effect in _rollbacks(reversals, RollbackDeductedLoyaltyPoints)
    }
    taken_back = {
        place: list(_take_back(effect, book, stored, configuration))
        for place, effect in _rollbacks(reversals, RollbackAddedLoyaltyPoints)
    }
    book.close()
    effects: list[Effect] = []
    for place, reversal in enumerate(reversals):
        found = given_back.get(place, taken_back.get(place))
        if found is not None:
            effects += found
        elif reversal.effect is not None:
            effects.append(reversal.effect)
    return effects


def _rollbacks(reversals: Sequence[Reversal], kind: type) -> Iterator[tuple[int, Effect]]:
    for place, reversal in enumerate(reversals):
        if reversal.effect is not None and isinstance(reversal.effect.props, kind):
            yield place, reversal.effect


def _give_back(effect: Effect, book: Book, stored: dict[str, StoredTransaction]) -> Iterator[Effect]:
    props = effect.props
    assert isinstance(props, RollbackDeductedLoyaltyPoints)
    spent = stored.get(props.transaction_uuid)
    if spent is None:
        return  # the transactions of the customer were deleted meanwhile
    for lot in book.give_back(spent, rule=_rule(effect)):
        yield _with_props(
            effect,
            msgspec.structs.replace(
                props, value=tidy(lot.amount), start_date=lot.starts_at, expiry_date=lot.expires_at
            ),
        )


def _take_back(
    effect: Effect, book: Book, stored: dict[str, StoredTransaction], configuration: Configuration
) -> Iterator[Effect]:
    props = effect.props
    assert isinstance(props, RollbackAddedLoyaltyPoints)
    added = stored.get(props.transaction_uuid)
    program: Program | None = configuration.programs.get(props.program_id)
    if added is None or program is None:
        return
    taken = book.take_back(added, program.return_policy, rule=_rule(effect))
    if taken:
        yield _with_props(effect, msgspec.structs.replace(props, value=tidy(taken)))


def _rule(effect: Effect) -> GivenBy:
    return GivenBy(campaign_id=effect.campaign_id, ruleset_id=effect.ruleset_id, rule_name=effect.rule_name)


def _with_props(effect: Effect, props: RollbackAddedLoyaltyPoints | RollbackDeductedLoyaltyPoints) -> Effect:
    return msgspec.structs.replace(effect, props=props)
