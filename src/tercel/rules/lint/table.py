"""All lints, in the order of the documentation."""

from __future__ import annotations

from tercel.rules.lint.lint import Lint
from tercel.rules.lint.lints import (
    always_true,
    budget,
    code_unchecked,
    empty_filter,
    empty_notification,
    fractional_amount,
    hiding_binding,
    item_quantity,
    over_part,
    over_share,
    over_total,
    redundant,
    same_name,
    summed_shares,
    unconditional,
    unfiltered_amount,
    unguarded_filter,
    unknown_attribute,
    unknown_membership,
    unreachable,
    unused_binding,
)

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
    same_name,
    empty_notification,
    unused_binding,
    hiding_binding,
    unknown_attribute,
    unknown_membership,
)

LINTS: tuple[Lint, ...] = tuple(module.LINT for module in _MODULES)
