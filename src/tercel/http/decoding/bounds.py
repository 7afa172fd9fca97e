"""Numbers that no field can hold, whatever it is for: too large, too small, too long, or not numbers at all."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Rounded

_INT_MAX = 2**63 - 1
_EXPONENT_MAX = 300
_DIGITS_MAX = 100


def is_out_of_range(value: object) -> bool:
    """Tell whether a number does not fit 64 bits, or would make decimal arithmetic slow or overflow."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return not -_INT_MAX - 1 <= value <= _INT_MAX
    if isinstance(value, Decimal):
        return not value.is_finite() or _is_extreme(value)
    return False


def _is_extreme(value: Decimal) -> bool:
    return abs(value.adjusted()) > _EXPONENT_MAX or _is_long(value)


def _is_long(value: Decimal) -> bool:
    """Tell whether a number has too many digits; reading the digits themselves would make millions of objects."""
    few = Context(prec=_DIGITS_MAX, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
    few.plus(value)
    return bool(few.flags[Rounded])
