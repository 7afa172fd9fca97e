"""Where requests about points work: a program, and a holder of its ledgers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, select

from tercel.base.errors import ForbiddenError, InvalidError, NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.customers import profiles
from tercel.database.tables.loyalty import loyalty_programs, loyalty_tiers
from tercel.database.transaction import Transaction
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import within_rights
from tercel.features.loyalty.programs.load import program_from_row
from tercel.ledger.points.rows import LedgerKey
from tercel.points.program import Program
from tercel.points.tiers.ladder import Tier


class ProgramScope(Scope, frozen=True, kw_only=True):
    """A loyalty program that the caller may use."""

    program: Program

    def holds(self, table: FromClause) -> list[ColumnElement[bool]]:
        return [*Scope.holds(self, table), table.c.program_id == self.program.id]


class HolderScope(ProgramScope, frozen=True, kw_only=True):
    """A profile or a card that has ledgers in the program. ``name`` is the integration id or the identifier."""

    holder_id: int
    name: str

    def holds(self, table: FromClause) -> list[ColumnElement[bool]]:
        return [*ProgramScope.holds(self, table), table.c.holder_id == self.holder_id]

    def ledger(self, subledger: str) -> LedgerKey:
        """Return the key of one of the ledgers."""
        return LedgerKey(self.program.id, self.holder_id, subledger)


async def require_program(tx: Transaction, scope: Scope, program_id: int) -> Program:
    """Return a program.

    Raises:
        ForbiddenError: the caller's application is not connected with it.
        NotFoundError: the account has none with this id that the caller may see.
    """
    table, caller = loyalty_programs, scope.caller
    is_shop = caller.application_id is not None
    rights = [] if is_shop else within_rights(table.c.subscribed_applications, caller)
    statement = select(table).where(*Scope.holds(scope, table), table.c.id == program_id, *rights)
    row: Any = await tx.one_or_none(statement)
    if row is None:
        raise NotFoundError(f"there is no loyalty program `{program_id}`")
    of_program = loyalty_tiers.c.program_id == program_id
    columns = (loyalty_tiers.c.id, loyalty_tiers.c.name, loyalty_tiers.c.min_points)
    found = await tx.all(select(*columns).where(*Scope.holds(scope, loyalty_tiers), of_program))
    program = program_from_row(
        row, {program_id: [Tier(each.id, each.name, each.min_points) for each in found]}
    )
    if is_shop and caller.application_id not in program.application_ids:
        raise ForbiddenError(f"loyalty program `{program_id}` is not connected with this application")
    return program


async def require_profile(tx: Transaction, program: Program, account_id: int, integration_id: str) -> int:
    """Return the id of a profile that may have points in a program.

    Raises:
        InvalidError: cards have the points of the program.
        NotFoundError: there is no such profile.
    """
    require_kind(program, is_card_based=False)
    table = profiles
    found = await tx.scalar(
        select(table.c.id).where(
            table.c.account_id == account_id,
            table.c.sandbox == program.sandbox,
            table.c.key == lookup_key(integration_id),
        )
    )
    if found is None:
        raise NotFoundError(f"customer `{integration_id}` does not exist")
    return int(found)


def require_kind(program: Program, *, is_card_based: bool) -> None:
    """Refuse what only programs of the other kind have.

    Raises:
        InvalidError: the program is of the other kind.
    """
    if program.is_card_based != is_card_based:
        kind = "cards" if program.is_card_based else "profiles"
        details = f"in loyalty program `{program.id}`, {kind} have the points"
        raise InvalidError.parameter("loyaltyProgramId", "not", details)
