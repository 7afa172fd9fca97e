"""Loyalty programs and achievements read by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Literal, Read, walk
from tercel.rules.lint.lint import Lint, rule, ruleset
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.view import View

_TOPICS = {
    "loyalty": ("programs", "loyalty program"),
    "achievements": ("achievements", "achievement"),
}


def _find(view: View) -> Iterator[tuple[str, str]]:
    hidden = {binding.name for binding in view.bindings()}
    for root in view.roots():
        for node in walk(root):
            match node:
                case Read(segments=(Literal(value=str() as entity), Literal(value=str() as name), *_)):
                    topic, what = _TOPICS.get(entity.lower(), ("", ""))
                    known = view.setting.known.get(topic)
                    if entity not in hidden and known is not None and name not in known:
                        yield (
                            node.segments[1].at,
                            f"there is no {what} called `{name}`; create it, or correct the name",
                        )


LINT = Lint(
    code="unknownMembership",
    title="The loyalty program or achievement does not exist",
    why="Reading points, tiers or progress by a name that does not exist always fails. Only a remark, for programs and "
    "achievements are often created after the rules.",
    find=_find,
    example=ruleset(
        rule(
            ["and", [">", [".", "Loyalty", "clubb", "Balance"], 100]],
            ["showNotification", "Info", "Spend them"],
        )
    ),
    counterexample=ruleset(
        rule(
            ["and", [">", [".", "Loyalty", "club", "Balance"], 100]],
            ["showNotification", "Info", "Spend them"],
        )
    ),
    severity="info",
    setting=Setting(known={"programs": frozenset({"club", "7"})}),
)
