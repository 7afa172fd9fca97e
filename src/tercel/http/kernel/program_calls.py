"""Calls about points: a program stands when they begin, or a profile or card that has ledgers in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tercel.features.common.scope import Scope
from tercel.features.loyalty.cards.listing import require_card
from tercel.features.loyalty.scope import HolderScope, ProgramScope, require_profile, require_program
from tercel.http.kernel.call import AccountCall, Body, Query
from tercel.points.program import Program


@dataclass(slots=True, kw_only=True)
class ProgramCall(AccountCall[Body, Query]):
    """A request for one loyalty program."""

    program: Program = field(init=False)

    async def open(self) -> None:
        """Find the program.

        Raises:
            ForbiddenError: the caller's application is not connected with it.
            NotFoundError: the account has no such program that the caller may see.
        """
        scope = Scope(caller=self.caller, now=self.now)
        self.program = await require_program(self.tx, scope, self.id("loyaltyProgramId"))

    @property
    def scope(self) -> ProgramScope:
        """Where the request works."""
        return ProgramScope(caller=self.caller, now=self.now, program=self.program)


@dataclass(slots=True, kw_only=True)
class MemberCall(ProgramCall[Body, Query]):
    """A request for the ledgers of one profile."""

    profile_id: int = field(init=False)

    async def open(self) -> None:
        """Find the program and the profile.

        Raises:
            ForbiddenError: the caller's application is not connected with the program.
            InvalidError: cards have the points of the program.
            NotFoundError: there is no such program, or no such profile.
        """
        await ProgramCall.open(self)
        self.profile_id = await require_profile(
            self.tx, self.program, self.caller.account_id, self.identifier("integrationId")
        )

    @property
    def scope(self) -> HolderScope:
        """Where the request works."""
        return HolderScope(
            caller=self.caller,
            now=self.now,
            program=self.program,
            holder_id=self.profile_id,
            name=self.identifier("integrationId"),
        )


@dataclass(slots=True, kw_only=True)
class CardCall(ProgramCall[Body, Query]):
    """A request for one card."""

    card: HolderScope = field(init=False)

    async def open(self) -> None:
        """Find the program and the card.

        Raises:
            ForbiddenError: the caller's application is not connected with the program.
            InvalidError: customers have the points of the program.
            NotFoundError: there is no such program, or no such card.
        """
        await ProgramCall.open(self)
        program = ProgramScope(caller=self.caller, now=self.now, program=self.program)
        self.card = await require_card(self.tx, program, self.identifier("loyaltyCardId"))

    @property
    def scope(self) -> HolderScope:
        """Where the request works."""
        return self.card
