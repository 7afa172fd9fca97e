"""What an application is made of, as plain facts: settings, campaigns, evaluation groups.

Whoever calls the engine gathers these once per revision of the application; ``program.build_program`` compiles them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from tercel.evaluation.snapshot import Facts, LimitFacts

#: Minor units of currencies that do not have two digits (ISO 4217).
_MINOR_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency.

    >>> minor_unit("EUR"), minor_unit("JPY")
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(-_MINOR_DIGITS.get(currency.upper(), 2))


class AttributeType(Facts, kw_only=True):
    """What an attribute takes: values of ``kind``, such as ``number`` or ``(list string)``, and only those of ``allowed``
    unless that is None."""

    kind: str
    allowed: frozenset[Any] | None = None


class ApplicationFacts(Facts, kw_only=True):
    """The settings of an application that an evaluation obeys (integration.md 1.2).

    ``allows_partial`` is the default for partial rewards, ``caps_discounts`` the setting of integration.md 6.4.
    ``attribute_types`` are by entity and name; None means that nobody defines attributes, as in a scenario, and that
    rules may set what they like.
    """

    id: int
    account_id: int = 0
    name: str = ""
    currency: str = "EUR"
    timezone: str = "UTC"
    zone: tzinfo = UTC
    attributes: Mapping[str, Any] = {}
    is_cascading: bool = False
    is_flattened: bool = True
    allows_partial: bool = False
    default_discount_scope: str = "sessionTotal"
    default_item_scope: str = "price"
    caps_discounts: bool = False
    case_sensitivity: str = "sensitive"
    attribute_types: Mapping[tuple[str, str], AttributeType] | None = None


class VariantFacts(Facts, kw_only=True):
    """A variant of an experiment: its share in per cent, and its rules as those of a campaign."""

    id: int
    weight: int
    ruleset_id: int
    ruleset: Any


class ExperimentFacts(Facts, kw_only=True):
    """What makes a campaign an experiment: ``variants``, the primary one first, whose weights add up to 100.
    ``is_external`` says that only sessions name variants."""

    id: int
    is_external: bool = False
    variants: tuple[VariantFacts, ...] = ()


class CampaignFacts(Facts, kw_only=True):
    """A campaign with its active rule set, by ``ruleset`` as decoded JSON (None without one). That of an experiment stands
    for all its variants: it is the one of its primary variant.

    ``store_limits`` are budgets of single stores, by the id of the store. ``collections`` are the campaign's own; ``value_map`` names its value map in ``Snapshot.value_maps``. The patterns
    and characters are the defaults for codes that its rules create.
    """

    id: int
    name: str = ""
    state: str = "enabled"
    type: str = "advanced"
    start_time: datetime | None = None
    end_time: datetime | None = None
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = {}
    ruleset_id: int | None = None
    ruleset: Any = None
    limits: tuple[LimitFacts, ...] = ()
    store_limits: Mapping[int, tuple[LimitFacts, ...]] = {}
    linked_store_ids: frozenset[int] = frozenset()
    reevaluates_on_return: bool = False
    group_id: int | None = None
    experiment: ExperimentFacts | None = None
    collections: Mapping[str, frozenset[str]] = {}
    value_map: str | None = None
    coupon_characters: str = ""
    coupon_pattern: str = ""
    referral_characters: str = ""
    referral_pattern: str = ""


class GroupFacts(Facts, kw_only=True):
    """A group of the evaluation tree; ``children`` are its members in order, groups and campaigns by (kind, id)."""

    id: int
    mode: str = "stackable"
    scope: str = "session"
    children: tuple[tuple[str, int], ...] = ()
