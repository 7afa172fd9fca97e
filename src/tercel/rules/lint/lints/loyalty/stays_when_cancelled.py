"""Points that a cancelled session does not take back."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.base.durations import IMMEDIATE
from tercel.language.catalogue.budgets import POINTS
from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Literal
from tercel.rules.lint.gifts import gift_of, option
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.lints.loyalty.programs import program_of
from tercel.rules.lint.setting import LoyaltyProgram, Setting
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        for effect in each.plain_effects():
            gift = gift_of(effect)
            program = program_of(effect, view) if gift and gift.budget is POINTS else None
            if program and not program.takes_active_back and _starts_at_once(effect, program):
                yield (
                    effect.at,
                    (
                        "the points are active at once and the program takes back pending ones only, so they stay when the session is "
                        "cancelled; let them start later, or choose another return policy"
                    ),
                )


def _starts_at_once(effect: Call, program: LoyaltyProgram) -> bool:
    function = find_function(effect.name)
    assert function is not None, "the effect gives points"
    options = effect.arguments[function.index_of("options") :]
    if any(not (isinstance(each, Call) and each.name == "kv") for each in options):
        return False  # Because: options that are computed may say anything.
    start = option(effect, "startDate")
    if start is None:
        return program.starts_at_once
    return isinstance(start, Literal) and start.value == IMMEDIATE


_AMOUNT = ["floor", TOTAL]
_LATER = ["kv", ["startDate", "on_action"]]

LINT = Lint(
    code="pointsStay",
    title="The points stay when the session is cancelled",
    why="With `only_pending` a program takes back no active points. Points that are active at once stay after a cancellation, so that buying, "
    "cancelling and buying again earns as often as it is done. Only said of programs that are known.",
    find=_find,
    example=ruleset(rule(ALWAYS, ["addLoyaltyPoints", "club", "Earned", _AMOUNT])),
    counterexample=ruleset(rule(ALWAYS, ["addLoyaltyPoints", "club", "Earned", _AMOUNT, _LATER])),
    setting=Setting(programs={"club": LoyaltyProgram(takes_active_back=False)}),
)
