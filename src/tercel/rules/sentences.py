"""Rules in words."""

from __future__ import annotations

from tercel.language.printer import sentence
from tercel.language.tree import Call, Literal
from tercel.rules.ruleset import Rule


def rule_sentence(rule: Rule) -> str:
    """Put a rule into words, such as ``When the coupon code is valid, then …``."""
    effects = " and ".join(map(sentence, rule.effects)) or "do nothing"
    if all(isinstance(each, Literal) and each.value is True for each in rule.conditions):
        return f"Always {effects}."
    return f"When {sentence(Call('and', rule.conditions))}, then {effects}."
