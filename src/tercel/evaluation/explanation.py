"""The shapes of an explanation: eligibility (behaviour/evaluation 6), and our own trace and nudges (docs/explanation.md)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

Verdict = Literal["applied", "allRulesFailed", "skipped"]
NeedKind = Literal["amount", "items", "profile", "attribute", "time", "code", "unknown"]


class RuleEligibilityFailure(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Why a rule failed, in the shape of RuleEligibilityFailureDetails."""

    failure_code: Literal["CONDITION_NOT_MET", "EFFECT_FAILED"] = msgspec.field(name="failureCode")
    coupon_id: int | None = msgspec.field(name="couponID", default=None)
    coupon_value: str | None = msgspec.field(name="couponValue", default=None)
    referral_id: int | None = msgspec.field(name="referralID", default=None)
    referral_value: str | None = msgspec.field(name="referralValue", default=None)
    condition_index: int | None = msgspec.field(name="conditionIndex", default=None)
    effect_index: int | None = msgspec.field(name="effectIndex", default=None)
    details: str


class RuleEligibility(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """Whether a rule passed in one run of its campaign."""

    passed: bool
    coupon_code: str | None = None
    details: RuleEligibilityFailure | None = None


class EligibleRule(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """A rule with the texts that its author shows to shops, and one verdict per run."""

    title: str
    display_name: str | None = None
    display_description: str | None = None
    related_data: str | None = None
    eligibility: list[RuleEligibility]


class CampaignFailure(msgspec.Struct, kw_only=True, frozen=True, rename="camel"):
    """Why a campaign did not apply."""

    failure_code: Literal["ALL_RULES_FAILED", "SKIPPED", "AUDIENCE_NOT_MATCHED"]


class CampaignRunEligibility(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """Whether a campaign applied in one run."""

    passed: bool
    coupon_code: str | None = None
    details: CampaignFailure | None = None


class ExperimentEligibility(msgspec.Struct, kw_only=True, frozen=True, rename="camel"):
    """The experiment that a campaign is, and the variant that ran."""

    id: int
    variant_id: int


class CampaignEligibility(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """A campaign by its id with one verdict per coupon run; the HTTP layer adds the other fields of campaigns."""

    id: int
    experiment: ExperimentEligibility | None = None
    eligibility: list[CampaignRunEligibility]
    rules: list[EligibleRule]


class Reading(msgspec.Struct, kw_only=True, frozen=True, rename="camel"):
    """A value that a condition read; None when it is not set."""

    of: str
    value: Any


class ConditionTrace(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """A condition in words. ``holds`` is None when it could not be computed, and ``problem`` then says why."""

    condition_index: int
    sentence: str
    holds: bool | None
    readings: list[Reading] = []
    problem: str | None = None


class RuleTrace(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """A rule in words: why it did or did not apply, all its conditions as they stood, and what it gives."""

    rule_index: int
    rule_name: str
    applied: bool
    sentence: str
    condition_index: int | None = None
    effect_index: int | None = None
    conditions: list[ConditionTrace] = []
    gives: list[str] = []


class RunTrace(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """The rules of a campaign for one coupon, or for none."""

    coupon_code: str | None = None
    rules: list[RuleTrace]


class CampaignTrace(msgspec.Struct, kw_only=True, frozen=True, rename="camel"):
    """Verdict on a campaign, with its runs."""

    campaign_id: int
    campaign_name: str
    verdict: Verdict
    sentence: str
    runs: list[RunTrace]


class Need(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """One change that makes one condition of a rule true; the fields set depend on the kind (docs/explanation.md).

    ``where`` tells which items count, by field; ``is_exact`` that more would be too much.
    """

    kind: NeedKind
    sentence: str
    condition_index: int | None = None
    amount: Decimal | None = None
    items: int | None = None
    where: dict[str, list[str]] = {}
    is_exact: bool = False
    code_kind: Literal["coupon", "referral"] | None = None
    at: datetime | None = None
    entity: str | None = None
    attribute: str | None = None
    values: list[Any] = []
    audience_id: int | None = None


class Nudge(msgspec.Struct, kw_only=True, frozen=True, rename="camel", omit_defaults=True):
    """A rule that did not apply: what is missing for it, and its effects in words."""

    campaign_id: int
    campaign_name: str
    rule_index: int
    rule_name: str
    coupon_code: str | None = None
    needs: list[Need]
    gives: list[str]
