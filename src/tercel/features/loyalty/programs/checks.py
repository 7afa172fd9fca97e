"""What may be wrong with a loyalty program, each with its place (behaviour/loyalty 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tercel.base.durations import parse_cycle, parse_start, parse_validity
from tercel.base.errors import Problem
from tercel.base.limits import POINTS_MAX
from tercel.base.zoned import CalendarError
from tercel.database.tables.applications import applications
from tercel.database.tables.definitions import attributes
from tercel.database.transaction import Transaction
from tercel.features.common.scope import Scope
from tercel.features.loyalty.programs.model import NewLoyaltyTier
from tercel.features.loyalty.programs.resource import Usage
from tercel.features.setup.applications.checks import check_zone

Values = Mapping[str, Any]
_DURATIONS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "default_pending": ("/defaultPending", parse_start),
    "default_validity": ("/defaultValidity", parse_validity),
    "tiers_expire_in": ("/tiersExpireIn", parse_cycle),
}


def check_program(program: Values) -> Iterator[Problem]:
    """Find what is wrong with the values of a program by themselves."""
    yield from check_zone(program["timezone"])
    for name, (pointer, parse) in _DURATIONS.items():
        if program[name] is not None:
            try:
                parse(program[name])
            except CalendarError as error:
                yield Problem(title="format", details=str(error), pointer=pointer)
    yield from _check_tier_policies(program)
    if not program["card_based"]:
        if program["users_per_card_limit"]:
            yield _only_with_cards("/usersPerCardLimit")
        if program["card_code_settings"] is not None:
            yield _only_with_cards("/cardCodeSettings")


def _only_with_cards(pointer: str) -> Problem:
    return Problem(title="not", details="only programs with cards have this", pointer=pointer)


def _check_tier_policies(program: Values) -> Iterator[Problem]:
    policy, expires_in = program["tiers_expiration_policy"], program["tiers_expire_in"]
    if policy == "customer_attribute":
        if not program["tiers_expiration_attribute"]:
            details = "name the attribute of customers that says when their tier ends"
            yield Problem(title="required", details=details, pointer="/tiersExpirationAttribute")
    elif policy is not None and expires_in is None:
        details = f"tiers that expire by `{policy}` need the time that they last"
        yield Problem(title="required", details=details, pointer="/tiersExpireIn")
    if policy == "absolute_expiration" and program["tier_cycle_start_date"] is None:
        details = "cycles that are the same for all need a beginning"
        yield Problem(title="required", details=details, pointer="/tierCycleStartDate")
    if policy is None and expires_in is not None:
        details = "tiers that expire need a policy that says when"
        yield Problem(title="required", details=details, pointer="/tiersExpirationPolicy")
    if (policy is None) != (program["tiers_downgrade_policy"] is None):
        details = "say both when tiers expire and what becomes of them then, or neither"
        pointer = "/tiersExpirationPolicy" if policy is None else "/tiersDowngradePolicy"
        yield Problem(title="required", details=details, pointer=pointer)


def check_tiers(tiers: list[NewLoyaltyTier]) -> Iterator[Problem]:
    """Find thresholds that are out of range, and what is there twice."""
    ids: set[int] = set()
    names: set[str] = set()
    thresholds: set[Decimal] = set()
    for place, tier in enumerate(tiers):
        pointer = f"/tiers/{place}"
        if not 0 <= tier.min_points <= POINTS_MAX:
            details = f"the points of a tier lie between 0 and {POINTS_MAX}"
            yield Problem(title="range", details=details, pointer=f"{pointer}/minPoints")
        if tier.id is not None and tier.id in ids:
            details = f"the tier `{tier.id}` is there twice"
            yield Problem(title="uniqueItems", details=details, pointer=f"{pointer}/id")
        if tier.name in names:
            details = f"there are two tiers `{tier.name}`"
            yield Problem(title="uniqueItems", details=details, pointer=f"{pointer}/name")
        if tier.min_points in thresholds:
            details = f"two tiers begin at {tier.min_points:f} points"
            yield Problem(title="uniqueItems", details=details, pointer=f"{pointer}/minPoints")
        if tier.id is not None:
            ids.add(tier.id)
        names.add(tier.name)
        thresholds.add(tier.min_points)


async def check_surroundings(tx: Transaction, scope: Scope, program: Values) -> list[Problem]:
    """Find applications of the other environment, and an attribute that is no time of customers."""
    problems = []
    ids = program["subscribed_applications"]
    table = applications
    others = set(
        await tx.scalars(
            select(table.c.id).where(
                table.c.account_id == scope.account_id,
                table.c.id.in_(ids),
                table.c.sandbox != program["sandbox"],
            )
        )
    )
    kinds = ("sandbox", "live") if program["sandbox"] else ("live", "sandbox")
    for place, application_id in enumerate(ids):
        if application_id in others:
            details = f"the program is {kinds[0]}, and application `{application_id}` is {kinds[1]}"
            problems.append(Problem(title="not", details=details, pointer=f"/subscribedApplications/{place}"))
    name = program["tiers_expiration_attribute"]
    if name and not await _is_time_of_customers(tx, scope, name):
        details = f"customers have no attribute `{name}` that is a time"
        problems.append(Problem(title="Unknown", details=details, pointer="/tiersExpirationAttribute"))
    return problems


async def _is_time_of_customers(tx: Transaction, scope: Scope, name: str) -> bool:
    table = attributes
    which = (table.c.entity == "CustomerProfile", table.c.name == name, table.c.type == "time")
    return await tx.scalar(select(table.c.id).where(*scope.holds(table), *which)) is not None


def check_change(
    before: Values, after: Values, tiers: list[NewLoyaltyTier] | None, usage: Usage
) -> Iterator[Problem]:
    """Find changes that would take away what customers have."""
    if usage.has_subledgers and before["allow_subledger"] and not after["allow_subledger"]:
        details = "there are points in subledgers already"
        yield Problem(title="readOnly", details=details, pointer="/allowSubledger")
    if usage.tiers and before["tiers_expiration_policy"] != after["tiers_expiration_policy"]:
        details = "there are members in tiers already, which end by the policy that there is"
        yield Problem(title="readOnly", details=details, pointer="/tiersExpirationPolicy")
    if tiers is not None:
        kept = {tier.id for tier in tiers}
        if usage.tiers - kept:
            details = "a tier with members cannot be removed; name it with its id"
            yield Problem(title="readOnly", details=details, pointer="/tiers")
