"""Experiments as the wire knows them (behaviour/experiments 4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import TEXT_LENGTH_MAX, VARIANT_NAME_LENGTH_MAX
from tercel.features.campaigns.campaigns.model import (
    Campaign,
    NewCampaign,
    State,
    UpdateCampaign,
)
from tercel.features.campaigns.rulesets.model import NewRuleset, Ruleset
from tercel.features.common.ids import Id

VARIANTS = 2  # (contract) of an experiment

GoalType = Literal["other", "maximize_revenue", "optimize_discount_efficiency", "maximize_items_sold"]
GoalDescription = Annotated[str, Meta(max_length=TEXT_LENGTH_MAX)]
VariantName = Annotated[str, Meta(min_length=1, max_length=VARIANT_NAME_LENGTH_MAX)]
Weight = Annotated[int, Meta(ge=1, le=99)]


class NewExperiment(msgspec.Struct, kw_only=True, rename="camel"):
    """An experiment to create, with the campaign that it will be."""

    is_variant_assignment_external: bool
    campaign: NewCampaign
    goal_type: GoalType
    goal_description: GoalDescription | None = None


class UpdateExperiment(msgspec.Struct, kw_only=True, rename="camel"):
    """What an experiment becomes; a goal that is left out stays."""

    is_variant_assignment_external: bool
    campaign: UpdateCampaign
    goal_type: GoalType | UnsetType = UNSET
    goal_description: GoalDescription | UnsetType = UNSET


class NewVariant(msgspec.Struct, kw_only=True, rename="camel"):
    """A variant to create: ``weight`` is its share of the customers in per cent."""

    name: VariantName
    weight: Weight
    ruleset: NewRuleset
    is_primary: bool


class NewVariants(msgspec.Struct, kw_only=True):
    """The two variants of an experiment."""

    variants: Annotated[list[NewVariant], Meta(min_length=VARIANTS, max_length=VARIANTS)]


class UpdateVariant(msgspec.Struct, kw_only=True, rename="camel"):
    """What a variant becomes."""

    id: Id
    name: VariantName
    weight: Weight
    ruleset: NewRuleset


class UpdateVariants(msgspec.Struct, kw_only=True):
    """What both variants of an experiment become."""

    variants: Annotated[list[UpdateVariant], Meta(min_length=VARIANTS, max_length=VARIANTS)]


class Variant(msgspec.Struct, kw_only=True, rename="camel"):
    """A variant as answered."""

    id: int
    created: datetime
    name: str
    experiment_id: int
    ruleset: Ruleset
    weight: int
    is_primary: bool


class Experiment(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """An experiment as answered; its state is that of its campaign."""

    id: int
    created: datetime
    application_id: int
    is_variant_assignment_external: bool
    campaign: Campaign
    activated: datetime | None = None
    state: State
    variants: list[Variant]
    goal_type: GoalType
    goal_description: str | None = None


class VariantResult(msgspec.Struct, kw_only=True, rename="camel"):
    """What the closed sessions of a variant came to. Values of sessions are before and after their discounts; the
    revenue is after them."""

    variant_id: int
    variant_name: str
    variant_weight: int
    is_winner: bool
    total_revenue: Decimal
    sessions_count: int
    avg_items_per_session: Decimal
    avg_session_value: Decimal
    avg_discounted_session_value: Decimal
    total_discounts: Decimal
    coupons_count: int


class Confidence(msgspec.Struct, kw_only=True, rename="camel"):
    """How sure it is that the variants differ, in per cent, for each of the averages."""

    avg_session_value: Decimal
    avg_discounted_session_value: Decimal
    avg_items_per_session: Decimal


class ExperimentResults(msgspec.Struct, kw_only=True):
    """The results by variant, and how far they can be trusted."""

    variants: list[VariantResult]
    confidence: Confidence
