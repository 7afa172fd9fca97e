"""Spread one amount over units (behaviour/discounts 6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from tercel.base.numbers import ONE, ZERO


def shares(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Split a total in proportion to weights, in whole minor units.

    Each share is cut down to the unit; what is left over goes to the largest exact share, the first on a tie. Weights
    that sum to nothing count as equal. A residue may be finer than the unit, so that the shares always sum to the total.

    Args:
        total: The amount to spread, not negative.
        weights: One per share, not negative.
        unit: The smallest amount of the currency.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights, whole = [ONE] * len(weights), Decimal(len(weights))
    cut = [(total * weight / whole).quantize(unit, rounding=ROUND_DOWN) for weight in weights]
    residue = total - sum(cut, ZERO)
    if residue:
        largest = max(range(len(weights)), key=lambda index: weights[index])
        cut[largest] += residue
    return cut
