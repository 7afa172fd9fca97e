"""Joining a program (behaviour/loyalty 7)."""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import InvalidError
from tercel.database.transaction import Transaction
from tercel.features.customers.profiles.store import ensure_profiles
from tercel.features.loyalty.points.manual import manual_origin
from tercel.features.loyalty.scope import HolderScope, ProgramScope, require_kind
from tercel.ledger.points.direct import open_book


async def ensure_member(tx: Transaction, scope: ProgramScope, integration_id: str) -> HolderScope:
    """Return the scope of a profile, which is created when unknown; no application has seen it then.

    Raises:
        InvalidError: cards have the points of the program.
    """
    program = scope.program
    require_kind(program, is_card_based=False)
    known = await ensure_profiles(tx, scope.account_id, program.sandbox, [integration_id])
    (profile_id,) = known.values()
    return HolderScope(
        caller=scope.caller, now=scope.now, program=program, holder_id=profile_id, name=integration_id
    )


async def join_program(tx: Transaction, scope: HolderScope) -> None:
    """Let a profile join now.

    Raises:
        InvalidError: it has joined already.
    """
    key = scope.ledger("")
    async with open_book(
        await tx.driver_connection(), scope.account_id, scope.program, [key], manual_origin(scope, None)
    ) as book:
        row = book.open(key)
        joined: datetime | None = row.joined
        if joined is not None:
            raise InvalidError.parameter(
                "integrationId", "unique", f"customer `{scope.name}` has joined the program already"
            )
        row.joined = scope.now
