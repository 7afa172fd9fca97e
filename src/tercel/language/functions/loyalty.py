"""Conditions on loyalty programs and cards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.catalogue import Family
from tercel.language.functions._product import host_of, one_of_words
from tercel.language.kinds import BOOLEAN, NUMBER, STRING
from tercel.language.run import Run
from tercel.language.words import BALANCES

FAMILY = Family("Loyalty programs")


@FAMILY.define(
    "loyaltyBalance",
    "program:string|number subledger:string? kind:string?",
    NUMBER,
)
def loyalty_balance(run: Run, program: Any, subledger: str = "", kind: str = "current") -> Decimal:
    """The profile's points in a subledger (the main ledger without one): `current`, `pending`, `negative`
    or `tentativeCurrent`, which counts what the open session would change. 0 for those who are no
    members."""
    return host_of(run).loyalty_balance(program, subledger, one_of_words(kind, BALANCES, "balance"))


@FAMILY.define(
    "loyaltyTier",
    "program:string|number subledger:string?",
    STRING,
    errors="missing",
)
def loyalty_tier(run: Run, program: Any, subledger: str = "") -> str:
    """The name of the profile's tier."""
    return host_of(run).loyalty_tier(program, subledger)


@FAMILY.define(
    "isLoyaltyMember",
    "program:string|number",
    BOOLEAN,
)
def is_loyalty_member(run: Run, program: Any) -> bool:
    """Whether the profile has joined the program."""
    return host_of(run).is_loyalty_member(program)


@FAMILY.define(
    "loyaltyCardValid",
    "program:string|number",
    BOOLEAN,
)
def loyalty_card_valid(run: Run, program: Any) -> bool:
    """Whether the session carries an active card of the program that this profile may use."""
    return host_of(run).loyalty_card_valid(program)


@FAMILY.define(
    "loyaltyCardRegistered",
    "program:string|number",
    BOOLEAN,
)
def loyalty_card_registered(run: Run, program: Any) -> bool:
    """Whether the session's card is registered to a profile."""
    return host_of(run).loyalty_card_registered(program)


@FAMILY.define(
    "cardBalance",
    "program:string|number subledger:string? kind:string?",
    NUMBER,
    errors="missing",
)
def card_balance(run: Run, program: Any, subledger: str = "", kind: str = "current") -> Decimal:
    """The points on the session's card."""
    return host_of(run).card_balance(program, subledger, one_of_words(kind, BALANCES, "balance"))
