"""The command behind the hottest operation: update a customer session (integration.md 2 and 7)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

import msgspec

from tercel.base.keys import lookup_key
from tercel.base.numbers import ZERO
from tercel.evaluation.outcome import Outcome
from tercel.features.common.caller import Caller
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.answer import AnswerParts, encode_answer
from tercel.features.sessions.apply import Applied, apply_changes
from tercel.features.sessions.cancel import cancel_session
from tercel.features.sessions.check import check_request
from tercel.features.sessions.consume import consume
from tercel.features.sessions.events import session_event
from tercel.features.sessions.facts import build_snapshot, session_subject
from tercel.features.sessions.gather import need_more, need_named
from tercel.features.sessions.integration_model import IntegrationRequest
from tercel.features.sessions.intent import Intent
from tercel.features.sessions.lifecycle import event_types
from tercel.features.sessions.merge import Cart, session_row, totals_of
from tercel.features.sessions.resolve import ensure_profile, require_store
from tercel.features.sessions.variants import keep_variants
from tercel.ledger.movements import Cause
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import ProfileMove, ProfileRow, SessionRow
from tercel.pipeline.work import Draft, Work


class UpdateSession:
    """Create or update a session, close it, cancel it; dry, only look, and on request explain."""

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
        """The session and all that the request names."""
        need_named(self._intent, needs, configuration)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """What the rows found so far name."""
        need_more(self._intent, needs, work, configuration)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Move the session, evaluate, and say what is to be written."""
        intent = self._intent
        stored = None if intent.is_dry else draft.session(intent.key)
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
    # Because: state rules are not applied to dry requests; their payload is taken as given (integration.md 7.2).
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
    """A session that is or becomes open, closed or cancelled from open."""
    cart = intent.cart_on(stored)
    profile = ensure_profile(draft, cart.profile_integration_id, intent, configuration)
    store = require_store(
        draft.loaded, cart.store_integration_id, configuration, "/customerSession/storeIntegrationId"
    )
    session_id = stored.id if stored is not None else 0 if intent.is_dry else draft.next_id("sessions")
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
        outcome = Outcome()  # nothing was consumed, nothing is evaluated (integration.md 2.5)
    else:
        snapshot = build_snapshot(subject, draft, configuration)
        outcome = evaluate_in_time(configuration.program, snapshot)
        keep_variants(cart, configuration.program, snapshot)
    row = _row(intent, stored, cart, profile, outcome, session_id)
    event_id = 0 if intent.is_dry else draft.next_id("events")
    row.effects_event_id = event_id
    event = session_event(
        row, types[0], event_id, intent.now, outcome, keeps_failures="ruleFailureReasons" in intent.wanted
    )
    cause = Cause(
        application_id=intent.application_id,
        event_id=event_id,
        created=intent.now,
        session_id=session_id,
        profile_id=profile.id if profile is not None else None,
    )
    applied = apply_changes(outcome, row, profile, draft, event_id=event_id, is_dry=intent.is_dry)
    if not intent.is_dry:
        draft.changes.sessions[intent.key] = applied.session
        draft.changes.events.append(event)
        for campaign_id in outcome.triggered:
            draft.changes.touched_campaigns[campaign_id] = intent.now
        if profile is not None:
            _keep_profile(intent, draft, stored, applied.session, profile, applied.profile_attributes)
        consume(outcome, cause, draft, is_open=intent.session.state != "closed")
    parts = AnswerParts(
        session=applied.session,
        profile=_shown_profile(draft, profile, applied),
        event=event,
        outcome=outcome,
        created_coupons=applied.created_coupons,
        created_referrals=applied.created_referrals,
    )
    return encode_answer(parts, intent, draft, configuration)


def _shown_profile(draft: Draft, profile: ProfileRow | None, applied: Applied) -> ProfileRow | None:
    """The profile as the update leaves it."""
    if profile is None:
        return None
    move = draft.changes.profile_moves.get(profile.id)
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
    profile: ProfileRow,
    attributes: msgspec.Raw | None,
) -> None:
    """Activity, sales of a session that closes, and the profile's belonging to the application."""
    is_closing = row.state == "closed"
    draft.move_profile(
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
        draft.changes.memberships[intent.application_id, profile.id] = None


DISCOUNTS = frozenset(
    {
        "setDiscount",
        "setDiscountPerItem",
        "setDiscountPerAdditionalCost",
        "setDiscountPerAdditionalCostPerItem",
    }
)
