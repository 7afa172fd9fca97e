"""Arithmetic on decimals: 34 digits, never rounded between operations (behaviour/language 4)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from tercel.base.limits import STRING_LENGTH_MAX
from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import DivisionByZeroError, MissingError, RangeError, TypeMismatchError
from tercel.language.running.run import Run
from tercel.language.values.costs import steps_of_text
from tercel.language.values.kinds import NUMBER
from tercel.language.values.values import kind_of_value, require_length, whole

FAMILY = Family("Numbers", is_foldable=True)

_DIGITS_MAX = 34


@FAMILY.define(
    "+",
    "first:number|string others:number|string...",
    examples=[('["+", 1, 2, 3]', "6"), ('["+", "a", "b"]', '"ab"')],
    errors="type",
)
def add(run: Run, first: Any, *others: Any) -> Any:
    """Add numbers, or join texts one after the other; kinds may not be mixed."""
    kind = type(first)
    for other in others:
        if type(other) is not kind:
            raise TypeMismatchError(
                f"cannot add a {kind_of_value(other)} to a {kind_of_value(first)}; use `concat`"
            )
    if kind is str:
        length = len(first) + sum(map(len, others))
        require_length(length, STRING_LENGTH_MAX, "text")
        run.spend(steps_of_text(length))
        return "".join((first, *others))
    total = first
    for other in others:
        total += other
    return total


@FAMILY.define(
    "-",
    "first:number others:number*",
    NUMBER,
    examples=[('["-", 5, 2, 1]', "2"), ('["-", 5]', "-5")],
)
def subtract(_run: Run, first: Decimal, *others: Decimal) -> Decimal:
    """Subtract all other numbers from the first; a single number is negated."""
    if not others:
        return -first
    for other in others:
        first -= other
    return first


@FAMILY.define("*", "first:number others:number...", NUMBER, examples=[('["*", 2, 3, 4]', "24")])
def multiply(_run: Run, first: Decimal, *others: Decimal) -> Decimal:
    """Multiply the numbers."""
    for other in others:
        first *= other
    return first


@FAMILY.define(
    "/",
    "first:number others:number...",
    NUMBER,
    examples=[('["/", 10, 4]', "2.5")],
    errors="divisionByZero",
)
def divide(_run: Run, first: Decimal, *others: Decimal) -> Decimal:
    """Divide the first number by each other."""
    for other in others:
        if not other:
            raise DivisionByZeroError("division by zero")
        first /= other
    return first


@FAMILY.define(
    "mod",
    "first:number others:number...",
    NUMBER,
    examples=[('["mod", 7, 3]', "1"), ('["mod", -7, 3]', "-1")],
    errors="divisionByZero range",
    phrases="the remainder of {0} divided by {1}",
)
def modulo(_run: Run, first: Decimal, *others: Decimal) -> Decimal:
    """Return the remainder of a division, with the sign of the dividend."""
    for other in others:
        if not other:
            raise DivisionByZeroError("division by zero")
        first %= other
    return first


@FAMILY.define(
    "floor roundDown",
    "value:number digits:number?",
    NUMBER,
    examples=[('["floor", 2.9]', "2"), ('["floor", -2.1]', "-3"), ('["roundDown", 2.349, 2]', "2.34")],
    errors="range",
    phrases=("{0} rounded down", "{0} rounded down to {1} digits"),
)
def floor(_run: Run, value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    """Round towards minus infinity, to whole numbers or to a number of digits after the point."""
    return _rounded(value, digits, ROUND_FLOOR)


@FAMILY.define(
    "ceil roundUp",
    "value:number digits:number?",
    NUMBER,
    examples=[('["ceil", 2.1]', "3"), ('["roundUp", 2.341, 2]', "2.35")],
    errors="range",
    phrases=("{0} rounded up", "{0} rounded up to {1} digits"),
)
def ceil(_run: Run, value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    """Round towards plus infinity, to whole numbers or to a number of digits after the point."""
    return _rounded(value, digits, ROUND_CEILING)


@FAMILY.define(
    "round",
    "value:number digits:number?",
    NUMBER,
    examples=[('["round", 2.5]', "3"), ('["round", -2.5]', "-3"), ('["round", 2.345, 2]', "2.35")],
    errors="range",
    phrases=("{0} rounded", "{0} rounded to {1} digits"),
)
def round_(_run: Run, value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    """Round to the nearest, halves away from zero, to whole numbers or to a number of digits after the
    point."""
    return _rounded(value, digits, ROUND_HALF_UP)


# Because: a number of 34 digits may need one more when it is rounded up, and large exponents need none to be dropped.
_ROUNDING = Context(prec=_DIGITS_MAX * 2, Emin=-6143, Emax=6144)


def _rounded(value: Decimal, digits: Decimal, rounding: str) -> Decimal:
    places = whole(digits)
    if abs(places) > _DIGITS_MAX:
        raise RangeError(f"the number of digits lies between -{_DIGITS_MAX} and {_DIGITS_MAX}")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return value
    try:
        rounded = value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_ROUNDING)
    except InvalidOperation:
        return value
    return +rounded


@FAMILY.define("abs", "value:number", NUMBER, examples=[('["abs", -2]', "2")], phrases="{0} without its sign")
def absolute(_run: Run, value: Decimal) -> Decimal:
    """Return the number without its sign."""
    return abs(value)


@FAMILY.define(
    "min",
    "first:any others:any*",
    NUMBER,
    examples=[('["min", ["list", 3, 1, "a"]]', "1"), ('["min", 3, 1]', "1")],
    errors="missing type",
)
def minimum(run: Run, first: Any, *others: Any) -> Decimal:
    """Return the smallest number of a list or of the arguments; values that are not numbers are skipped."""
    return min(_numbers(run, first, others))


@FAMILY.define(
    "max",
    "first:any others:any*",
    NUMBER,
    examples=[('["max", ["list", 3, 1, "a"]]', "3"), ('["max", 3, 1]', "3")],
    errors="missing type",
)
def maximum(run: Run, first: Any, *others: Any) -> Decimal:
    """Return the largest number of a list or of the arguments; values that are not numbers are skipped."""
    return max(_numbers(run, first, others))


def _numbers(run: Run, first: Any, others: tuple[Any, ...]) -> list[Decimal]:
    values: list[Any] = [first, *others]
    if isinstance(first, list) and not others:
        run.spend(len(first))
        values = first
    elif not isinstance(first, Decimal):
        raise TypeMismatchError(f"expected a list or a number, got a {kind_of_value(first)}")
    numbers = [value for value in values if isinstance(value, Decimal)]
    if not numbers:
        raise MissingError("the list holds no number")
    return numbers


@FAMILY.define(
    "clamp",
    "value:number low:number high:number",
    NUMBER,
    examples=[('["clamp", 12, 0, 10]', "10")],
    errors="range",
    phrases="{0} but at least {1} and at most {2}",
)
def clamp(_run: Run, value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Return the value, but at least `low` and at most `high`."""
    if low > high:
        raise RangeError("the lower end lies above the upper one")
    return min(max(value, low), high)
