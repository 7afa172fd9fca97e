"""The command behind ``updateCustomerProfileV2`` (behaviour/profiles 3)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from tercel.base.errors import InvalidError, Problem
from tercel.base.keys import lookup_key
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.snapshot import EventFacts, Wants
from tercel.features.common.attributes import check_attributes
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.aggregate import (
    PROFILE_KEYS,
    PROFILES,
    ProfileKey,
    ProfileMove,
    ProfileRow,
    find_profile,
)
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.events.answer import encode_answer
from tercel.features.engine.events.apply import apply_at_once
from tercel.features.engine.profiles.answer import encode_profile
from tercel.features.engine.profiles.attributes import set_attributes
from tercel.features.engine.profiles.model import ProfileRequest
from tercel.features.engine.sessions.facts.points import need_ledgers
from tercel.features.engine.sessions.facts.snapshot import Subject, build_snapshot
from tercel.features.engine.sessions.writing.events import effects_document
from tercel.ledger.counters import COUNTER_KEYS
from tercel.ledger.events import EVENTS, EventRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.deadline import evaluate_in_time
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


class UpdateProfile:
    """Set attributes of a profile, which is created when unknown; on demand run the rules, without a session."""

    busy_message = "Too many requests are updating this profile at the same time"

    def __init__(
        self,
        caller: Caller,
        integration_id: str,
        request: ProfileRequest,
        *,
        now: datetime,
        runs_rules: bool = False,
        is_dry: bool = False,
        idempotency_key: str | None = None,
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        self._integration_id = integration_id
        self._request = request
        self._runs_rules = runs_rules
        # Because: dry has a meaning only together with an evaluation (behaviour/profiles 3).
        self._is_dry = is_dry and runs_rules
        self._key: ProfileKey = (caller.account_id, caller.sandbox, lookup_key(integration_id))
        self.serial_key: Hashable = object() if self._is_dry else self._key
        scope = f"PUT profile {self._key[2]}"
        self.repeat_key = repeat_key(self.application_id, scope, idempotency_key, is_dry=self._is_dry)

    def first(self, needs: Needs, configuration: Configuration) -> None:  # the protocol's
        """Ask for the profile."""
        needs[PROFILE_KEYS].add(self._key)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Ask for the ledgers and the counters that the rules may need."""
        if not self._runs_rules:
            return
        profile = work[PROFILES].by_key.get(self._key) or self._new_profile(0)
        need_ledgers([profile], needs, configuration, self.now)
        if configuration.has_limits:
            subject = self._subject(profile, "talon_profile_updated", 0)
            snapshot = build_snapshot(subject, Draft(work), configuration)
            keys = limit_keys(configuration.program, snapshot)
            needs[COUNTER_KEYS].update((self.application_id, key) for key in keys)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Merge the attributes, evaluate if asked to, and say what is to be written."""
        self._check(configuration)
        known = find_profile(draft, self._key)
        profile = known or self._new_profile(0 if self._is_dry else draft.next_id(PROFILES))
        updated = set_attributes(profile, self._request.attributes)
        self._keep(draft, known, updated)
        if not self._runs_rules:
            return encode_profile(self._request, updated)
        kind = "talon_profile_updated" if known is not None else "talon_profile_created"
        answer = self._evaluate(draft, configuration, updated, kind)
        if self._is_dry:
            draft.drop()
        return answer

    def _check(self, configuration: Configuration) -> None:
        problems = check_attributes(
            self._request.attributes, configuration.attributes("CustomerProfile"), "CustomerProfile"
        )
        changes = self._request.audiences_changes
        for name in ("adds", "deletes"):
            for index, audience in enumerate(getattr(changes, name) if changes is not None else ()):
                problems.append(
                    Problem(
                        title="Unknown",
                        details=f"audience `{audience}` does not exist",
                        pointer=f"/audiencesChanges/{name}/{index}",
                    )
                )
        if problems:
            raise InvalidError(*problems)

    def _keep(self, draft: Draft, known: ProfileRow | None, updated: ProfileRow) -> None:
        if known is None:
            draft.changes[PROFILES].new[self._key] = updated
        elif self._request.attributes:
            draft.changes[PROFILES].move(
                ProfileMove(id=known.id, attributes=updated.attributes, expected_version=known.version)
            )
        draft.changes[PROFILES].memberships.add((self.application_id, updated.id))

    def _evaluate(self, draft: Draft, configuration: Configuration, profile: ProfileRow, kind: str) -> Answer:
        event_id = 0 if self._is_dry else draft.next_id(EVENTS)
        snapshot = build_snapshot(self._subject(profile, kind, event_id), draft, configuration)
        outcome = evaluate_in_time(configuration.program, snapshot)
        event = EventRow(
            id=event_id,
            application_id=self.application_id,
            created=self.now,
            type=kind,
            profile_id=profile.id,
            profile_integration_id=profile.integration_id,
            effects=effects_document(outcome),
        )
        wanted = frozenset[str](self._request.response_content)
        applied = apply_at_once(
            outcome, event, profile, draft, configuration, is_dry=self._is_dry, wanted=wanted
        )
        return encode_answer(wanted, applied, event, outcome)

    def _subject(self, profile: ProfileRow, kind: str, event_id: int) -> Subject:
        evaluable = self._request.evaluable_campaign_ids
        return Subject(
            now=self.now,
            seed=f"{self.application_id}/event/{event_id}",
            is_dry=self._is_dry,
            session=None,
            cart=None,
            profile=profile,
            store=None,
            event=EventFacts(types=(kind,), created=self.now),
            evaluable_campaign_ids=frozenset(evaluable) if self._is_dry and evaluable else None,
            wants=Wants(failures="ruleFailureReasons" in self._request.response_content),
        )

    def _new_profile(self, profile_id: int) -> ProfileRow:
        account_id, sandbox, key = self._key
        return ProfileRow(
            id=profile_id,
            account_id=account_id,
            sandbox=sandbox,
            integration_id=self._integration_id,
            key=key,
            created=self.now,
        )
