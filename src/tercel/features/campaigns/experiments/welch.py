"""Whether two averages differ: Welch's test, in the form for many observations."""

from __future__ import annotations

from decimal import Decimal
from statistics import NormalDist
from typing import NamedTuple

from tercel.base.numbers import ZERO

_CERTAIN = Decimal(100)
_DIGITS = Decimal("0.01")


class Sample(NamedTuple):
    """Observations by their number, mean and variance."""

    size: int
    mean: Decimal
    variance: Decimal


def confidence(one: Sample, other: Sample) -> Decimal:
    """Return how sure it is, in per cent, that the means differ: 100 (1 - p), two-sided.

    The normal distribution stands for that of Student: from thirty observations on they are hardly different.

    >>> confidence(Sample(100, Decimal(50), Decimal(100)), Sample(100, Decimal(53), Decimal(100)))
    Decimal('96.61')
    """
    if min(one.size, other.size) < 2 or one.mean == other.mean:
        return ZERO
    spread = one.variance / one.size + other.variance / other.size
    if not spread:
        return _CERTAIN
    distance = abs(one.mean - other.mean) / spread.sqrt()
    share = 2 * NormalDist().cdf(float(distance)) - 1
    return (Decimal(share) * 100).quantize(_DIGITS)
