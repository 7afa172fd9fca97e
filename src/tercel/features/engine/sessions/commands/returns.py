"""Command of ``returnCartItems``: units of a closed session come back (behaviour/returns 3, 4)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime

import msgspec

from tercel.base.codec import encode
from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.evaluation.run.reversal import Reversal, reverse
from tercel.features.campaigns.campaigns.aggregate import ACTIVITY
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileMove
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SESSIONS, SessionRow
from tercel.features.engine.sessions.answers.session import AnswerParts, encode_answer
from tercel.features.engine.sessions.commands.lifecycle import require_move
from tercel.features.engine.sessions.commands.reevaluate import Reevaluated, reevaluate
from tercel.features.engine.sessions.facts.gather import need_for_answer, need_stored, need_what_it_names
from tercel.features.engine.sessions.integration_model import NewCustomerSession
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import items_of, merge, totals_of
from tercel.features.engine.sessions.request.returned_units import Taken, take_units
from tercel.features.engine.sessions.return_aggregate import RETURNS, ReturnRow
from tercel.features.engine.sessions.return_model import ReturnRequest, wire_return
from tercel.features.engine.sessions.writing.apply import Applied, apply_changes
from tercel.features.engine.sessions.writing.consume import consume, stored_entries
from tercel.features.engine.sessions.writing.events import effects_document
from tercel.features.engine.sessions.writing.novelty import shift
from tercel.features.engine.sessions.writing.points import book_points
from tercel.features.engine.sessions.writing.undo import Undone, undo
from tercel.ledger.entries import ENTRIES
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs

_RETURNABLE = {"closed", "partially_returned"}


class ReturnItems:
    """Command: take units back, roll back their effects and budgets, and lower sales and totals.

    With ``runs_rules`` the campaigns that ask for it, and have an effect in force, are evaluated again on the remaining cart; new
    effects are applied as by a close. Dry, nothing is written.
    """

    busy_message = "Too many requests are updating this session at the same time"

    def __init__(
        self,
        caller: Caller,
        integration_id: str,
        request: ReturnRequest,
        *,
        now: datetime,
        runs_rules: bool = False,
        is_dry: bool = False,
        idempotency_key: str | None = None,
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        self._request = request
        self._runs_rules = runs_rules
        key = (self.application_id, lookup_key(integration_id))
        self._intent = Intent(
            application_id=self.application_id,
            integration_id=integration_id,
            key=key,
            session=NewCustomerSession(state="partially_returned"),
            wanted=frozenset(request.response_content),
            is_dry=is_dry,
            now=now,
        )
        self.serial_key: Hashable = object() if is_dry else key
        scope = f"POST return {key[1]}"
        self.repeat_key = repeat_key(self.application_id, scope, idempotency_key, is_dry=is_dry)

    def first(self, needs: Needs, configuration: Configuration) -> None:  # the protocol's
        """Need the session."""
        need_stored(self._intent.key, needs)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Need the entries of the session, its profile and its codes, and what the answer shows of them."""
        stored = work[SESSIONS].get(self._intent.key)
        need_what_it_names(stored, needs, work, configuration, self.now)
        if stored is not None:
            need_for_answer(self._intent, stored, needs, work, configuration)
        if stored is not None and self._runs_rules:
            Reevaluated.need(self._intent, stored, needs, work, configuration)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Take the units and say what is to be written."""
        stored = draft.loaded[SESSIONS].get(self._intent.key)
        if stored is None:
            raise NotFoundError(f"session `{self._intent.integration_id}` does not exist in this application")
        require_move(stored.state, "partially_returned", allowed=_RETURNABLE)
        taken = take_units(items_of(stored), self._request.returned.returned_cart_items)
        row = self._returned_row(stored, taken)
        entries = stored_entries(
            draft.loaded[ENTRIES][stored.application_id, stored.id], stored.profile_integration_id
        )
        reversals: Sequence[Reversal] = reverse(entries, taken.units)
        again = None
        if self._runs_rules:
            again = reevaluate(
                self._intent,
                draft,
                configuration,
                stored,
                items=taken.items,
                entries=entries,
                returned=reversals,
            )
            reversals = again.reversals
        return self._write(draft, configuration, stored, row, taken=taken, reversals=reversals, again=again)

    def _returned_row(self, stored: SessionRow, taken: Taken) -> SessionRow:
        totals = totals_of(taken.items, merge(stored, NewCustomerSession()).costs)
        return msgspec.structs.replace(
            stored,
            state="partially_returned",
            cart_items=msgspec.Raw(encode(taken.items)),
            total=totals.total,
            cart_item_total=totals.items,
            additional_cost_total=totals.session_costs,
            cart_item_additional_cost_total=totals.item_costs,
            update_count=stored.update_count + 1,
            version=stored.version + 1,
            updated=self.now,
        )

    def _write(
        self,
        draft: Draft,
        configuration: Configuration,
        stored: SessionRow,
        row: SessionRow,
        *,
        taken: Taken,
        reversals: Sequence[Reversal],
        again: Reevaluated | None,
    ) -> Answer:
        row.total_discounts -= sum(
            each.entry.amount for each in reversals if each.entry.kind == "setDiscount"
        )
        undone = undo(
            draft,
            configuration,
            row,
            kind="talon_session_partially_returned",
            now=self.now,
            reversals=reversals,
            closed_sessions=0,
            sales=row.total - stored.total,
        )
        applied = (
            Applied(session=row) if again is None else self._give(draft, configuration, row, undone, again)
        )
        made = self._return(draft, configuration, row, undone.event.id, taken)
        parts = AnswerParts(
            session=row,
            profile=undone.profile,
            event=undone.event,
            outcome=undone.outcome,
            created_coupons=applied.created_coupons,
            created_referrals=applied.created_referrals,
            returned=wire_return(made),
        )
        answer = encode_answer(parts, self._intent, draft, configuration)
        if self._intent.is_dry:
            draft.drop()
        else:
            draft.changes[RETURNS].append(made)
        return answer

    def _give(
        self, draft: Draft, configuration: Configuration, row: SessionRow, undone: Undone, again: Reevaluated
    ) -> Applied:
        """Apply the new effects as a close does."""
        outcome = again.outcome
        row.total_discounts += sum(
            entry.amount for entry in outcome.changes.entries if entry.kind == "setDiscount"
        )
        shift(outcome, len(undone.outcome.effects))
        undone.outcome.effects.extend(outcome.effects)
        undone.outcome.triggered.extend(outcome.triggered)
        undone.event.effects = effects_document(undone.outcome)
        consume(outcome, undone.cause, draft)
        book_points(outcome.effects, undone.event, draft, configuration)
        draft.changes[ACTIVITY].update(dict.fromkeys(outcome.triggered, self.now))
        profile, event_id = undone.profile, undone.event.id
        applied = apply_changes(outcome, row, profile, draft, event_id=event_id, is_dry=self._intent.is_dry)
        if profile is not None and applied.profile_attributes is not None:
            attributes = applied.profile_attributes
            draft.changes[PROFILES].move(
                ProfileMove(id=profile.id, attributes=attributes, expected_version=profile.version)
            )
            undone.profile = msgspec.structs.replace(profile, attributes=attributes)
        return applied

    def _return(
        self, draft: Draft, configuration: Configuration, row: SessionRow, event_id: int, taken: Taken
    ) -> ReturnRow:
        return ReturnRow(
            id=draft.next_id(RETURNS),
            application_id=row.application_id,
            account_id=configuration.application.account_id,
            session_id=row.id,
            session_integration_id=row.integration_id,
            profile_id=row.profile_id,
            profile_integration_id=row.profile_integration_id,
            event_id=event_id,
            items=msgspec.Raw(encode(taken.returned)),
            created=self.now,
        )
