"""Loyalty programs, cards and achievements as rules see them, by the API names of the programs (rules.md 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.base.numbers import ZERO
from tercel.evaluation.snapshot import AchievementFacts, LoyaltyBalanceFacts, LoyaltyProgramFacts
from tercel.language.entity import Entity, Field
from tercel.language.kinds import ENTITY, NUMBER, STRING, TIME

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
        """The ledger of that name; one without entries is empty."""
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
        """The program of that name."""
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
        """Only active cards are facts of an evaluation."""
        return "active"

    @property
    def balance(self) -> Decimal:
        """Active points of the main ledger."""
        return self.program.subledgers.get("", _NO_BALANCE).current

    @property
    def tier(self) -> str | None:
        """Name of the tier."""
        return self.program.subledgers.get("", _NO_BALANCE).tier


class Achievement(Entity):
    """An achievement with the progress of the profile, what this evaluation adds included."""

    __slots__ = ("facts", "progress", "status")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Progress": Field("progress", NUMBER, "progress so far"),
        "Target": Field("target", NUMBER, "progress that completes it"),
        "Status": Field("status", STRING, "notStarted, inProgress, completed or expired"),
        "EndDate": Field("ends_at", TIME, "when the current period ends"),
    }

    def __init__(self, facts: AchievementFacts, progress: Decimal, status: str) -> None:
        self.facts = facts
        self.progress = progress
        self.status = status

    @property
    def target(self) -> Decimal:
        """Progress that completes it."""
        return self.facts.target

    @property
    def ends_at(self) -> datetime | None:
        """End of the current period."""
        return self.facts.ends_at


class Achievements(Entity):
    """The achievements by API name."""

    __slots__ = ("find_achievement",)

    def __init__(self, find_achievement: Callable[[str], Achievement | None]) -> None:
        self.find_achievement = find_achievement

    def find(self, name: str) -> Any:
        """The achievement of that name."""
        return self.find_achievement(name)


def no_points(_program_id: int, _subledger: str) -> Decimal:
    """The tentative change where nothing can change."""
    return ZERO
