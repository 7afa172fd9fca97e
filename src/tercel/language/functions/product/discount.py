"""Discounts as effects (behaviour/discounts 2)."""

from __future__ import annotations

from tercel.language.catalogue.budgets import DISCOUNTS
from tercel.language.catalogue.catalogue import EFFECT, Family, Gift
from tercel.language.values.kinds import NULL

FAMILY = Family("Discounts")

_ERRORS = "negativeValue limit"
_COST_ERRORS = f"{_ERRORS} noAdditionalCost"

FAMILY.hosted(
    "setDiscount",
    "name:string value:number options:options?",
    NULL,
    doc="Grant a discount on the session. Options: `scope` (`cartItems`, `additionalCosts`, `sessionTotal`), `partial`.",
    errors=_ERRORS,
    flags=EFFECT,
    phrases="give {1} as discount {0}",
    gives=Gift(DISCOUNTS, "value"),
)
FAMILY.hosted(
    "setDiscountPerItem",
    "name:string items:list block:numberblock options:options?",
    NULL,
    doc="Grant a discount on each item of a list, or on each item of a list of bundles. Options: `scope` (`price`, "
    "`additionalCosts`, `itemTotal`), `partial`, `excludedFromPriceHistory`.",
    errors=_ERRORS,
    flags=EFFECT,
    phrases="give {2} as discount {0} on each of {1}",
    gives=Gift(DISCOUNTS, "block", "items"),
)
FAMILY.hosted(
    "setDiscountPerItemProRata",
    "name:string items:list total:number options:options?",
    NULL,
    doc="Spread a total over the items by their prices.",
    errors=_ERRORS,
    flags=EFFECT,
    phrases="give {2} as discount {0}, shared among {1}",
    gives=Gift(DISCOUNTS, "total", "items"),
)
FAMILY.hosted(
    "setDiscountPerBundleProRata",
    "name:string bundles:list total:numberblock(Bundle) options:options?",
    NULL,
    doc="Spread a total for each bundle over its items by their prices.",
    errors=_ERRORS,
    flags=EFFECT,
    phrases="give {2} as discount {0} on each bundle of {1}, shared among its items",
    gives=Gift(DISCOUNTS, "total", "bundles"),
)
FAMILY.hosted(
    "setDiscountPerBundleItem",
    "name:string bundles:list target:block(Bundle) amount:numberblock options:options?",
    NULL,
    doc="Spread an amount computed from one item of each bundle over the items of the bundle.",
    errors=_ERRORS,
    flags=EFFECT,
    phrases="give {3} of {2} as discount {0} on each bundle of {1}, shared among its items",
    gives=Gift(DISCOUNTS, "amount", "bundles"),
)
FAMILY.hosted(
    "setDiscountPerAdditionalCost",
    "name:string cost:string@additionalCosts value:number options:options?",
    NULL,
    doc="Grant a discount on an additional cost of the session.",
    errors=_COST_ERRORS,
    flags=EFFECT,
    phrases="give {2} as discount {0} on additional cost {1}",
    gives=Gift(DISCOUNTS, "value"),
)
FAMILY.hosted(
    "setDiscountPerAdditionalCostPerItem",
    "name:string cost:string@additionalCosts items:list block:numberblock options:options?",
    NULL,
    doc="Grant a discount on an additional cost of each item of a list.",
    errors=_COST_ERRORS,
    flags=EFFECT,
    phrases="give {3} as discount {0} on additional cost {1} of each of {2}",
    gives=Gift(DISCOUNTS, "block", "items"),
)
