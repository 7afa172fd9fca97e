"""And, or, not: in order, stopping as soon as the answer is known (behaviour/language 6, 7)."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import SPECIAL, Family
from tercel.language.errors import TalangError, located
from tercel.language.running.run import Compiled, Run
from tercel.language.running.site import Site
from tercel.language.values.kinds import BOOLEAN
from tercel.language.values.values import truth

FAMILY = Family("Logic", is_foldable=True)


@FAMILY.define(
    "and",
    "conditions:any*",
    BOOLEAN,
    examples=[('["and", true, [">", 2, 1]]', "true"), ('["and"]', "true")],
    errors="type",
    flags=SPECIAL,
)
def and_(site: Site, *conditions: Compiled) -> Compiled:
    """Tell whether every condition holds; stop at the first that does not. A list counts as true."""
    return _until(False, conditions, site.call.at)


@FAMILY.define(
    "or",
    "conditions:any*",
    BOOLEAN,
    examples=[('["or", false, [">", 2, 1]]', "true"), ('["or"]', "false")],
    errors="type",
    flags=SPECIAL,
)
def or_(site: Site, *conditions: Compiled) -> Compiled:
    """Tell whether some condition holds; stop at the first that does. A list counts as true."""
    return _until(True, conditions, site.call.at)


def _until(decisive: bool, conditions: tuple[Compiled, ...], at: str) -> Compiled:
    other = not decisive
    match conditions:
        case [one]:
            return lambda run: _decide(one(run), at)
        case [one, two]:

            def two_conditions(run: Run) -> bool:
                value = one(run)
                if value is decisive or (value is not other and _decide(value, at) is decisive):
                    return decisive
                return _decide(two(run), at)

            return two_conditions

    def all_conditions(run: Run) -> bool:
        for condition in conditions:
            value = condition(run)
            if value is decisive or (value is not other and _decide(value, at) is decisive):
                return decisive
        return other

    return all_conditions


def _decide(value: object, at: str) -> bool:
    if value is True or value is False:
        return bool(value)
    try:
        return truth(value)
    except TalangError as error:
        located(error, at)
        raise


@FAMILY.define("not", "condition:boolean", BOOLEAN, examples=[('["not", false]', "true")])
def not_(_run: Run, condition: bool) -> bool:
    """Return the opposite of a condition."""
    return not condition
