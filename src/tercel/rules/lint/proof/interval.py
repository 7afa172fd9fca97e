"""Intervals of numbers or of instants, with open, closed and absent ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends; None is no end. Both ends are of one type that Python orders."""

    low: Any = None
    high: Any = None
    is_low_open: bool = False
    is_high_open: bool = False

    def meet(self, other: Interval) -> Interval:
        """Return the interval of the values that lie in both."""
        low, is_low_open = _tighter(self.low, self.is_low_open, other.low, other.is_low_open, is_low=True)
        high, is_high_open = _tighter(
            self.high, self.is_high_open, other.high, other.is_high_open, is_low=False
        )
        return Interval(low, high, is_low_open, is_high_open)

    @property
    def is_empty(self) -> bool:
        """Whether no value lies in it."""
        if self.low is None or self.high is None:
            return False
        if self.low == self.high:
            return self.is_low_open or self.is_high_open
        return bool(self.low > self.high)

    @property
    def point(self) -> Any:
        """The only value in it, or None."""
        return self.low if self.low is not None and self.low == self.high else None

    def contains(self, value: Any) -> bool:
        """Tell whether a value lies in the interval."""
        return not self.meet(Interval(value, value)).is_empty


def _tighter(mine: Any, is_open: bool, other: Any, is_other_open: bool, *, is_low: bool) -> tuple[Any, bool]:
    if mine is None or other is None:
        return (other, is_other_open) if mine is None else (mine, is_open)
    if mine == other:
        return mine, is_open or is_other_open
    return (mine, is_open) if (mine > other) is is_low else (other, is_other_open)


def interval_of(operator: str, bound: Any) -> Interval:
    """Return the values ``x`` for which ``x operator bound`` holds; the operators are ``<``, ``<=``, ``>``, ``>=``."""
    is_open = operator in {"<", ">"}
    if operator in {"<", "<="}:
        return Interval(high=bound, is_high_open=is_open)
    return Interval(low=bound, is_low_open=is_open)


OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
