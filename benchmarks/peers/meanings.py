"""What a peer means by "from a total, so much per cent off a category", computed plainly, to check its answers.

Each meaning gives the promotions that apply and their discount in units of the currency.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, Decimal

import msgspec

from benchmarks.workload import Line, Workload, reference

_CENT = Decimal("0.01")


class Meaning(msgspec.Struct, frozen=True):
    """A meaning; ``cents_per_line`` is how far rounding may move the discount of each line and promotion."""

    title: str
    compute: Callable[[Workload], tuple[list[int], Decimal]]
    rounding: Decimal = Decimal("0.000001")

    def problems(self, workload: Workload, hits: list[int], discount: float) -> list[str]:
        """List what is wrong with an answer."""
        wanted, amount = self.compute(workload)
        found = []
        if sorted(hits) != wanted:
            found.append(f"{len(hits)} promotions applied, not these {len(wanted)}")
        if abs(Decimal(str(discount)) - amount) > self.rounding * max(1, len(wanted)) * len(workload.lines):
            found.append(f"the discount is {discount}, not {amount}")
        return found


def _compounding(workload: Workload) -> tuple[list[int], Decimal]:
    """Take each percentage off the rest that the others left of a line; their order does not matter."""
    hits, _ = reference(workload)
    applied = [promotion for promotion in workload.promotions if promotion.id in set(hits)]
    left = Decimal(0)
    for line in workload.lines:
        rest = Decimal(line.total)
        for promotion in applied:
            if promotion.category == line.category:
                rest *= 1 - Decimal(promotion.percent) / 100
        left += rest
    return hits, (workload.subtotal - left) / 100


def _running_total(workload: Workload) -> tuple[list[int], Decimal]:
    """Line by line, each threshold is tested again on the total that the discounts so far have left."""
    categories = {line.category for line in workload.lines}
    possible = [promotion for promotion in workload.promotions if promotion.category in categories]
    hits: set[int] = set()
    total = workload.subtotal
    for line in workload.lines:
        left = line.total
        for promotion in possible:
            if total < promotion.minimum:
                continue
            hits.add(promotion.id)
            if promotion.category == line.category:
                amount = min(left, _rounded(line, promotion.percent))
                left -= amount
                total -= amount
    return sorted(hits), Decimal(workload.subtotal - total) / 100


def _rounded(line: Line, percent: int) -> int:
    """Whole cents; an amount between two is a negative one rounded up, so a half goes to the smaller discount."""
    return int((Decimal(line.total * percent) / 100).quantize(Decimal(1), ROUND_HALF_DOWN))


def _category_only(workload: Workload) -> tuple[list[int], Decimal]:
    """Apply promotions without their thresholds: everything off a category of the cart applies."""
    without = [msgspec.structs.replace(promotion, minimum=0) for promotion in workload.promotions]
    return reference(Workload(workload.lines, without))


ADDED = Meaning("added up, as the reference", reference)
COMPOUNDING = Meaning("each percentage of the rest", _compounding)
RUNNING_TOTAL = Meaning("thresholds tested again on the discounted total", _running_total)
CATEGORY_ONLY = Meaning("category only, no thresholds", _category_only, rounding=_CENT / 2)
