"""The whole catalogue: every function of the language by its name."""

from __future__ import annotations

from collections.abc import Mapping

from tercel.language.catalogue.catalogue import Family, Function
from tercel.language.functions import (
    comparison,
    containing,
    core,
    failure,
    lists,
    logic,
    loops,
    numbers,
    ordering,
    text,
    time,
    variables,
)
from tercel.language.functions.product import (
    achievement,
    attribute,
    audience,
    budget,
    cart,
    code,
    coupon,
    discount,
    event,
    loyalty,
    message,
    place,
    points,
    readings,
    referral,
    reward,
)

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY
    for module in (
        core,
        variables,
        logic,
        comparison,
        numbers,
        text,
        lists,
        loops,
        containing,
        ordering,
        time,
        readings,
        place,
        coupon,
        referral,
        event,
        audience,
        loyalty,
        achievement,
        budget,
        cart,
        discount,
        reward,
        points,
        code,
        attribute,
        message,
        failure,
    )
)


def _by_name() -> dict[str, Function]:
    functions: dict[str, Function] = {}
    for family in FAMILIES:
        for function in family.functions:
            for name in (function.name, *function.aliases):
                assert name not in functions, f"declared twice: {name}"
                functions[name] = function
    return functions


#: Every function by its name and its aliases.
CATALOGUE: Mapping[str, Function] = _by_name()
_FOLDED = {name.lower(): function for name, function in CATALOGUE.items()}


def find_function(name: str) -> Function | None:
    """Return the function of that name, written exactly or else ignoring case (behaviour/language 2), or None."""
    return CATALOGUE.get(name) or _FOLDED.get(name.lower())
