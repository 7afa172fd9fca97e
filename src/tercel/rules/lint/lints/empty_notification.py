"""Notifications that say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, Literal, Node, walk
from tercel.rules.lint.lint import ALWAYS, Lint, rule, ruleset
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        for root in (*each.conditions, *each.effects):
            for node in walk(root):
                if isinstance(node, Call) and node.name == "showNotification":
                    texts = node.arguments[1:3]
                    if texts and all(map(_is_blank, texts)):
                        yield node.at, "the notification has no text; give it a title or a body"


def _is_blank(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str) and not node.value.strip()


LINT = Lint(
    code="emptyNotification",
    title="The notification has no text",
    why="Title and body are blank, so that the customer is shown an empty box.",
    find=_find,
    example=ruleset(rule(ALWAYS, ["showNotification", "Info", "", " "])),
    counterexample=ruleset(rule(ALWAYS, ["showNotification", "Info", "Free shipping from 50"])),
)
