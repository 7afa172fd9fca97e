"""Defining, changing and deleting loyalty programs (behaviour/loyalty 1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.database.revisions import hold_decisions, touch_account
from tercel.database.tables.loyalty import (
    loyalty_card_profiles,
    loyalty_cards,
    loyalty_programs,
    loyalty_tiers,
)
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.check import check_code_settings
from tercel.features.campaigns.rulesets.programs import find_campaign_with_program
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import check_applications
from tercel.features.loyalty.programs import checks
from tercel.features.loyalty.programs.model import (
    LoyaltyProgram,
    LoyaltyProgramChange,
    NewLoyaltyProgram,
    NewLoyaltyTier,
)
from tercel.features.loyalty.programs.resource import PROGRAMS, Usage, usage_of

_DEFAULTS: dict[str, Any] = {
    "description": "",
    "subscribed_applications": [],
    "users_per_card_limit": 0,
    "program_join_policy": "not_join",
    "return_policy": "within_balance",
}
_POINTER = "/subscribedApplications"


async def create_program(tx: Transaction, scope: Scope, new: NewLoyaltyProgram) -> LoyaltyProgram:
    """Define a program.

    Raises:
        ConflictError: the name is taken.
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: with every problem of its values.
    """
    values = _given(new)
    program = {**dict.fromkeys(values), **_DEFAULTS, **_without_gaps(values)}
    # Because: a caller may send the tiers of another program, as it read them.
    tiers = [msgspec.structs.replace(tier, id=None) for tier in new.tiers or []]
    await _check(tx, scope, new, program, tiers)
    made = await PROGRAMS.create(tx, scope, program)
    await _write_tiers(tx, scope, made, tiers)
    return await PROGRAMS.get(tx, scope, made.id)


async def update_program(
    tx: Transaction, scope: Scope, program_id: int, change: LoyaltyProgramChange
) -> LoyaltyProgram:
    """Change a program; what is not given stays.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: with every problem of its values, or for what may not change any more.
        NotFoundError: the account has none with this id that the caller may see.
    """
    # Because: changes of one program wait for each other, so that each knows the tiers that there are.
    await touch_account(tx, scope.account_id)
    current = await PROGRAMS.get(tx, scope, program_id)
    values = _given(change)
    before = {name: getattr(current, name) for name in values}
    program = before | _without_gaps(values)
    usage = (await usage_of(tx, scope, [program_id]))[program_id]
    tiers = None if change.tiers is None else _named(change.tiers, current)
    _refuse(checks.check_change(before, program, tiers, usage))
    await _check(tx, scope, change, program, tiers or [])
    changed = await PROGRAMS.change(tx, scope, program_id, program)
    if tiers is not None:
        await _write_tiers(tx, scope, changed, tiers)
    return await PROGRAMS.get(tx, scope, program_id)


async def delete_program(tx: Transaction, scope: Scope, program_id: int) -> None:
    """Delete a program without points and members, which no rules in force name, and its cards.

    Raises:
        ConflictError: it has points or members, or an enabled campaign names it.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await touch_account(tx, scope.account_id)
    program = await PROGRAMS.get(tx, scope, program_id)
    campaign_id = await find_campaign_with_program(
        tx, program.subscribed_applications, program_id, program.name
    )
    if campaign_id is not None:
        details = (
            f"the rules of campaign `{campaign_id}` name loyalty program `{program_id}`: disable it first"
        )
        raise ConflictError(details)
    await _hold_points(tx, program)
    usage: Usage = (await usage_of(tx, scope, [program_id]))[program_id]
    if usage.has_ledgers:
        raise ConflictError(f"loyalty program `{program_id}` has points or members")
    for table in (loyalty_card_profiles, loyalty_cards, loyalty_tiers):
        await tx.execute(delete(table).where(*scope.holds(table), table.c.program_id == program_id))
    await PROGRAMS.delete(tx, scope, program_id)


async def _hold_points(tx: Transaction, program: LoyaltyProgram) -> None:
    """Let no points of a program be written until the end of this transaction, by hand or by orders; wait for those on their way."""
    await tx.execute(
        select(loyalty_programs.c.id).where(loyalty_programs.c.id == program.id).with_for_update()
    )
    for application_id in sorted(program.subscribed_applications):
        await hold_decisions(tx, application_id)


def _given(program: LoyaltyProgramChange) -> dict[str, Any]:
    values = msgspec.structs.asdict(program)
    del values["tiers"]
    settings = values["card_code_settings"]
    return values | {"card_code_settings": None if settings is None else msgspec.to_builtins(settings)}


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


async def _check(
    tx: Transaction,
    scope: Scope,
    given: LoyaltyProgramChange,
    program: dict[str, Any],
    tiers: list[NewLoyaltyTier],
) -> None:
    await check_applications(tx, scope.caller, program["subscribed_applications"], _POINTER)
    problems = [*checks.check_program(program), *checks.check_tiers(tiers)]
    problems += check_code_settings(given.card_code_settings, "/cardCodeSettings")
    _refuse([*problems, *await checks.check_surroundings(tx, scope, program)])


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidError(*found)


def _named(tiers: list[NewLoyaltyTier], current: LoyaltyProgram) -> list[NewLoyaltyTier]:
    """Return the tiers with the ids of those that there are already, found by id or by name.

    Raises:
        InvalidError: the program has no tier with an id.
    """
    ids = {tier.id for tier in current.tiers}
    by_name = {tier.name: tier.id for tier in current.tiers}
    for place, tier in enumerate(tiers):
        if tier.id is not None and tier.id not in ids:
            raise InvalidError.at(f"/tiers/{place}/id", "Unknown", f"the program has no tier `{tier.id}`")
    taken = {tier.id for tier in tiers}
    found = []
    for tier in tiers:
        known = by_name.get(tier.name)
        is_free = tier.id is None and known is not None and known not in taken
        found.append(msgspec.structs.replace(tier, id=known) if is_free else tier)
    return found


async def _write_tiers(
    tx: Transaction, scope: Scope, program: LoyaltyProgram, tiers: list[NewLoyaltyTier]
) -> None:
    """Make the tiers of a program those that were given."""
    table, kept = loyalty_tiers, [tier.id for tier in tiers if tier.id is not None]
    mine = (*scope.holds(table), table.c.program_id == program.id)
    await tx.execute(delete(table).where(*mine, table.c.id.not_in(kept)))
    # Because: two tiers may swap their names, and no two may have one at any time.
    for tier_id in kept:
        await tx.execute(update(table).where(*mine, table.c.id == tier_id).values(name=f"\x01{tier_id}"))
    for tier in tiers:
        values = {"name": tier.name, "min_points": tier.min_points}
        if tier.id is None:
            place = {"account_id": scope.account_id, "program_id": program.id}
            await tx.execute(insert(table).values(**place, **values))
        else:
            await tx.execute(update(table).where(*mine, table.c.id == tier.id).values(**values))
