"""Answers to session updates and returns (behaviour/sessions 16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.base.numbers import tidy
from tercel.evaluation.explanation import CampaignEligibility, CampaignTrace, Nudge
from tercel.evaluation.outcome import Outcome, RuleFailure
from tercel.features.codes.coupons.aggregate import COUPONS, CouponRow
from tercel.features.codes.referrals.aggregate import REFERRALS, ReferralRow
from tercel.features.customers.profiles.aggregate import ProfileRow
from tercel.features.customers.profiles.model import CustomerProfile
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.answers.codes import (
    IntegrationCoupon,
    InventoryReferral,
    count_redemptions,
    count_referrals,
    created_coupon,
    created_referral,
    integration_coupon,
    inventory_referral,
)
from tercel.features.engine.sessions.answers.points import loyalty_of, memberships_of
from tercel.features.engine.sessions.integration_model import CustomerSession
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import document
from tercel.features.engine.sessions.request.resolve import code_key
from tercel.features.engine.sessions.return_aggregate import RETURNS
from tercel.features.engine.sessions.return_model import Return, wire_return
from tercel.features.engine.sessions.writing.events import Event, wire_event
from tercel.features.loyalty.points.shown import Loyalty
from tercel.ledger.entries import ENTRIES
from tercel.ledger.events import EventRow
from tercel.pipeline.command import Answer
from tercel.pipeline.draft import Draft
from tercel.pipeline.rows import EMPTY_LIST, EMPTY_OBJECT


class IntegrationState(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The answer. Effects and created codes are always present, other parts on request."""

    effects: msgspec.Raw
    created_coupons: list[Any]
    created_referrals: list[Any]
    customer_session: CustomerSession | None = None
    customer_profile: CustomerProfile | None = None
    coupons: list[IntegrationCoupon] | None = None
    referral: InventoryReferral | None = None
    triggered_campaigns: list[int] | None = None
    """Ids; the handler replaces them with the campaigns, which need the database."""
    loyalty: Loyalty | None = None
    event: Event | None = None
    awarded_giveaways: list[Any] | None = None
    rule_failure_reasons: list[RuleFailure] | None = None
    returned: Return | None = msgspec.field(default=None, name="return")
    previous_returns: list[Return] | None = None
    achievements: list[Any] | None = None
    campaign_eligibility: list[CampaignEligibility] | None = None
    """The door adds what else campaigns show, which needs the database."""
    trace: list[CampaignTrace] | None = None
    nudges: list[Nudge] | None = None


class AnswerParts(msgspec.Struct, kw_only=True):
    """Result of a command, from which its answer is built."""

    session: SessionRow
    profile: ProfileRow | None
    event: EventRow
    outcome: Outcome
    created_coupons: list[dict[str, Any] | CouponRow] = []
    created_referrals: list[dict[str, Any] | ReferralRow] = []
    returned: Return | None = None


def encode_answer(parts: AnswerParts, intent: Intent, draft: Draft, configuration: Configuration) -> Answer:
    """Encode the answer with the parts that were asked for."""
    state = IntegrationState(
        effects=parts.event.effects,
        created_coupons=[created_coupon(row) for row in parts.created_coupons],
        created_referrals=[created_referral(row) for row in parts.created_referrals],
        returned=parts.returned,
        trace=parts.outcome.trace,
        nudges=parts.outcome.nudges,
    )
    for name in intent.wanted:
        add = _PARTS.get(name)
        if add is not None:
            add(state, parts, draft, configuration)
    return Answer(status=200, body=encode(state))


def wire_session(row: SessionRow) -> CustomerSession:
    """Return a session as answered."""
    return CustomerSession(
        id=row.id,
        created=row.created,
        integration_id=row.integration_id,
        application_id=row.application_id,
        profile_id=row.profile_integration_id or "",
        store_integration_id=row.store_integration_id,
        coupon_codes=row.coupon_codes or None,
        referral_code=row.referral_code or "",
        loyalty_cards=_unless_empty(row.loyalty_cards),
        state=row.state,
        cart_items=row.cart_items,
        experiment_variant_allocations=_unless_empty(row.variants),
        additional_costs=_unless_empty(row.additional_costs),
        identifiers=_unless_empty(row.identifiers),
        attributes=row.attributes,
        first_session=row.first_session,
        update_count=row.update_count,
        total=tidy(row.total),
        cart_item_total=tidy(row.cart_item_total),
        additional_cost_total=tidy(row.additional_cost_total),
        cart_item_additional_cost_total=tidy(row.cart_item_additional_cost_total),
        updated=row.updated,
    )


