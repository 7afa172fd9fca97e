"""Loyalty programs."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.loyalty.programs import service
from tercel.features.loyalty.programs.model import (
    LoyaltyProgram,
    LoyaltyProgramChange,
    NewLoyaltyProgram,
)
from tercel.features.loyalty.programs.resource import PROGRAMS
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Loyalty", "/v1/loyalty_programs", Access.MANAGEMENT)


@api.post("createLoyaltyProgram", status=201)
async def create_loyalty_program(call: AccountCall[NewLoyaltyProgram]) -> LoyaltyProgram:
    """Create a loyalty program."""
    return await service.create_program(call.tx, call.scope, call.body)


@api.get("getLoyaltyPrograms")
async def get_loyalty_programs(call: AccountCall[None, Paged]) -> Counted[LoyaltyProgram]:
    """List the loyalty programs of the account."""
    return await PROGRAMS.counted(call.tx, call.scope, call.query)


@api.get("getLoyaltyProgram", "/{loyaltyProgramId}")
async def get_loyalty_program(call: AccountCall) -> LoyaltyProgram:
    """Get a loyalty program."""
    return await PROGRAMS.get(call.tx, call.scope, call.id("loyaltyProgramId"))


@api.put("updateLoyaltyProgram", "/{loyaltyProgramId}")
async def update_loyalty_program(call: AccountCall[LoyaltyProgramChange]) -> LoyaltyProgram:
    """Update a loyalty program."""
    program_id = call.id("loyaltyProgramId")
    return await service.update_program(call.tx, call.scope, program_id, call.body)


@api.delete("deleteLoyaltyProgram", "/{loyaltyProgramId}")
async def delete_loyalty_program(call: AccountCall) -> None:
    """Delete a loyalty program."""
    await service.delete_program(call.tx, call.scope, call.id("loyaltyProgramId"))
