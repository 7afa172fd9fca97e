"""Entities `Loyalty`, `LoyaltyCard` and `Achievements` of the rule language, by API names (behaviour/evaluation 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.evaluation.snapshot import LoyaltyBalanceFacts, LoyaltyProgramFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    ENTITY,
    NUMBER,
    STRING,
    TIME,
)

#: Points that this evaluation would add or take: (program id, subledger) to points.
Tentative = Callable[[int, str], Decimal]

_NO_BALANCE = LoyaltyBalanceFacts()


class Subledger(Entity):
    """One ledger of a program."""

    __slots__ = ("facts", "key", "tentative")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Balance": Field("balance", NUMBER, "active points"),
        "PendingBalance": Field("pending_balance", NUMBER, "points that are not active yet"),
        "NegativeBalance": Field("negative_balance", NUMBER, "points owed"),
        "TentativeBalance": Field(
            "tentative_balance", NUMBER, "active points with what this session would change"
        ),
        "Tier": Field("tier", STRING, "name of the tier"),
        "TierExpiryDate": Field("tier_expires_at", TIME, "when the tier ends"),
    }

    def __init__(self, facts: LoyaltyBalanceFacts, key: tuple[int, str], tentative: Tentative) -> None:
        self.facts = facts
        self.key = key
        self.tentative = tentative

    @property
    def balance(self) -> Decimal:
        """Active points."""
        return self.facts.current

    @property
    def pending_balance(self) -> Decimal:
        """Points that are not active yet."""
        return self.facts.pending

    @property
    def negative_balance(self) -> Decimal:
        """Points owed."""
        return self.facts.negative

    @property
    def tentative_balance(self) -> Decimal:
        """Active points and what this evaluation would change."""
        return self.facts.current + self.tentative(*self.key)

    @property
    def tier(self) -> str | None:
        """Name of the tier."""
        return self.facts.tier

    @property
    def tier_expires_at(self) -> datetime | None:
        """When the tier ends."""
        return self.facts.tier_expires_at


class Subledgers(Entity):
    """The subledgers of a program by name."""

    __slots__ = ("program", "tentative")

    def __init__(self, program: LoyaltyProgramFacts, tentative: Tentative) -> None:
        self.program = program
        self.tentative = tentative

    def find(self, name: str) -> Any:
        """Return the ledger of that name; one without entries is empty."""
        facts = self.program.subledgers.get(name, _NO_BALANCE)
        return Subledger(facts, (self.program.id, name), self.tentative)


class LoyaltyProgram(Subledger):
    """A program, with the balances of its main ledger."""

    __slots__ = ("program",)
    FIELDS: ClassVar[dict[str, Field]] = {
        **Subledger.FIELDS,
        "JoinDate": Field("joined", TIME, "when the profile joined"),
        "Subledgers": Field("subledgers", ENTITY, "the other ledgers by name", Subledgers),
    }

    def __init__(self, program: LoyaltyProgramFacts, tentative: Tentative) -> None:
        super().__init__(program.subledgers.get("", _NO_BALANCE), (program.id, ""), tentative)
        self.program = program

    @property
    def joined(self) -> datetime | None:
        """When the profile joined."""
        return self.program.joined

    @property
    def subledgers(self) -> Subledgers:
        """The other ledgers."""
        return Subledgers(self.program, self.tentative)


class Loyalty(Entity):
    """The programs by API name."""

    __slots__ = ("programs", "tentative")

    def __init__(self, programs: Mapping[str, LoyaltyProgramFacts], tentative: Tentative) -> None:
        self.programs = programs
        self.tentative = tentative

    def find(self, name: str) -> Any:
        """Return the program of that name."""
        program = self.programs.get(name)
        return None if program is None else LoyaltyProgram(program, self.tentative)


class LoyaltyCard(Entity):
    """The first valid card of the session."""

    __slots__ = ("program",)
    FIELDS: ClassVar[dict[str, Field]] = {
        "Identifier": Field("identifier", STRING, "identifier of the card"),
        "Status": Field("status", STRING, "status of the card"),
        "Balance": Field("balance", NUMBER, "active points of the main ledger"),
        "Tier": Field("tier", STRING, "name of the tier"),
    }

    def __init__(self, program: LoyaltyProgramFacts) -> None:
        self.program = program

    @property
    def identifier(self) -> str | None:
        """The card's identifier."""
        return self.program.card_identifier

    @property
    def status(self) -> str:
        """Status of the card: only active ones reach an evaluation."""
        return "active"

    @property
    def balance(self) -> Decimal:
        """Active points of the main ledger."""
        return self.program.subledgers.get("", _NO_BALANCE).current

    @property
    def tier(self) -> str | None:
        """Name of the tier."""
        return self.program.subledgers.get("", _NO_BALANCE).tier
