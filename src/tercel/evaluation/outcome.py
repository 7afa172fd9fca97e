"""Outcome of an evaluation: effects, failures, a trace, and the changes to write.

Nothing else writes. A caller that does not write (a dry request, a preview, a replay) drops the changes.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.effects.effect import Effect
from tercel.evaluation.explanation import CampaignEligibility, CampaignTrace, Nudge
from tercel.evaluation.snapshot import CounterKey


class CounterUse(msgspec.Struct, frozen=True, gc=False):
    """Amount that an entry takes from one limited counter. ``limit`` is the bound that the ledger must enforce."""

    key: CounterKey
    amount: Decimal
    limit: Decimal


class LedgerEntry(msgspec.Struct, gc=False):
    """One thing that a closing session consumes: never changed, undone only by a reversal entry.

    ``kind`` is the budget action: redeemCoupon, redeemReferral, setDiscount, addFreeItemEffect, customEffect,
    createCoupon, … ``amount`` is money for discounts, points for points, else 1. ``effect_index`` points into
    ``Outcome.effects``. ``coupon_discount`` is added to the coupon's discount counter.
    ``position`` and ``sub_position`` name the unit for per-item effects.
    """

    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    effect_index: int | None = None
    coupon_id: int | None = None
    referral_id: int | None = None
    coupon_discount: Decimal | None = None
    position: int | None = None
    sub_position: int | None = None
    uses: tuple[CounterUse, ...] = ()


class AttributeChange(msgspec.Struct, kw_only=True, frozen=True):
    """A new value for an attribute, as JSON data. ``entity`` is Session, Profile, AdvocateProfile, Coupon, Referral or
    CartItem (then ``position`` names the line).
    """

    entity: str
    name: str
    value: Any
    target_id: int | None = None
    position: int | None = None


class CreatedCode(msgspec.Struct, kw_only=True):
    """A coupon or referral that a rule creates. ``memory_key`` identifies it within its session
    (behaviour/sessions 10); it is created at once when ``is_stored_in_session``, else when the session closes.
    """

    kind: str
    campaign_id: int
    value: str
    recipient_integration_id: str | None
    usage_limit: int
    memory_key: str
    is_stored_in_session: bool
    is_new: bool = True
    discount_limit: Decimal | None = None
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    attributes: dict[str, Any] = {}


class WebhookRequest(msgspec.Struct, kw_only=True, frozen=True):
    """A request to send after the evaluation is stored; its templates are filled. ``payload`` is None without a body."""

    webhook_id: int
    verb: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    payload: str | None = None


class Changes(msgspec.Struct, kw_only=True):
    """Changes to write. ``entries`` count when the session closes, or at once for an event; everything else is applied at
    each passing evaluation (behaviour/sessions 8).
    """

    entries: list[LedgerEntry] = []
    attributes: list[AttributeChange] = []
    created_codes: list[CreatedCode] = []
    audience_joins: list[tuple[int, str]] = []
    audience_leaves: list[tuple[int, str]] = []
    reserved_coupon_ids: list[int] = []
    webhooks: list[WebhookRequest] = []


class RuleFailure(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a rule did not fire, in the shape of the contract's RuleFailureReason."""

    campaign_id: int = msgspec.field(name="campaignID")
    campaign_name: str = msgspec.field(name="campaignName")
    ruleset_id: int = msgspec.field(name="rulesetID")
    rule_index: int = msgspec.field(name="ruleIndex")
    rule_name: str = msgspec.field(name="ruleName")
    coupon_id: int | None = msgspec.field(name="couponID", default=None)
    coupon_value: str | None = msgspec.field(name="couponValue", default=None)
    referral_id: int | None = msgspec.field(name="referralID", default=None)
    referral_value: str | None = msgspec.field(name="referralValue", default=None)
    condition_index: int | None = msgspec.field(name="conditionIndex", default=None)
    effect_index: int | None = msgspec.field(name="effectIndex", default=None)
    details: str | None = None
    evaluation_group_id: int | None = msgspec.field(name="evaluationGroupID", default=None)
    evaluation_group_mode: str | None = msgspec.field(name="evaluationGroupMode", default=None)


class Outcome(msgspec.Struct, kw_only=True):
    """The answer of one evaluation. ``triggered`` are the campaigns that apply: those with a successful rule, in
    evaluation order, without the ones that their group left out. ``is_complete`` is false when the allowance of steps
    or time ended it early; ``ended_early`` are campaigns that spent their own part of it."""

    effects: list[Effect] = []
    failures: list[RuleFailure] = []
    triggered: list[int] = []
    is_complete: bool = True
    ended_early: frozenset[int] = frozenset()
    changes: Changes = msgspec.field(default_factory=Changes)
    eligibility: list[CampaignEligibility] | None = None
    trace: list[CampaignTrace] | None = None
    nudges: list[Nudge] | None = None
