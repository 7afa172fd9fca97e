"""All lints, in the order of the documentation."""

from __future__ import annotations

from tercel.rules.lint.lint import Lint
from tercel.rules.lint.lints import (
    always_true,
    code_unchecked,
    empty_filter,
    empty_notification,
    hiding_binding,
    redundant,
    same_name,
    unconditional,
    unguarded_filter,
    unknown_attribute,
    unreachable,
    unused_binding,
)
from tercel.rules.lint.lints.amounts import (
    budget,
    fractional_amount,
    item_quantity,
    over_part,
    over_share,
    over_total,
    summed_shares,
    unfiltered_amount,
)
from tercel.rules.lint.lints.loyalty import no_cards, no_tier, reward_earns, stays_when_cancelled

_MODULES = (
    unreachable,
    always_true,
    redundant,
    empty_filter,
    unguarded_filter,
    budget,
    code_unchecked,
    unconditional,
    over_share,
    summed_shares,
    over_total,
    over_part,
    unfiltered_amount,
    fractional_amount,
    item_quantity,
    reward_earns,
    stays_when_cancelled,
    no_cards,
    no_tier,
    same_name,
    empty_notification,
    unused_binding,
    hiding_binding,
    unknown_attribute,
)

LINTS: tuple[Lint, ...] = tuple(module.LINT for module in _MODULES)
