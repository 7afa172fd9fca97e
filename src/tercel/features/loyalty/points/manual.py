"""Points that people and other systems add and take by hand (behaviour/loyalty 3, 4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tercel.base.durations import parse_start, parse_validity
from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import POINTS_MAX, SUBLEDGER_LENGTH_MAX, TEXT_LENGTH_MAX
from tercel.base.zoned import CalendarError
from tercel.database.transaction import Transaction
from tercel.features.common.texts import check_text
from tercel.features.loyalty.points.model import AddLoyaltyPoints, DeductLoyaltyPoints
from tercel.features.loyalty.scope import HolderScope, ProgramScope
from tercel.ledger.points.direct import open_book
from tercel.ledger.points.rows import Origin
from tercel.points.life import Life, LifeError, life_of


async def add_points(tx: Transaction, scope: HolderScope, given: AddLoyaltyPoints) -> None:
    """Add points to a ledger, which begins with them.

    Raises:
        InvalidError: with what is wrong about the points.
    """
    check_points(scope, given)
    life = _life(scope, given)
    async with open_book(
        await tx.driver_connection(),
        scope.account_id,
        scope.program,
        [scope.ledger(given.subledger_id)],
        manual_origin(scope, given.application_id),
    ) as book:
        book.add(scope.ledger(given.subledger_id), given.points, life, given.name or scope.program.name)


async def deduct_points(tx: Transaction, scope: HolderScope, given: DeductLoyaltyPoints) -> None:
    """Take active points of a ledger.

    Raises:
        InvalidError: with what is wrong about the points, or there are fewer.
    """
    check_points(scope, given)
    key = scope.ledger(given.subledger_id)
    origin = manual_origin(scope, given.application_id)
    async with open_book(
        await tx.driver_connection(), scope.account_id, scope.program, [key], origin
    ) as book:
        if not book.spend(key, given.points, given.name or scope.program.name):
            left = book.open(key).points.balances(scope.now).active
            details = f"there are {left:f} active points, and {given.points:f} were to be deducted"
            raise InvalidError.at("/points", "maximum", details)


def manual_origin(scope: ProgramScope, application_id: int | None) -> Origin:
    """Return where transactions by hand come from."""
    return Origin(
        source="manual",
        created=scope.now,
        application_id=application_id,
        user_id=scope.caller.user_id,
    )


def check_points(scope: ProgramScope, given: AddLoyaltyPoints | DeductLoyaltyPoints) -> None:
    """Refuse points that no ledger takes.

    Raises:
        InvalidError: with the first problem.
    """
    check_amount(given.points, "/points")
    check_subledger(scope, given.subledger_id, "/subledgerId")
    if given.name is not None:
        check_text(given.name, "/name", max_length=TEXT_LENGTH_MAX)
    application_id = given.application_id
    if application_id is not None and application_id not in scope.program.application_ids:
        details = f"application `{application_id}` is not connected with the program"
        raise InvalidError.at("/applicationId", "Unknown", details)


def check_amount(points: Decimal, pointer: str) -> None:
    """Refuse points that are none, or too many.

    Raises:
        InvalidError: at the pointer.
    """
    if points <= 0:
        raise InvalidError.at(pointer, "minimum", "points must be more than 0")
    if points > POINTS_MAX:
        raise InvalidError.at(pointer, "maximum", f"points must be at most {POINTS_MAX}")


def check_subledger(scope: ProgramScope, subledger: str, pointer: str) -> None:
    """Refuse a subledger where the program has none.

    Raises:
        InvalidError: at the pointer.
    """
    check_text(subledger, pointer, max_length=SUBLEDGER_LENGTH_MAX)
    if subledger and not scope.program.allows_subledgers:
        raise InvalidError.at(pointer, "not", "the program has no subledgers")


def _life(scope: ProgramScope, given: AddLoyaltyPoints) -> Life:
    problems = [
        Problem(title="not", details=f"give `{one}` or `{other}`, not both", pointer=f"/{other}")
        for one, other, first, second in (
            ("pendingDuration", "pendingUntil", given.pending_duration, given.pending_until),
            ("validityDuration", "validUntil", given.validity_duration, given.valid_until),
        )
        if first is not None and second is not None
    ]
    if problems:
        raise InvalidError(*problems)
    program, now = scope.program, scope.now
    start = given.pending_until or _duration(given.pending_duration, parse_start, "/pendingDuration")
    end = given.valid_until or _duration(given.validity_duration, parse_validity, "/validityDuration")
    try:
        return life_of(
            now, program.zone, start=start or program.default_pending, end=end or program.default_validity
        )
    except (LifeError, CalendarError) as error:
        pointer = "/validUntil" if given.valid_until is not None else "/validityDuration"
        raise InvalidError.at(pointer, "range", str(error)) from None


def _duration(text: str | None, parse: Callable[[str], object], pointer: str) -> str | None:
    if text is not None:
        try:
            parse(text)
        except CalendarError as error:
            raise InvalidError.at(pointer, "format", str(error)) from None
    return text
