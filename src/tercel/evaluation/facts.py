"""Facts of an application: settings, campaigns, evaluation groups.

The caller of the engine gathers them once per revision of the application; ``program.build_program`` compiles them.
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


def currency_digits(currency: str) -> int:
    """Return the number of decimals of a currency.

    >>> currency_digits("EUR"), currency_digits("JPY")
    (2, 0)
    """
    return _MINOR_DIGITS.get(currency.upper(), 2)


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency.

    >>> minor_unit("EUR"), minor_unit("JPY")
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(-currency_digits(currency))


class AttributeType(Facts, kw_only=True):
    """Values that an attribute accepts: those of ``kind``, such as ``number`` or ``(list string)``; only those in ``allowed``
    unless that is None.
    """

    kind: str
    allowed: frozenset[Any] | None = None


class ApplicationFacts(Facts, kw_only=True):
    """The settings of an application that an evaluation obeys (behaviour/campaigns 1).

    ``allows_partial`` is the default for partial rewards, ``caps_discounts`` the setting of behaviour/discounts 5.
    ``attribute_types`` are by entity and name; None means that attributes are not defined at all, as in a scenario, and that
    rules may set any value.
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
    """The experiment of a campaign: ``variants``, the primary one first, whose weights add up to 100.

    ``is_external`` means that only sessions assign variants.
    """

    id: int
    is_external: bool = False
    variants: tuple[VariantFacts, ...] = ()


class CampaignFacts(Facts, kw_only=True):
    """A campaign with its active rule set: ``ruleset`` as decoded JSON, None without one.

    For an experiment ``ruleset`` is that of the primary variant. ``store_limits`` are the budgets of single stores, by id of the store.
    ``collections`` are the campaign's own; ``value_map`` names its value map in ``Snapshot.value_maps``. Patterns and characters are the
    defaults for codes that its rules create.
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
