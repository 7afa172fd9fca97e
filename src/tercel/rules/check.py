"""Everything wrong with a rule set, found when it is saved (rules.md 7.3).

The warnings of rules.md 7.3, 4 and 8, are those of the linter.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tercel.base.limits import CHECK_ERRORS_MAX
from tercel.language.checker import check
from tercel.language.compiler import compile_expression
from tercel.language.findings import Finding
from tercel.language.scope import Scope
from tercel.language.shapes import shape_of
from tercel.language.tree import Call, Literal, Node, walk
from tercel.rules.reader import read_leniently
from tercel.rules.ruleset import Binding, Rule, Ruleset

#: What rules may refer to, by topic (``audiences``, ``programs`` …): ids as text, and names. A topic that is absent is
#: not checked.
Known = Mapping[str, frozenset[str]]

_REFERENCES = {
    "isAudienceMember": (1, "audiences"),
    "audienceJustJoined": (1, "audiences"),
    "audienceJustLeft": (1, "audiences"),
    "addToAudience": (0, "audiences"),
    "removeFromAudience": (0, "audiences"),
    "loyaltyBalance": (0, "programs"),
    "loyaltyTier": (0, "programs"),
    "isLoyaltyMember": (0, "programs"),
    "loyaltyCardValid": (0, "programs"),
    "loyaltyCardRegistered": (0, "programs"),
    "cardBalance": (0, "programs"),
    "addLoyaltyPoints": (0, "programs"),
    "addLoyaltyPointsPerItem": (0, "programs"),
    "deductLoyaltyPoints": (0, "programs"),
    "extendLoyaltyPointsExpiryDate": (0, "programs"),
    "setLoyaltyPointsExpiryDate": (0, "programs"),
    "achievementStarted": (0, "achievements"),
    "achievementInProgress": (0, "achievements"),
    "achievementCompleted": (0, "achievements"),
    "achievementJustCompleted": (0, "achievements"),
    "achievementProgress": (0, "achievements"),
    "increaseAchievementProgress": (0, "achievements"),
    "startAchievementProgress": (0, "achievements"),
    "awardGiveaway": (0, "pools"),
    "triggerWebhook": (0, "webhooks"),
    "customEffect": (0, "customEffects"),
    "customEffectPerItem": (0, "customEffects"),
    "setDiscountPerAdditionalCost": (1, "additionalCosts"),
    "setDiscountPerAdditionalCostPerItem": (1, "additionalCosts"),
    "inCollection": (1, "collections"),
    "notInCollection": (1, "collections"),
    "valueMapItems": (1, "valueMaps"),
    "applicationFilter": (0, "filters"),
}


def check_ruleset(data: Any, scope: Scope, known: Known | None = None) -> list[Finding]:
    """All errors of a decoded rule set, in order of writing, up to a limit; without any it can be saved.

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
            compiled = compile_expression(binding.expression, scope)
            scope = scope.with_binding(
                binding.name, slot + position, compiled, shape_of(binding.expression, scope)
            )
        return scope

    def rule(self, rule: Rule, scope: Scope) -> None:
        for condition in rule.conditions:
            self.expression(condition, scope)
        for effect in rule.effects:
            self.expression(effect, scope.with_effects(allowed=True))

    def expression(self, node: Node, scope: Scope) -> None:
        self.findings += check(node, scope)
        for part in walk(node):
            if isinstance(part, Call) and part.name in _REFERENCES:
                self.reference(part)

    def reference(self, call: Call) -> None:
        position, topic = _REFERENCES[call.name]
        known = self.known.get(topic)
        if known is None or position >= len(call.arguments):
            return
        argument = call.arguments[position]
        if isinstance(argument, Literal) and _as_key(argument.value) not in known:
            message = f"`{call.name}` refers to `{argument.value}`, which does not exist"
            self.findings.append(Finding(argument.at, "unknownReference", message))


def _as_key(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
