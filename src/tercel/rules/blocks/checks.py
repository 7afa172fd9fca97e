"""The other blocks that check something, and groups of checks (rules.md 4.1)."""

from __future__ import annotations

from typing import Any

from tercel.language.words import BALANCES
from tercel.rules.blocks.attribute_checks import ATTRIBUTE_CHECKS
from tercel.rules.blocks.codecs import CHECKS, FLAG, NUMBER, WORD, choice
from tercel.rules.blocks.forms import ABSENT, Form, Hole, Rest
from tercel.rules.blocks.references import ACHIEVEMENT, AUDIENCE, PROGRAM

_BUDGETED_ACTIONS = (
    "redeemCoupon", "redeemReferral", "setDiscount", "createCoupon", "createReferral", "setDiscountEffect",
    "createLoyaltyPoints", "createLoyaltyPointsEffect", "redeemLoyaltyPoints", "redeemLoyaltyPointsEffect",
    "awardGiveaway", "addFreeItemEffect", "customEffect", "callApi",
)  # fmt: skip

_WHO = Hole("profile", choice("Current", "Advocate"))
_AUDIENCE = Hole("audience", AUDIENCE)
_ACHIEVEMENT = Hole("achievement", ACHIEVEMENT)
_ACTION = Hole("action", choice(*_BUDGETED_ACTIONS))
_REDEEM = Hole("redeem", FLAG, default=True)
_BALANCE = [
    "loyaltyBalance",
    Hole("program", PROGRAM),
    Hole("subledger", WORD, default=""),
    Hole("balance", choice(*BALANCES), default="current"),
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
_AUDIENCES = [
    _form("checkAudience", ["isAudienceMember", _WHO, _AUDIENCE], operator="member"),
    _form("checkAudience", ["not", ["isAudienceMember", _WHO, _AUDIENCE]], operator="not(member)"),
    _form("checkAudience", ["audienceJustJoined", _WHO, _AUDIENCE], operator="justJoined"),
    _form("checkAudience", ["audienceJustLeft", _WHO, _AUDIENCE], operator="justLeft"),
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
_STATES = {
    "started": "achievementStarted",
    "inProgress": "achievementInProgress",
    "completed": "achievementCompleted",
}
_ACHIEVEMENTS = [
    _form("checkAchievement", ["achievementJustCompleted", _ACHIEVEMENT], operator="justCompleted"),
    *(_form("checkAchievement", [name, _ACHIEVEMENT], operator=state) for state, name in _STATES.items()),
    *(
        _form("checkAchievement", ["not", [name, _ACHIEVEMENT]], operator=f"not({state})")
        for state, name in _STATES.items()
    ),
]
_BUDGETS = [
    _form("checkBudget", ["budgetAvailable", _ACTION], operator="available"),
    _form("checkBudget", ["budgetEnoughFor", _ACTION, Hole("value", NUMBER)], operator="enoughFor"),
]
_GROUPS = [
    _form("group", ["and", _BLOCKS], operator="all"),
    _form("group", ["or", _BLOCKS], operator="atLeastOne"),
    _form("group", ["not", ["or", _BLOCKS]], operator="none"),
]

#: In the order in which they are tried: the special before the general.
CHECK_FORMS = [
    _form("checkCoupon", ["couponValid", _REDEEM]),
    _form("checkReferral", ["referralValid", _REDEEM]),
    *_EVENTS,
    *_AUDIENCES,
    *_BALANCES,
    *_ACHIEVEMENTS,
    *_BUDGETS,
    *_GROUPS,
    *ATTRIBUTE_CHECKS,
]
