"""The envelope that every effect travels in (behaviour/effects 1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec


class Effect(msgspec.Struct, omit_defaults=True, gc=False):
    """One effect of the answer. ``props`` is one of the tagged structs of this package; ``effect_type`` its tag.

    An effect that belongs to no campaign carries -1, -1, -1 and an empty name.
    """

    campaign_id: int = msgspec.field(name="campaignId")
    ruleset_id: int = msgspec.field(name="rulesetId")
    rule_index: int = msgspec.field(name="ruleIndex")
    rule_name: str = msgspec.field(name="ruleName")
    effect_type: str = msgspec.field(name="effectType")
    props: Any
    triggered_by_coupon: int | None = msgspec.field(name="triggeredByCoupon", default=None)
    triggered_for_catalog_item: int | None = msgspec.field(name="triggeredForCatalogItem", default=None)
    condition_index: int | None = msgspec.field(name="conditionIndex", default=None)
    evaluation_group_id: int | None = msgspec.field(name="evaluationGroupID", default=None)
    evaluation_group_mode: str | None = msgspec.field(name="evaluationGroupMode", default=None)
    experiment_id: int | None = msgspec.field(name="experimentId", default=None)
    selected_price_type: str | None = msgspec.field(name="selectedPriceType", default=None)
    selected_price: Decimal | None = msgspec.field(name="selectedPrice", default=None)
