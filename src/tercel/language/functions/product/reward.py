"""Free items and giveaways as effects."""

from __future__ import annotations

from tercel.language.catalogue.budgets import FREE_ITEMS, GIVEAWAYS
from tercel.language.catalogue.catalogue import EFFECT, Family, Gift
from tercel.language.values.kinds import NULL

FAMILY = Family("Rewards")

FAMILY.hosted(
    "addFreeItem",
    "sku:string name:string quantity:number? options:options?",
    NULL,
    doc="Give an item for free, once without a quantity; a fraction is cut off. Option: `partial`.",
    errors="negativeValue limit range",
    flags=EFFECT,
    phrases=("add item {0} ({1}) for free", "add item {0} ({1}) for free, {2} times"),
    gives=Gift(FREE_ITEMS, "quantity"),
    blocks="awardItem sku:text name:text quantity:digits?1 partial",
)
FAMILY.hosted(
    "awardGiveaway",
    "pool:number|string@pools profile:word(Current|Advocate)?",
    NULL,
    doc="Give a code from a pool of giveaways to the profile.",
    errors="poolEmpty",
    flags=EFFECT,
    phrases=("award a giveaway of pool {0}", "award a giveaway of pool {0} to the {1} profile"),
    gives=Gift(GIVEAWAYS),
    blocks="awardGiveaway giveawayPool profile?Current",
)
