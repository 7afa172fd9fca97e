"""What is known of one value: its possible kinds, ranges, and the constants that it equals or does not equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tercel.language.errors import TalangError
from tercel.language.values.kinds import Kind
from tercel.language.values.times import instant, parse_rfc3339
from tercel.language.values.values import are_equal_atoms, plain_decimal
from tercel.rules.lint.proof.interval import Interval

KINDS = frozenset(Kind) - {Kind.ANY}
_EVERYTHING = Interval()


@dataclass(frozen=True, slots=True)
class Known:
    """The conjunction of all that is known.

    ``is_present``: it has a value, computing it does not fail. ``is_instant``: it is a time, or a text that reads as
    one; ``times`` bounds its instant. Of each tuple in ``choices`` it equals at least one constant, and none of those
    ``excluded``, both by the equality of the language. ``clock`` holds the minutes of the day at which it may be.
    """

    kinds: frozenset[Kind] = KINDS
    is_present: bool = False
    is_instant: bool = False
    numbers: Interval = _EVERYTHING
    times: Interval = _EVERYTHING
    choices: tuple[tuple[Any, ...], ...] = ()
    excluded: tuple[Any, ...] = ()
    clock: frozenset[int] | None = None

    def meet(self, other: Known) -> Known:
        """Return what is known of a value when both pieces of knowledge hold."""
        clock = self.clock if other.clock is None else other.clock
        if self.clock is not None and other.clock is not None:
            clock = self.clock & other.clock
        return Known(
            self.kinds & other.kinds,
            self.is_present or other.is_present,
            self.is_instant or other.is_instant,
            self.numbers.meet(other.numbers),
            self.times.meet(other.times),
            self.choices + other.choices,
            self.excluded + other.excluded,
            clock,
        )

    @property
    def has_value(self) -> bool:
        """Whether some value fits all that is known; True whenever that is not certain."""
        if self.clock is not None and not self.clock:
            return False
        return any(self._has_value_of(kind) for kind in self.kinds)

    def _has_value_of(self, kind: Kind) -> bool:
        match kind:
            case Kind.NUMBER:
                return self._has_number()
            case Kind.TIME:
                return self._has_time()
            case Kind.STRING:
                return self._has_text()
            case Kind.BOOLEAN:
                return any(map(self._fits, (True, False)))
            case Kind.NULL:
                return not self.choices or self._fits(None)
        return all(any(isinstance(each, list | dict | tuple) for each in choice) for choice in self.choices)

    def _has_number(self) -> bool:
        if self.numbers.is_empty:
            return False
        if self.choices:
            wanted = (number for each in self.choices[0] if (number := number_of(each)) is not None)
            return any(self.numbers.contains(number) and self._fits(number) for number in wanted)
        point = self.numbers.point
        return point is None or self._fits(point)

    def _has_time(self) -> bool:
        if self.times.is_empty:
            return False
        return all(
            any(self.times.contains(time) for each in choice for time in _instants(each))
            for choice in self.choices
        )

    def _has_text(self) -> bool:
        if self.is_instant and self.times.is_empty:
            return False
        return not self.choices or any(map(self._may_be_text_of, self.choices[0]))

    def _may_be_text_of(self, constant: Any) -> bool:
        """Tell whether some text equals the constant and fits the rest. A number has many texts, so that only the
        same number excludes it."""
        if isinstance(constant, Decimal):
            return constant not in [each for each in self.excluded if isinstance(each, Decimal)] and all(
                any(number_of(each) == constant for each in choice) for choice in self.choices
            )
        text = {True: "true", False: "false"}[constant] if isinstance(constant, bool) else constant
        if not isinstance(text, str) or not self._fits(text):
            return False
        return not self.is_instant or any(map(self.times.contains, _instants(text)))

    def _fits(self, value: Any) -> bool:
        """Tell whether a number, text or boolean is among the choices and not excluded."""
        return all(
            any(are_equal_atoms(value, each) for each in choice) for choice in self.choices
        ) and not any(are_equal_atoms(value, each) for each in self.excluded)


def number_of(constant: Any) -> Decimal | None:
    """Return the number that equals a constant, or None."""
    if isinstance(constant, Decimal):
        return constant
    return plain_decimal(constant) if isinstance(constant, str) else None


def instant_of(constant: Any) -> timedelta | None:
    """Return the instant of a time, or of a text that writes one; None for anything else."""
    return next(_instants(constant), None)


def _instants(constant: Any) -> Iterator[timedelta]:
    if isinstance(constant, datetime):
        yield instant(constant)
    elif isinstance(constant, str):
        try:
            yield instant(parse_rfc3339(constant))
        except TalangError:
            return
