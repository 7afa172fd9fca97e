"""Everything wrong with a rule set, found when it is saved (behaviour/language 12).

The linter has the warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.base.limits import CHECK_ERRORS_MAX, NAMED_DEPTH_MAX
from tercel.base.near import did_you_mean
from tercel.language.checker.checker import check
from tercel.language.checker.findings import Finding
from tercel.language.compiler.named import too_deep_message, with_named
from tercel.language.running.scope import Binding as Bound
from tercel.language.running.scope import Scope
from tercel.language.tree import Node
from tercel.rules.reader import read_leniently
from tercel.rules.references import Reference, references_of
from tercel.rules.ruleset import Binding, Rule, Ruleset

#: What rules may refer to, by topic (``audiences``, ``programs`` …): ids as text, and names. A topic that is absent is
#: not checked.
Known = Mapping[str, frozenset[str]]


def check_ruleset(data: Any, scope: Scope, known: Known | None = None) -> list[Finding]:
    """Find all errors of a decoded rule set, in order of writing, up to a limit; a rule set without any can be saved.

    Args:
        data: The decoded JSON.
        scope: The globals that rules see.
        known: What rules may refer to.
    """
    ruleset, problems = read_leniently(data)
    findings = [Finding(problem.pointer or "", problem.title, problem.details) for problem in problems]
    checking = _Checking(known or {})
    checking.ruleset(ruleset, scope)
    return (findings + checking.findings)[:CHECK_ERRORS_MAX]


class _Checking:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.findings: list[Finding] = []

    def ruleset(self, ruleset: Ruleset, scope: Scope) -> None:
        shared = self.bindings(ruleset.bindings, scope, 0)
        for rule in ruleset.rules:
            self.rule(rule, self.bindings(rule.bindings, shared, len(ruleset.bindings)))

    def bindings(self, bindings: tuple[Binding, ...], scope: Scope, slot: int) -> Scope:
        names: set[str] = set()
        for position, binding in enumerate(bindings):
            if binding.name in names:
                message = f"there are two bindings called `{binding.name}`; give each its own name"
                self.findings.append(Finding(f"{binding.at}/name", "duplicate", message))
            names.add(binding.name)
            self.expression(binding.expression, scope)
            scope = with_named(scope, binding.name, slot + position, binding.expression)
            made = scope.find(binding.name)
            if isinstance(made, Bound) and made.levels > NAMED_DEPTH_MAX:
                self.findings.append(Finding(f"{binding.at}/expression", "depth", too_deep_message()))
        return scope

    def rule(self, rule: Rule, scope: Scope) -> None:
        for condition in rule.conditions:
            self.expression(condition, scope)
        for effect in rule.effects:
            self.expression(effect, scope.with_effects(allowed=True))

    def expression(self, node: Node, scope: Scope) -> None:
        self.findings += check(node, scope)
        for reference in references_of(node, scope.names):
            known = self.known.get(reference.topic)
            if known is not None and reference.key not in known:
                self.findings.append(Finding(reference.at, "unknownReference", _unknown(reference, known)))


def _unknown(reference: Reference, known: frozenset[str]) -> str:
    names = (each for each in known if not each.isdigit())
    hint = did_you_mean(reference.value, names) if isinstance(reference.value, str) else ""
    return f"`{reference.user}` refers to `{reference.key}`, which the application does not have{hint}"
