"""The command behind ``trackEventV2`` and ``trackEventV3`` (behaviour/events 2, 4, 5)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

import msgspec

from tercel.base.codec import encode
from tercel.base.errors import ConflictError, InvalidError
from tercel.base.keys import lookup_key
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.snapshot import EventFacts
from tercel.features.common.attributes import to_language
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.aggregate import PROFILE_KEYS, ProfileRow, find_profile
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.events.answer import encode_answer
from tercel.features.engine.events.apply import apply_at_once
from tercel.features.engine.events.check import check_event
from tercel.features.engine.events.model import AdvancedEventRequest, EventRequest
from tercel.features.engine.sessions.aggregate import (
    SESSION_KEYS,
    SESSIONS,
    SessionKey,
    SessionRow,
)
from tercel.features.engine.sessions.facts.points import need_ledgers
from tercel.features.engine.sessions.facts.snapshot import Subject, build_snapshot
from tercel.features.engine.sessions.request.merge import raw_document
from tercel.features.engine.sessions.request.resolve import (
    ensure_profile,
    find_store,
    profile_key,
    require_store,
)
from tercel.features.engine.sessions.request.wants import asked_for
from tercel.features.engine.sessions.writing.events import effects_document
from tercel.features.setup.stores.aggregate import STORE_KEYS, StoreRow
from tercel.ledger.counters import COUNTER_KEYS
from tercel.ledger.events import EVENT_KEYS, EVENTS, EventKeyRow, EventRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


class TrackEvent:
    """Record a custom event and run the rules for it. The profile that it names is created when unknown.

    Dry, only look, and on request explain. Silent, answer nothing.
    """

    busy_message = "Too many requests are updating this profile at the same time"

    def __init__(
        self,
        caller: Caller,
        request: EventRequest | AdvancedEventRequest,
        *,
        now: datetime,
        is_dry: bool = False,
        is_silent: bool = False,
        forces_complete_evaluation: bool = False,
        explains: bool = False,
        idempotency_key: str | None = None,
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        self.is_dry = is_dry
        self._is_silent = is_silent
        self._forces_complete_evaluation = forces_complete_evaluation
        self._explains = explains
        self._request = request
        self._wanted = frozenset[str](request.response_content)
        self._integration_id: str | None = None
        self._connected: SessionKey | None = None
        if isinstance(request, AdvancedEventRequest):
            self._integration_id = request.integration_id
            if request.session_integration_id is not None:
                self._connected = (self.application_id, lookup_key(request.session_integration_id))
        self.serial_key: Hashable = object()
        if request.profile_id and not is_dry:
            self.serial_key = (caller.account_id, caller.sandbox, lookup_key(request.profile_id))
        self.repeat_key = repeat_key(self.application_id, "POST events", idempotency_key, is_dry=is_dry)

    def first(self, needs: Needs, configuration: Configuration) -> None:
        """Ask for all rows that the request names."""
        request = self._request
        if request.profile_id:
            needs[PROFILE_KEYS].add(profile_key(request.profile_id, configuration))
        if request.store_integration_id is not None:
            needs[STORE_KEYS].add((self.application_id, lookup_key(request.store_integration_id)))
        if self._connected is not None:
            needs[SESSION_KEYS].add(self._connected)
        if self._integration_id is not None:
            needs[EVENT_KEYS].add((self.application_id, lookup_key(self._integration_id)))

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Ask for the ledgers and the counters that the rules may need."""
        draft = Draft(work)
        named = self._request.profile_id
        profile = find_profile(draft, profile_key(named, configuration)) if named else None
        need_ledgers([profile], needs, configuration, self.now)
        if configuration.has_limits:
            store = find_store(work, self._request.store_integration_id, configuration)
            snapshot = build_snapshot(self._subject(configuration, profile, store, 0), draft, configuration)
            keys = limit_keys(configuration.program, snapshot)
            needs[COUNTER_KEYS].update((self.application_id, key) for key in keys)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Check, evaluate, and say what is to be written."""
        request = self._request
        check_event(request, configuration)
        store = require_store(
            draft.loaded, request.store_integration_id, configuration, "/storeIntegrationId"
        )
        session = self._require_connected(draft)
        self._require_new(draft)
        profile = ensure_profile(draft, request.profile_id, self, configuration)
        event_id = 0 if self.is_dry else draft.next_id(EVENTS)
        subject = self._subject(configuration, profile, store, event_id)
        snapshot = build_snapshot(subject, draft, configuration)
        outcome = evaluate_in_time(configuration.program, snapshot)
        event = self._row(event_id, profile, session, outcome)
        applied = apply_at_once(
            outcome,
            event,
            profile,
            draft,
            configuration,
            is_dry=self.is_dry,
            wanted=self._wanted,
            store=store,
        )
        self._keep_key(draft, event_id)
        if self.is_dry:
            draft.drop()
        if self._is_silent:
            return Answer(status=204, body=b"")
        return encode_answer(self._wanted, applied, event, outcome)

    def _require_connected(self, draft: Draft) -> SessionRow | None:
        """Return the closed session that the event follows, or None if it names none."""
        if self._connected is None:
            return None
        session = draft.loaded[SESSIONS].get(self._connected)
        if session is None:
            raise InvalidError.at("/connectedSessionId", "Unknown", "there is no such session")
        if session.state != "closed":
            details = f"the connected session must be closed, and it is {session.state}"
            raise InvalidError.at("/connectedSessionId", "state", details)
        draft.changes[SESSIONS].expected[self._connected] = session.version
        return session

    def _require_new(self, draft: Draft) -> None:
        known = draft.loaded[EVENTS].keys
        if self._integration_id is not None and self._event_key(self._integration_id) in known:
            raise ConflictError(f"there is already an event `{self._integration_id}` in this application")

    def _keep_key(self, draft: Draft, event_id: int) -> None:
        if self._integration_id is not None:
            application_id, key = self._event_key(self._integration_id)
            draft.changes[EVENTS].keys.append(
                EventKeyRow(application_id=application_id, key=key, event_id=event_id, created=self.now)
            )

    def _event_key(self, integration_id: str) -> tuple[int, str]:
        return self.application_id, lookup_key(integration_id)

    def _subject(
        self, configuration: Configuration, profile: ProfileRow | None, store: StoreRow | None, event_id: int
    ) -> Subject:
        request = self._request
        definitions = configuration.attributes("Event", request.type)
        chosen = request.evaluable_campaign_ids if self.is_dry else None
        return Subject(
            now=self.now,
            seed=f"{self.application_id}/event/{event_id}",
            is_dry=self.is_dry,
            session=None,
            cart=None,
            profile=profile,
            store=store,
            event=EventFacts(
                types=(request.type,),
                created=self.now,
                attributes=to_language(request.attributes, definitions),
            ),
            evaluable_campaign_ids=frozenset(chosen) if chosen else None,
            forces_complete_evaluation=self._forces_complete_evaluation,
            wants=asked_for(self._wanted, is_dry=self.is_dry, explains=self._explains),
        )

    def _row(
        self, event_id: int, profile: ProfileRow | None, session: SessionRow | None, outcome: Outcome
    ) -> EventRow:
        request = self._request
        attributes = {name: value for name, value in request.attributes.items() if value is not None}
        return EventRow(
            id=event_id,
            application_id=self.application_id,
            created=self.now,
            type=request.type,
            profile_id=profile.id if profile is not None else None,
            profile_integration_id=profile.integration_id if profile is not None else None,
            store_integration_id=request.store_integration_id,
            session_id=session.id if session is not None else None,
            session_integration_id=session.integration_id if session is not None else None,
            integration_id=self._integration_id,
            attributes=raw_document(attributes),
            effects=effects_document(outcome),
            rule_failure_reasons=_failures(outcome, self._wanted),
        )


def _failures(outcome: Outcome, wanted: frozenset[str]) -> msgspec.Raw | None:
    """Return why rules did not fire, if it was asked for, else None."""
    return msgspec.Raw(encode(outcome.failures)) if "ruleFailureReasons" in wanted else None
