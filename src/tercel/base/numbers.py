"""Decimal numbers: how the engine counts, and how amounts leave it.

Arithmetic keeps 34 digits and never rounds between operations; what leaves the engine is rounded half-even to 12
fractional digits with trailing zeros dropped (behaviour/discounts 8).
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, setcontext

#: 34 digits, as IEEE decimal128. Traps turn silent NaN and Infinity into exceptions.
ENGINE_CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

ZERO = Decimal(0)
ONE = Decimal(1)
_TWELVE_DIGITS = Decimal(1).scaleb(-12)
_SHORT_TEXT = 14  # with a digit and a point before them there is room for no more than twelve digits


def use_engine_context() -> None:
    """Make the engine's context the one of this thread or task. Called once by each evaluation and each process."""
    setcontext(ENGINE_CONTEXT.copy())


def tidy(value: Decimal) -> Decimal:
    """Round half-even to 12 fractional digits, without trailing zeros and without an exponent.

    >>> tidy(Decimal("2.500")), tidy(Decimal("1E+2")), tidy(Decimal("-0"))
    (Decimal('2.5'), Decimal('100'), Decimal('0'))
    """
    bare = value.normalize()
    text = str(bare)  # Because: looking at the text is several times faster than taking the number apart.
    if len(text) <= _SHORT_TEXT and "E" not in text:
        return bare or ZERO
    if not value:
        return ZERO
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "amounts are finite"
    if exponent < -12:
        value = value.quantize(_TWELVE_DIGITS, context=_WIDE)
        exponent = -12
    if not value:
        return ZERO
    if exponent > 0:
        return value.quantize(ONE, context=_WIDE)
    if exponent < 0 and value.as_tuple().digits[-1] == 0:
        value = value.normalize(_WIDE)
        if value.as_tuple().exponent > 0:  # type: ignore[operator]  # finite, see above
            value = value.quantize(ONE, context=_WIDE)
    return value


# Rounding for output must not fail for want of digits: a number of 34 digits may gain zeros on its way out.
_WIDE = Context(prec=6200, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
