"""Cards of programs that count points by customers."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, walk
from tercel.rules.lint.gifts import option
from tercel.rules.lint.lint import ALWAYS, Lint, rule, ruleset
from tercel.rules.lint.lints.loyalty.programs import program_of
from tercel.rules.lint.setting import LoyaltyProgram, Setting
from tercel.rules.lint.view import View

_QUESTIONS = {
    "loyaltyCardValid": "is always false",
    "loyaltyCardRegistered": "is always false",
    "cardBalance": "always fails",
}


def _find(view: View) -> Iterator[tuple[str, str]]:
    for root in view.roots():
        for node in walk(root):
            if isinstance(node, Call) and (problem := _problem(node, view)):
                yield (
                    node.at,
                    f"the program has no cards, so {problem}; ask for points of the profile, or name a program with cards",
                )


def _problem(call: Call, view: View) -> str:
    """Explain what a card does not do in the program of a call; return an empty text if it may have cards."""
    program = program_of(call, view)
    if program is None or program.is_card_based:
        return ""
    if call.name in _QUESTIONS:
        return f"`{call.name}` {_QUESTIONS[call.name]}"
    return "the option `card` does nothing" if option(call, "card") is not None else ""


LINT = Lint(
    code="noCards",
    title="The program has no cards",
    why="A program counts points by customers or by cards, and never changes from one to the other. Where it counts by customers no session has a card of it. "
    "Only said of programs that are known.",
    find=_find,
    example=ruleset(
        rule(["and", ["loyaltyCardValid", "club"]], ["showNotification", "Info", "Welcome back"]),
        rule(ALWAYS, ["addLoyaltyPoints", "club", "Earned", 5, ["kv", ["card", "CARD-1"]]]),
    ),
    counterexample=ruleset(
        rule(["and", ["loyaltyCardValid", "fuel"]], ["showNotification", "Info", "Welcome back"]),
        rule(["and", ["isLoyaltyMember", "club"]], ["addLoyaltyPoints", "club", "Earned", 5]),
    ),
    setting=Setting(programs={"club": LoyaltyProgram(), "fuel": LoyaltyProgram(is_card_based=True)}),
)
