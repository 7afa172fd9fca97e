"""The blocks that check something: those of several calls, groups of checks, and what functions declare (behaviour/evaluation 9)."""

from __future__ import annotations

from typing import Any

from tercel.language.functions.all import CATALOGUE
from tercel.rules.blocks.codecs import CHECKS, NUMBER, WORD, choice
from tercel.rules.blocks.families.declared import declared_forms, words_of
from tercel.rules.blocks.families.references import REFERENCES
from tercel.rules.blocks.forms import ABSENT, Form, Hole, Rest

_BALANCE = [
    "loyaltyBalance",
    Hole("program", REFERENCES["programs"]),
    Hole("subledger", WORD, default=""),
    Hole("balance", choice(*words_of(CATALOGUE["loyaltyBalance"], "kind")), default="current"),
]
_MATCHERS = Rest("matchers", CHECKS)
_BLOCKS = Rest("blocks", CHECKS)


def _form(block_type: str, pattern: Any, **fields: Any) -> Form:
    return Form({"type": block_type, **fields}, pattern)


_EVENT_TYPE = Hole("eventType", WORD)
_EVENTS = [
    _form("checkEvent", ["eventIs", _EVENT_TYPE], matchers=ABSENT),
    _form("checkEvent", ["and", ["eventIs", _EVENT_TYPE], _MATCHERS]),
    _form("checkEvent", ["=", [".", "Event", "Type"], _EVENT_TYPE], matchers=ABSENT),
]
_COMPARISONS = {
    "equals": "=",
    "not(equals)": "!=",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}
_BALANCES = [
    _form("checkLoyaltyBalance", [function, _BALANCE, Hole("value", NUMBER)], operator=operator)
    for operator, function in _COMPARISONS.items()
]
_GROUPS = [
    _form("group", ["and", _BLOCKS], operator="all"),
    _form("group", ["or", _BLOCKS], operator="atLeastOne"),
    _form("group", ["not", ["or", _BLOCKS]], operator="none"),
]

#: In the order in which they are tried: the special before the general.
CHECK_FORMS = [*_EVENTS, *_BALANCES, *_GROUPS, *declared_forms(effects=False)]
