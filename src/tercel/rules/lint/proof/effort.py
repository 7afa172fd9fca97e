"""The work of the linter: counted, bounded, and nothing computed twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from tercel.base.limits import LINT_STEPS_MAX
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Node, size, walk
from tercel.rules.lint.proof.identity import Identity, identity

T = TypeVar("T")

#: What a budget leaves may move between two conditions: reactions to a failed one take from it.
_UNSTABLE = {
    "budgetAvailable", "budgetEnoughFor", "budgetRemaining", "couponCanBeCreated", "referralCanBeCreated",
}  # fmt: skip


class OutOfEffortError(Exception):
    """The rule set is too much to reason about; what was found so far stands."""


class Effort:
    """The steps that one run of the linter has left, and what it has found out about expressions.

    Expressions and scopes are told apart by identity of the objects, which live as long as this one.
    """

    def __init__(self, steps: int = LINT_STEPS_MAX) -> None:
        self._left = steps
        self._identities: dict[tuple[int, int], tuple[Identity, Node, Scope]] = {}
        self._stable: dict[int, tuple[bool, Node]] = {}
        self._answers: dict[Hashable, Any] = {}

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            OutOfEffortError: there are none left.
        """
        self._left -= steps
        if self._left < 0:
            raise OutOfEffortError

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """Return the answer to a question, computed when it is first asked."""
        if question not in self._answers:
            self._answers[question] = answer()
        found: T = self._answers[question]
        return found

    def identity(self, node: Node, scope: Scope) -> Identity:
        """Return a key that is equal for expressions that mean the same."""
        key = (id(node), id(scope))
        found = self._identities.get(key)
        if found is None:
            self.spend(size(node))
            found = self._identities[key] = (identity(node, scope), node, scope)
        return found[0]

    def is_stable(self, node: Node) -> bool:
        """Tell whether an expression keeps its value between two conditions."""
        found = self._stable.get(id(node))
        if found is None:
            self.spend(size(node))
            is_stable = not any(isinstance(part, Call) and part.name in _UNSTABLE for part in walk(node))
            found = self._stable[id(node)] = (is_stable, node)
        return found[0]
