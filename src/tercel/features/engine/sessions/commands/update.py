"""Command of ``updateCustomerSessionV2``, the hottest operation (behaviour/sessions 7, 8, 9, 16)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

import msgspec

from tercel.base.keys import lookup_key
from tercel.base.numbers import ZERO
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.state.budgets import identifier_keys
from tercel.features.campaigns.campaigns.aggregate import ACTIVITY
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileMove, ProfileRow
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SESSIONS, SessionRow
from tercel.features.engine.sessions.answers.session import AnswerParts, encode_answer
from tercel.features.engine.sessions.commands.cancel import cancel_session
from tercel.features.engine.sessions.commands.check import check_request
from tercel.features.engine.sessions.commands.lifecycle import event_types
from tercel.features.engine.sessions.facts.gather import need_more, need_named
from tercel.features.engine.sessions.facts.snapshot import build_snapshot, session_subject
from tercel.features.engine.sessions.integration_model import IntegrationRequest
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import (
    Cart,
    session_row,
    texts_of,
    totals_of,
)
from tercel.features.engine.sessions.request.resolve import ensure_profile, require_store
from tercel.features.engine.sessions.request.variants import keep_variants
from tercel.features.engine.sessions.writing.apply import Applied, apply_changes
from tercel.features.engine.sessions.writing.consume import consume
from tercel.features.engine.sessions.writing.events import session_event
from tercel.features.engine.sessions.writing.points import book_points
from tercel.features.setup.stores.aggregate import StoreRow
from tercel.ledger.entries import Cause
from tercel.ledger.events import EVENTS
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


class UpdateSession:
    """Command: create or update a session, close it, or cancel it; dry, only evaluate, with an explanation on request."""

    busy_message = "Too many requests are updating this session at the same time"

    def __init__(
        self,
        caller: Caller,
        integration_id: str,
        request: IntegrationRequest,
        *,
        now: datetime,
        is_dry: bool = False,
        explains: bool = False,
        idempotency_key: str | None = None,
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        key = (self.application_id, lookup_key(integration_id))
        self._intent = Intent(
            application_id=self.application_id,
            integration_id=integration_id,
            key=key,
            session=request.customer_session,
            wanted=frozenset(request.response_content),
            is_dry=is_dry,
            now=now,
            explains=explains,
        )
        self.serial_key: Hashable = object() if is_dry else key
        scope = f"PUT session {key[1]}"
        self.repeat_key = repeat_key(self.application_id, scope, idempotency_key, is_dry=is_dry)

    def first(self, needs: Needs, configuration: Configuration) -> None:
        """Need the session and the rows that the request names."""
        need_named(self._intent, needs, configuration)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Need the rows that those found so far name."""
        need_more(self._intent, needs, work, configuration)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Move the session, evaluate, and decide what to write."""
        intent = self._intent
        stored = None if intent.is_dry else draft.loaded[SESSIONS].get(intent.key)
        types = _event_types(intent, stored)
        if stored is not None and stored.state != "open":
            return cancel_session(intent, draft, configuration, stored, types)
        check_request(intent.session, configuration)
        answer = _update(intent, draft, configuration, stored, types)
        if intent.is_dry:
            draft.drop()
        return answer


def _event_types(intent: Intent, stored: SessionRow | None) -> tuple[str, ...]:
    if not intent.is_dry:
        return event_types(stored.state if stored is not None else None, intent.session.state)
    # Because: state rules are not applied to dry requests; their payload is taken as given (behaviour/sessions 15).
    return (
        ("talon_session_closed", "talon_session_created")
        if intent.session.state == "closed"
        else ("talon_session_created",)
    )


def _update(
    intent: Intent,
    draft: Draft,
    configuration: Configuration,
    stored: SessionRow | None,
    types: tuple[str, ...],
) -> Answer:
    """Decide an update of a session that is, or becomes, open, closed or cancelled from open."""
    cart = intent.cart_on(stored)
    profile = ensure_profile(draft, cart.profile_integration_id, intent, configuration)
    store = require_store(
        draft.loaded, cart.store_integration_id, configuration, "/customerSession/storeIntegrationId"
    )
    session_id = stored.id if stored is not None else 0 if intent.is_dry else draft.next_id(SESSIONS)
    subject = session_subject(
        intent,
        configuration,
        cart,
        stored=stored,
        session_id=session_id,
        profile=profile,
        store=store,
        types=types,
    )
    if intent.session.state == "cancelled":
        outcome = Outcome()  # nothing was consumed, nothing is evaluated (behaviour/sessions 11)
    else:
        snapshot = build_snapshot(subject, draft, configuration)
        outcome = evaluate_in_time(configuration.program, snapshot)
        keep_variants(cart, configuration.program, snapshot)
    row = _row(intent, stored, cart, profile, outcome=outcome, session_id=session_id)
    event_id = 0 if intent.is_dry else draft.next_id(EVENTS)
    row.effects_event_id = event_id
    event = session_event(
        row, types[0], event_id, intent.now, outcome, keeps_failures="ruleFailureReasons" in intent.wanted
    )
    applied = apply_changes(outcome, row, profile, draft, event_id=event_id, is_dry=intent.is_dry)
    if not intent.is_dry:
        draft.changes[SESSIONS].written[intent.key] = applied.session
        draft.changes[EVENTS].events.append(event)
        for campaign_id in outcome.triggered:
            draft.changes[ACTIVITY][campaign_id] = intent.now
        if profile is not None:
            _keep_profile(
                intent, draft, stored, applied.session, profile=profile, attributes=applied.profile_attributes
            )
        is_open = intent.session.state != "closed"
        consume(outcome, _cause(row, event_id, store), draft, is_open=is_open)
        if not is_open:
            book_points(outcome.effects, event, draft, configuration)
    parts = AnswerParts(
        session=applied.session,
        profile=_shown_profile(draft, profile, applied),
        event=event,
        outcome=outcome,
        created_coupons=applied.created_coupons,
        created_referrals=applied.created_referrals,
    )
    return encode_answer(parts, intent, draft, configuration)


def _cause(row: SessionRow, event_id: int, store: StoreRow | None) -> Cause:
    return Cause(
        application_id=row.application_id,
        event_id=event_id,
        created=row.updated,
        session_id=row.id,
        profile_id=row.profile_id,
        store_id=store.id if store is not None else None,
        identifiers=identifier_keys(texts_of(row.identifiers)) or None,
    )


def _shown_profile(draft: Draft, profile: ProfileRow | None, applied: Applied) -> ProfileRow | None:
    """Return the profile as the update leaves it."""
    if profile is None:
        return None
    move = draft.changes[PROFILES].moves.get(profile.id)
    if move is None:
        return profile
    return msgspec.structs.replace(
        profile,
        closed_sessions=profile.closed_sessions + move.closed_sessions,
        total_sales=profile.total_sales + move.total_sales,
        last_activity=move.last_activity,
        attributes=applied.profile_attributes or profile.attributes,
    )


def _row(
    intent: Intent,
    stored: SessionRow | None,
    cart: Cart,
    profile: ProfileRow | None,
    *,
    outcome: Outcome,
    session_id: int,
) -> SessionRow:
    totals = totals_of(cart.items, cart.costs)
    base = stored or SessionRow(
        id=session_id,
        application_id=intent.application_id,
        integration_id=intent.integration_id,
        key=intent.key[1],
        state=intent.session.state,
        first_session=True,
        update_count=1,
        version=1,
        total=ZERO,
        cart_item_total=ZERO,
        additional_cost_total=ZERO,
        cart_item_additional_cost_total=ZERO,
        total_discounts=ZERO,
        created=intent.now,
        updated=intent.now,
    )
    row = session_row(
        stored=stored, base=base, cart=cart, totals=totals, state=intent.session.state, now=intent.now
    )
    row.profile_id = profile.id if profile is not None else None
    row.first_session = profile is None or profile.closed_sessions == 0
    row.total_discounts = sum(
        (effect.props.value for effect in outcome.effects if effect.effect_type in DISCOUNTS), ZERO
    )
    if intent.session.state == "cancelled":
        row.cancelled_at = intent.now
    return row


def _keep_profile(
    intent: Intent,
    draft: Draft,
    stored: SessionRow | None,
    row: SessionRow,
    *,
    profile: ProfileRow,
    attributes: msgspec.Raw | None,
) -> None:
    """Move the profile: activity, sales of a closing session, membership in the application."""
    is_closing = row.state == "closed"
    draft.changes[PROFILES].move(
        ProfileMove(
            id=profile.id,
            closed_sessions=1 if is_closing else 0,
            total_sales=row.total if is_closing else ZERO,
            last_activity=intent.now,
            attributes=attributes,
            # Because: rules may have rested on the number of closed sessions, on sales and on attributes.
            expected_version=profile.version if is_closing or attributes is not None else None,
        )
    )
    if stored is None or stored.profile_id != profile.id:
        draft.changes[PROFILES].memberships.add((intent.application_id, profile.id))


DISCOUNTS = frozenset(
    {
        "setDiscount",
        "setDiscountPerItem",
        "setDiscountPerAdditionalCost",
        "setDiscountPerAdditionalCostPerItem",
    }
)
