"""Lower bounds: conditions that require a larger number, and the smallest growth that satisfies them."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from tercel.base.limits import AMOUNT_MAX
from tercel.base.numbers import ONE
from tercel.evaluation.explain.fixed import is_fixed
from tercel.evaluation.explain.site import Site
from tercel.language.tree import Call, Node

_MIRRORED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "=": "="}


class Bound(NamedTuple):
    """A range for ``subject``: from ``low`` (excluded when strict) to ``high`` (excluded when strict)."""

    subject: Node
    low: Decimal
    is_strict: bool = False
    high: Decimal | None = None

    def allows(self, value: Decimal) -> bool:
        """Tell whether the condition is true for a value of the subject."""
        if self.is_strict:
            return value > self.low and (self.high is None or value < self.high)
        return value >= self.low and (self.high is None or value <= self.high)

    def growth(self, value: Decimal, step: Decimal) -> Decimal | None:
        """Return the smallest multiple of ``step`` by which the value must grow, if growth satisfies the condition.

        None also beyond the largest amount, where numbers are too large to count in steps.
        """
        if max(abs(self.low), abs(value)) > AMOUNT_MAX:
            return None
        steps = max(((self.low - value) / step).to_integral_value(ROUND_CEILING), ONE)
        if not self.allows(value + steps * step):
            steps += 1  # the bound itself is excluded
        grown = steps * step
        return grown if not self.allows(value) and self.allows(value + grown) else None


def bounds_of(site: Site, node: Node) -> list[Bound]:
    """Return the bounds of a comparison: one for each side that is compared with a fixed number."""
    match node:
        case Call(name=">=" | ">" | "<=" | "<" | "=" as operator, arguments=(left, right)):
            sides = [(operator, left, right), (_MIRRORED[operator], right, left)]
            found = [_bound(site, *side) for side in sides]
            return [bound for bound in found if bound is not None]
        case Call(name="between" | "betweenInclusive" as name, arguments=(subject, low, high)):
            lowest, highest = _fixed_number(site, low), _fixed_number(site, high)
            if lowest is not None and highest is not None:
                return [Bound(subject, lowest, is_strict=name == "between", high=highest)]
    return []


def _bound(site: Site, operator: str, subject: Node, other: Node) -> Bound | None:
    number = _fixed_number(site, other) if operator in {">=", ">", "="} else None
    if number is None:
        return None
    return Bound(subject, number, is_strict=operator == ">", high=number if operator == "=" else None)


def _fixed_number(site: Site, node: Node) -> Decimal | None:
    return site.find_number(node) if is_fixed(site, node) else None
