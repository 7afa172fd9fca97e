"""Tiers that the program does not have."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, Literal, Node, Read, walk
from tercel.rules.lint.lint import Lint, rule, ruleset
from tercel.rules.lint.lints.loyalty.programs import program_of, read_program
from tercel.rules.lint.setting import LoyaltyProgram, Setting
from tercel.rules.lint.view import View

_COMPARISONS = {"=", "!=", "oneOf", "notOneOf"}


def _find(view: View) -> Iterator[tuple[str, str]]:
    for root in view.roots():
        for node in walk(root):
            if isinstance(node, Call) and node.name in _COMPARISONS:
                program = next((found for each in node.arguments if (found := _tiers_of(each, view))), None)
                for name in _names(node) if program else ():
                    if program and name.value not in program.tiers:
                        yield (
                            name.at,
                            f"the program has no tier `{name.value}`, so nobody is ever in it; correct the name, or create the tier",
                        )


def _tiers_of(node: Node, view: View) -> LoyaltyProgram | None:
    """Return the program whose tier an expression is; None when it is something else, or the program is not known."""
    match node:
        case Call(name="loyaltyTier"):
            return program_of(node, view)
        case Read(segments=(_, _, *_, Literal(value=str() as field))) if field.lower() == "tier":
            return read_program(node, view)
    return None


def _names(comparison: Call) -> Iterator[Literal]:
    """Yield the texts that something is compared with."""
    for node in comparison.arguments:
        values = node.arguments if isinstance(node, Call) and node.name == "list" else (node,)
        yield from (value for value in values if isinstance(value, Literal) and isinstance(value.value, str))


def _in_tier(*names: str) -> list[object]:
    return ["and", ["oneOf", ["loyaltyTier", "club"], ["list", *names]]]


LINT = Lint(
    code="noTier",
    title="Nobody can be in the tier",
    why="A tier that the program does not have is reached by nobody, however many points they have: the condition never holds, or its opposite always. "
    "Only said of programs that are known.",
    find=_find,
    example=ruleset(rule(_in_tier("Silver", "Golden"), ["setDiscount", "ten", 10])),
    counterexample=ruleset(
        rule([*_in_tier("Silver", "Gold"), [">=", [".", "Session", "Total"], 10]], ["setDiscount", "ten", 10])
    ),
    setting=Setting(programs={"club": LoyaltyProgram(tiers=frozenset({"Silver", "Gold"}))}),
)
