"""What a comparison with a constant claims of the value it compares (behaviour/language 8; behaviour/evaluation 9)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from tercel.language.tree import Call, Literal, Node
from tercel.language.values.kinds import (
    NUMBER,
    STRING,
    TIME,
    Kind,
)
from tercel.rules.lint.proof.interval import MIRRORED, OPPOSITE, interval_of
from tercel.rules.lint.proof.known import KINDS, Known, instant_of

_MINUTES = frozenset(range(24 * 60))
_NOTHING = Known(kinds=frozenset())
_PLAIN = (Decimal, str, bool, type(None), list, dict)
_NUMBERS, _TIMES = frozenset({NUMBER}), frozenset({TIME})


class Claim(NamedTuple):
    """``subject`` is as ``if_true`` says when the comparison is true, as ``if_false`` when it is false. ``is_safe``
    says of what was known before whether the comparison surely does not fail."""

    subject: Node
    if_true: Known
    if_false: Known
    is_safe: Callable[[Known], bool]


def claims_of(call: Call) -> tuple[Claim, ...]:
    """Return the claims of a comparison, which is true when all of them hold; empty for any other call or without a
    constant."""
    arguments = call.arguments
    match call.name, arguments:
        case ("<" | "<=" | ">" | ">=") as operator, (first, *others) if others:
            return _all(_order(operator, first, other) for other in others)
        case "=" | "!=", (first, *others) if others:
            return _all(_equality(call.name == "=", first, other) for other in others)
        case "oneOf" | "notOneOf", (subject, Literal(value=list() as wanted)):
            return _all((_membership(subject, tuple(wanted), is_member=call.name == "oneOf"),))
        case "betweenInclusive", (subject, low, high):
            return _all((_order(">=", subject, low), _order("<=", subject, high)))
        case "between", (subject, low, high):
            return _all((_order(">", subject, low), _order("<", subject, high)))
        case "after" | "before", (subject, other):
            return _all((_instant(">" if call.name == "after" else "<", subject, other),))
        case "betweenTimes", (subject, low, high):
            return _all((_instant(">", subject, low), _instant("<", subject, high)))
        case "within", (subject, low, high, *flags):
            return _within(subject, low, high, flags)
        case "timeOfDayBetween", (subject, Literal(value=str() as start), Literal(value=str() as end)):
            return _all((_clock(subject, start, end),))
    return ()


def _all(claims: Any) -> tuple[Claim, ...]:
    """Return all claims, or none when one of them is not understood."""
    found = tuple(claims)
    return found if all(found) else ()


def _order(operator: str, left: Node, right: Node) -> Claim | None:
    if isinstance(left, Literal):
        left, right, operator = right, left, MIRRORED[operator]
    if not isinstance(right, Literal) or isinstance(left, Literal):
        return None
    bound = right.value
    if isinstance(bound, Decimal):
        held, broken = interval_of(operator, bound), interval_of(OPPOSITE[operator], bound)
        return Claim(
            left,
            Known(_NUMBERS, is_present=True, numbers=held),
            Known(_NUMBERS, is_present=True, numbers=broken),
            _is_of(_NUMBERS),
        )
    time = instant_of(bound)
    if time is None:
        return Claim(left, _NOTHING, _NOTHING, lambda _: False)
    held, broken = interval_of(operator, time), interval_of(OPPOSITE[operator], time)
    return Claim(
        left,
        Known(_TIMES, is_present=True, is_instant=True, times=held),
        Known(_TIMES, is_present=True, is_instant=True, times=broken),
        _is_of(_TIMES),
    )


def _instant(operator: str, left: Node, right: Node) -> Claim | None:
    """Return the claim of a comparison by a function of times, which also takes texts that write a time."""
    if isinstance(left, Literal):
        left, right, operator = right, left, MIRRORED[operator]
    if not isinstance(right, Literal) or isinstance(left, Literal):
        return None
    time = instant_of(right.value)
    if time is None:
        return Claim(left, _NOTHING, _NOTHING, lambda _: False)
    kinds = _TIMES | {STRING}
    held, broken = interval_of(operator, time), interval_of(OPPOSITE[operator], time)
    return Claim(
        left,
        Known(kinds, is_present=True, is_instant=True, times=held),
        Known(kinds, is_present=True, is_instant=True, times=broken),
        _reads_as_time,
    )


def _within(subject: Node, low: Node, high: Node, flags: list[Node]) -> tuple[Claim, ...]:
    chosen = [True, False, False]
    for index, flag in enumerate(flags[:3]):
        if not isinstance(flag, Literal) or not isinstance(flag.value, bool):
            return ()
        chosen[index] = flag.value
    starts_inclusive, ends_inclusive, is_wall_clock = chosen
    if is_wall_clock:
        return ()
    return _all(
        (
            _instant(">=" if starts_inclusive else ">", subject, low),
            _instant("<=" if ends_inclusive else "<", subject, high),
        )
    )


def _equality(is_equal: bool, left: Node, right: Node) -> Claim | None:
    if isinstance(left, Literal):
        left, right = right, left
    if isinstance(left, Literal) or not isinstance(right, Literal):
        return None
    return _membership(left, (right.value,), is_member=is_equal)


def _membership(subject: Node, constants: tuple[Any, ...], *, is_member: bool) -> Claim | None:
    if isinstance(subject, Literal) or not all(isinstance(each, _PLAIN) for each in constants):
        return None
    inside = Known(is_present=True, choices=(constants,))
    outside = Known(is_present=True, excluded=constants)

    def is_safe(known: Known) -> bool:
        meets_times = TIME in known.kinds and any(
            isinstance(each, str) and instant_of(each) is None for each in constants
        )
        return known.is_present and not meets_times

    return Claim(subject, *((inside, outside) if is_member else (outside, inside)), is_safe)


def _clock(subject: Node, start: str, end: str) -> Claim | None:
    low, high = _minute(start), _minute(end)
    if low is None or high is None or isinstance(subject, Literal):
        return None
    inside = frozenset(
        minute
        for minute in _MINUTES
        if (low <= minute < high if low <= high else minute >= low or minute < high)
    )
    return Claim(
        subject,
        Known(is_present=True, is_instant=True, kinds=_TIMES | {STRING}, clock=inside),
        Known(is_present=True, is_instant=True, kinds=_TIMES | {STRING}, clock=_MINUTES - inside),
        lambda known: known.clock is not None,
    )


def _minute(text: str) -> int | None:
    hours, colon, minutes = text.partition(":")
    if not colon or not all(
        part.isascii() and part.isdigit() and len(part) == 2 for part in (hours, minutes)
    ):
        return None
    value = int(hours) * 60 + int(minutes)
    return value if value <= len(_MINUTES) and int(minutes) <= 59 else None


def _is_of(kinds: frozenset[Kind]) -> Callable[[Known], bool]:
    return lambda known: known.is_present and known.kinds <= kinds


def _reads_as_time(known: Known) -> bool:
    return known.is_present and (known.is_instant or known.kinds <= _TIMES)


def known_kind(kind: Kind) -> Known:
    """Return the knowledge that follows from the kind of an expression alone."""
    return Known(KINDS if kind is Kind.ANY else frozenset({kind}))
