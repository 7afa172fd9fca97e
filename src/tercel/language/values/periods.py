"""Periods of rules, which are durations, and steps along the calendar: what fails is a failure of the language (behaviour/language 10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tercel.base import durations, zoned
from tercel.base.durations import IMMEDIATE, NOTHING, Duration
from tercel.base.zoned import CalendarError, end_of_day, start_of_day
from tercel.language.errors import TimeError

__all__ = [
    "add_days",
    "add_months",
    "add_period",
    "add_seconds",
    "end_of_day",
    "parse_period",
    "start_of_day",
]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _in_rules(step: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a step fail with the error of the language."""

    @wraps(step)
    def take(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return step(*args, **kwargs)
        except CalendarError as error:
            raise TimeError(str(error)) from None

    return take


@_in_rules
def parse_period(text: str) -> Duration:
    """Return the period that a text writes; ``immediate`` is a period of no length.

    Raises:
        TimeError: the text is no period.
    """
    return NOTHING if text == IMMEDIATE else durations.parse_duration(text)


add_period = _in_rules(durations.moved)
add_seconds = _in_rules(zoned.add_seconds)
add_days = _in_rules(zoned.add_days)
add_months = _in_rules(zoned.add_months)
