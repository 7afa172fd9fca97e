"""What a profile update answers."""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.evaluation.outcome import Outcome, RuleFailure
from tercel.features.customers.model import CustomerProfile
from tercel.features.profiles.model import ProfileRequest
from tercel.features.sessions.answer import wire_profile
from tercel.features.sessions.events import Event, wire_event
from tercel.pipeline.command import Answer
from tercel.pipeline.rows import EMPTY_LIST, EventRow, ProfileRow


class ProfileState(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The answer; the parts of an evaluation are left out when none ran."""

    effects: msgspec.Raw
    created_coupons: list[Any]
    created_referrals: list[Any]
    customer_profile: CustomerProfile | None = None
    triggered_campaigns: list[int] | None = None
    loyalty: dict[str, Any] | None = None
    event: Event | None = None
    awarded_giveaways: list[Any] | None = None
    rule_failure_reasons: list[RuleFailure] | None = None
    achievements: list[Any] | None = None


def encode_answer(
    request: ProfileRequest, profile: ProfileRow, event: EventRow | None, outcome: Outcome
) -> Answer:
    """The answer with the parts that were asked for; ``event`` is None when no rules ran."""
    wanted = frozenset(request.response_content)
    state = ProfileState(
        effects=event.effects if event is not None else EMPTY_LIST, created_coupons=[], created_referrals=[]
    )
    if "customerProfile" in wanted:
        state.customer_profile = wire_profile(profile)
    if event is not None:
        _add_evaluation(state, wanted, event, outcome)
    return Answer(status=200, body=encode(state))


def _add_evaluation(state: ProfileState, wanted: frozenset[str], event: EventRow, outcome: Outcome) -> None:
    if "triggeredCampaigns" in wanted:
        state.triggered_campaigns = list(outcome.triggered)
    if "loyalty" in wanted:
        state.loyalty = {"cards": [], "programs": {}}
    if "event" in wanted:
        state.event = wire_event(event)
    if "awardedGiveaways" in wanted:
        state.awarded_giveaways = []
    if "ruleFailureReasons" in wanted:
        state.rule_failure_reasons = list(outcome.failures)
    if "achievements" in wanted:
        state.achievements = []
