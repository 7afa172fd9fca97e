"""Conditions on loyalty programs and cards."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family
from tercel.language.values.kinds import BOOLEAN, NUMBER, STRING

FAMILY = Family("Loyalty programs")

_PROGRAM = "program:string|number@programs"
_BALANCE = f"{_PROGRAM} subledger:string? kind:word(current|pending|negative|tentativeCurrent)?"

FAMILY.hosted(
    "loyaltyBalance",
    _BALANCE,
    NUMBER,
    doc="Return the profile's points in a subledger (the main ledger without one): `current`, `pending`, `negative` or "
    "`tentativeCurrent`, which counts what the open session would change. 0 for those who are no members.",
    phrases=(
        "the balance in loyalty program {0}",
        "the balance in subledger {1} of loyalty program {0}",
        "the {2} balance in subledger {1} of loyalty program {0}",
    ),
)
FAMILY.hosted(
    "loyaltyTier",
    f"{_PROGRAM} subledger:string?",
    STRING,
    doc="Return the name of the profile's tier.",
    errors="missing",
    phrases=("the tier in loyalty program {0}", "the tier in subledger {1} of loyalty program {0}"),
)
FAMILY.hosted(
    "isLoyaltyMember",
    _PROGRAM,
    BOOLEAN,
    doc="Tell whether the profile has joined the program.",
    phrases="the profile is a member of loyalty program {0}|the profile is no member of loyalty program {0}",
)
FAMILY.hosted(
    "loyaltyCardValid",
    _PROGRAM,
    BOOLEAN,
    doc="Tell whether the session carries an active card of the program that this profile may use.",
    phrases="a card of loyalty program {0} is valid|no card of loyalty program {0} is valid",
)
FAMILY.hosted(
    "loyaltyCardRegistered",
    _PROGRAM,
    BOOLEAN,
    doc="Tell whether the session's card is registered to a profile.",
    phrases="the card of loyalty program {0} is registered",
)
FAMILY.hosted(
    "cardBalance",
    _BALANCE,
    NUMBER,
    doc="Return the points on the session's card.",
    errors="missing",
    phrases="the balance of the card of loyalty program {0}",
)
