"""What a request without a session answers (behaviour/sessions 16): an event, or a profile update that runs the rules."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.evaluation.explanation import CampaignEligibility, CampaignTrace, Nudge
from tercel.evaluation.outcome import Outcome, RuleFailure
from tercel.features.customers.profiles.model import CustomerProfile
from tercel.features.engine.events.apply import Applied
from tercel.features.engine.events.model import AdvancedEvent
from tercel.features.engine.sessions.answers.codes import created_coupon, created_referral
from tercel.features.engine.sessions.answers.session import wire_profile
from tercel.features.engine.sessions.writing.events import Event, wire_event
from tercel.features.loyalty.points.shown import Loyalty
from tercel.ledger.events import EventRow
from tercel.pipeline.command import Answer


class Evaluated(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The parts that all have. Effects and created codes are always there, the rest when asked for."""

    effects: msgspec.Raw
    created_coupons: list[Any]
    created_referrals: list[Any]
    customer_profile: CustomerProfile | None = None
    triggered_campaigns: list[int] | None = None
    """Ids; the handler replaces them with the campaigns, which need the database."""
    loyalty: Loyalty | None = None
    awarded_giveaways: list[Any] | None = None
    rule_failure_reasons: list[RuleFailure] | None = None
    achievements: list[Any] | None = None

    def fill(self, wanted: Collection[str], applied: Applied, outcome: Outcome) -> None:
        """Add what was asked for."""
        if "customerProfile" in wanted and applied.profile is not None:
            self.customer_profile = wire_profile(applied.profile)
            self.customer_profile.loyalty_memberships = applied.memberships
        if "triggeredCampaigns" in wanted:
            self.triggered_campaigns = list(outcome.triggered)
        if "loyalty" in wanted:
            self.loyalty = applied.loyalty
        if "awardedGiveaways" in wanted:
            self.awarded_giveaways = []
        if "ruleFailureReasons" in wanted:
            self.rule_failure_reasons = list(outcome.failures)
        if "achievements" in wanted:
            self.achievements = []


class Explained(Evaluated, kw_only=True, rename="camel", omit_defaults=True):
    """What dry events have beside that when they ask for an explanation."""

    trace: list[CampaignTrace] | None = None
    nudges: list[Nudge] | None = None


class EventState(Explained, kw_only=True, rename="camel", omit_defaults=True):
    """The answer to an event."""

    event: Event | None = None
    campaign_eligibility: list[CampaignEligibility] | None = None
    """The door adds what else campaigns show, which needs the database."""


class AdvancedEventState(Explained, kw_only=True, rename="camel", omit_defaults=True):
    """The answer to an advanced event, which older clients know as ``event``."""

    advanced_event: AdvancedEvent | None = None
    event: AdvancedEvent | None = None


def encode_answer(wanted: Collection[str], applied: Applied, event: EventRow, outcome: Outcome) -> Answer:
    """Encode the answer with the parts that were asked for."""
    parts: dict[str, Any] = {
        "effects": event.effects,
        "created_coupons": [created_coupon(row) for row in applied.created_coupons],
        "created_referrals": [created_referral(row) for row in applied.created_referrals],
        "trace": outcome.trace,
        "nudges": outcome.nudges,
    }
    state: Evaluated
    if event.integration_id is None:
        shown_event = wire_event(event) if "event" in wanted else None
        state = EventState(**parts, event=shown_event, campaign_eligibility=outcome.eligibility)
    else:
        shown = wire_advanced_event(event)
        state = AdvancedEventState(
            **parts,
            advanced_event=shown if "advancedEvent" in wanted else None,
            event=shown if "event" in wanted else None,
        )
    state.fill(wanted, applied, outcome)
    return Answer(status=200, body=encode(state))


def wire_advanced_event(row: EventRow) -> AdvancedEvent:
    """Return the event as answered."""
    assert row.integration_id is not None, "advanced events are named by the client"
    event = wire_event(row)
    return AdvancedEvent(
        id=event.id,
        created=event.created,
        application_id=event.application_id,
        integration_id=row.integration_id,
        connected_session_id=event.session_id,
        profile_id=event.profile_id,
        store_integration_id=event.store_integration_id,
        type=event.type,
        attributes=event.attributes,
        effects=event.effects,
    )