def wire_profile(row: ProfileRow) -> CustomerProfile:
    """Return a profile as answered."""
    return CustomerProfile(
        id=row.id,
        created=row.created,
        integration_id=row.integration_id,
        attributes=document(row.attributes),
        account_id=row.account_id,
        closed_sessions=row.closed_sessions,
        total_sales=tidy(row.total_sales),
        last_activity=row.last_activity or row.created,
        sandbox=row.sandbox,
    )


def _unless_empty(raw: msgspec.Raw) -> msgspec.Raw | None:
    return None if raw in (EMPTY_LIST, EMPTY_OBJECT) else raw


_Add = Callable[[IntegrationState, AnswerParts, Draft, Configuration], None]


def _add_session(state: IntegrationState, parts: AnswerParts, *_: Any) -> None:
    state.customer_session = wire_session(parts.session)


def _add_profile(
    state: IntegrationState, parts: AnswerParts, draft: Draft, configuration: Configuration
) -> None:
    if parts.profile is not None:
        state.customer_profile = wire_profile(parts.profile)
        state.customer_profile.loyalty_memberships = memberships_of(
            parts.profile, draft, configuration, parts.event.created
        )


def _add_coupons(
    state: IntegrationState, parts: AnswerParts, draft: Draft, configuration: Configuration
) -> None:
    rows = {code_key(code, configuration): None for code in parts.session.coupon_codes}
    loaded, profile_id = draft.loaded[COUPONS], parts.session.profile_id
    found = [loaded.by_code[key] for key in rows if key in loaded.by_code]
    state.coupons = [integration_coupon(row, loaded.redemptions.get(row.id), profile_id) for row in found]
    for coupon in state.coupons:
        count_redemptions(coupon, draft.changes[ENTRIES].caused, profile_id)


def _add_referral(
    state: IntegrationState, parts: AnswerParts, draft: Draft, configuration: Configuration
) -> None:
    if parts.session.referral_code:
        loaded = draft.loaded[REFERRALS]
        row = loaded.by_code.get(code_key(parts.session.referral_code, configuration))
        if row is not None:
            state.referral = inventory_referral(row, loaded.friends.get(row.id, []))
            count_referrals(
                state.referral, draft.changes[ENTRIES].caused, parts.session.profile_integration_id
            )


def _add_triggered(state: IntegrationState, parts: AnswerParts, *_: Any) -> None:
    state.triggered_campaigns = list(parts.outcome.triggered)


def _add_loyalty(
    state: IntegrationState, parts: AnswerParts, draft: Draft, configuration: Configuration
) -> None:
    state.loyalty = loyalty_of(parts.profile, parts.outcome, parts.event, draft, configuration)


def _add_event(state: IntegrationState, parts: AnswerParts, *_: Any) -> None:
    state.event = wire_event(parts.event)


def _add_giveaways(state: IntegrationState, *_: Any) -> None:
    state.awarded_giveaways = []


def _add_failures(state: IntegrationState, parts: AnswerParts, *_: Any) -> None:
    state.rule_failure_reasons = list(parts.outcome.failures)


def _add_returns(state: IntegrationState, parts: AnswerParts, draft: Draft, _: Configuration) -> None:
    rows = draft.loaded[RETURNS][parts.session.application_id, parts.session.id]
    state.previous_returns = [wire_return(row) for row in rows]


def _add_achievements(state: IntegrationState, *_: Any) -> None:
    state.achievements = []


def _add_eligibility(state: IntegrationState, parts: AnswerParts, *_: Any) -> None:
    state.campaign_eligibility = parts.outcome.eligibility


_PARTS: dict[str, _Add] = {
    "customerSession": _add_session,
    "customerProfile": _add_profile,
    "coupons": _add_coupons,
    "referral": _add_referral,
    "triggeredCampaigns": _add_triggered,
    "loyalty": _add_loyalty,
    "event": _add_event,
    "awardedGiveaways": _add_giveaways,
    "ruleFailureReasons": _add_failures,
    "previousReturns": _add_returns,
    "achievements": _add_achievements,
    "campaignEligibility": _add_eligibility,
}
