"""Effects that depend on other effects: repetition, and reactions to failure (behaviour/evaluation 4)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from tercel.base.limits import REPEAT_MAX
from tercel.language.catalogue.catalogue import SPECIAL, SPECIAL_EFFECT, Family
from tercel.language.errors import AbortedError, RangeError, TalangError, TypeMismatchError, located
from tercel.language.functions.core import CompiledMap, attempted
from tercel.language.running.run import Compiled, Run
from tercel.language.running.site import Site
from tercel.language.tree import size
from tercel.language.values.kinds import BOOLEAN, NULL
from tercel.language.values.values import kind_of_value, truth, whole

FAMILY = Family("Repetition and failure")


@FAMILY.define(
    "repeat",
    "count:number effect:effect",
    NULL,
    errors="range",
    flags=SPECIAL_EFFECT,
    phrases="{0} times: {1}",
)
def repeat(site: Site, count: Compiled, effect: Compiled) -> Compiled:
    """Compute an effect several times; a fraction of the count is cut off."""
    at, cost = site.call.at, size(site.call.arguments[1])

    def run_repeat(run: Run) -> None:
        number = count(run)
        if not isinstance(number, Decimal):
            raise located(TypeMismatchError(f"`repeat` takes a number, got a {kind_of_value(number)}"), at)
        times = whole(number)
        if times > REPEAT_MAX:
            raise located(RangeError(f"more than {REPEAT_MAX} repetitions"), at)
        run.spend(max(times, 0) * cost)
        for _ in range(times):
            effect(run)

    return run_repeat


@FAMILY.define(
    "onFailure",
    "condition:any effects:reaction...",
    BOOLEAN,
    flags=SPECIAL,
)
def on_failure(_site: Site, condition: Compiled, *effects: Compiled) -> Compiled:
    """Return the truth of the condition; if it is false or fails, the rule fails but the effects are returned all the
    same."""

    def run_condition(run: Run) -> bool:
        try:
            if truth(condition(run)):
                return True
        except TalangError as error:
            if not error.is_caught:
                raise
        run.need_host().failure_effects([partial(effect, run) for effect in effects])
        return False

    return run_condition


@FAMILY.define(
    "onError",
    "reactions:effect effect:effect",
    errors="type",
    flags=SPECIAL_EFFECT,
)
def on_error(site: Site, reactions: Compiled, effect: Compiled) -> Compiled:
    """Compute an effect; if it fails with an error that the map names, compute the effects there instead."""
    if not isinstance(reactions, CompiledMap):
        return _no_map(site.call.at)
    by_name = reactions.entries
    attempt = attempted(effect)

    def run_effect(run: Run) -> Any:
        try:
            return attempt(run)
        except AbortedError:
            raise
        except TalangError as error:
            if error.name not in by_name:
                raise
            reaction = by_name[error.name]
        return reaction(run)

    return run_effect


def _no_map(at: str) -> Compiled:
    def fail(_run: Run) -> Any:
        raise located(TypeMismatchError("the first argument of `onError` is written as `kv`"), at)

    return fail
