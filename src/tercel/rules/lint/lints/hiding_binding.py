"""Bindings that take the name of something built in."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.rules.lint.lint import TOTAL, Lint, rule, ruleset
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for binding in view.bindings():
        if view.globals.find(binding.name) is not None:
            yield (
                f"{binding.at}/name",
                f"`{binding.name}` is also the name of something built in, which it hides; choose another name",
            )


LINT = Lint(
    code="hidingBinding",
    title="The binding hides a built-in name",
    why="Where the binding is visible, its name no longer reads what every rule sets out to read, such as the session or "
    "the coupon. Names of that kind count without regard to case.",
    find=_find,
    example=ruleset(
        rule(["and", [">", TOTAL, [".", "store"]]], ["showNotification", "Info", "Thanks"]),
        bindings=({"name": "store", "expression": ["identity", 50]},),
    ),
    counterexample=ruleset(
        rule(["and", [">", TOTAL, [".", "minimum"]]], ["showNotification", "Info", "Thanks"]),
        bindings=({"name": "minimum", "expression": ["identity", 50]},),
    ),
)
