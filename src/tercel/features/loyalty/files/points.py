"""Points that come in by a file (behaviour/loyalty 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta

from tercel.base.durations import IMMEDIATE, ON_ACTION, UNLIMITED
from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import INTEGRATION_ID_LENGTH_MAX, TEXT_LENGTH_MAX
from tercel.base.zoned import CalendarError
from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import read_instant
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.csv.reading import problem_at
from tercel.features.common.texts import check_text
from tercel.features.customers.profiles.store import ensure_profiles
from tercel.features.loyalty.points.manual import check_amount, check_subledger
from tercel.features.loyalty.scope import ProgramScope, require_kind
from tercel.ledger.points.direct import open_book
from tercel.ledger.points.importing import wait_for_imports
from tercel.ledger.points.rows import LedgerKey, Origin
from tercel.points.life import Life, LifeError, life_of


class PointsImportQuery(msgspec.Struct, kw_only=True, rename="camel"):
    """How points come in. There are no notifications of points yet."""

    notifications_enabled: bool = True


class PointsLine(msgspec.Struct, kw_only=True):
    """A line of a file of points. Start and end are instants or words."""

    customerprofileid: Annotated[str, Meta(min_length=1, max_length=INTEGRATION_ID_LENGTH_MAX)]
    amount: Decimal
    startdate: str = IMMEDIATE
    expirydate: str | None = None
    validityduration: str | None = None
    subledgerid: str = ""
    reason: str | None = None


_LINES = Importing(PointsLine, "LoyaltyPoints")


async def import_points(tx: Transaction, scope: ProgramScope, file: BinaryIO) -> Import:
    """Add points to a customer by each line of a file; one who is unknown is created, and no application has seen them then.

    Raises:
        InvalidError: cards have the points of the program, or lines cannot be accepted, so nothing was imported.
        NotFoundError: the program was deleted meanwhile.
        TooLargeError: there are too many lines.
    """
    program = scope.program
    require_kind(program, is_card_based=False)
    connection = await tx.driver_connection()
    await wait_for_imports(connection, scope.account_id, program.id)

    async def write(import_id: int, piece: Sequence[Numbered[PointsLine]]) -> int:
        lives = _lives(scope, piece)
        lines = [line for _, line in piece]
        known = await ensure_profiles(
            tx, scope.account_id, program.sandbox, [line.customerprofileid for line in lines]
        )
        keys = [LedgerKey(program.id, known[line.customerprofileid], line.subledgerid) for line in lines]
        mains = {LedgerKey(*key.holder) for key in keys}
        async with open_book(
            connection,
            scope.account_id,
            program,
            sorted({*keys, *mains}),
            _origin(scope, import_id),
            transactions=len(lines),
        ) as book:
            for key, line, life in zip(keys, lines, lives, strict=True):
                book.add(key, line.amount, life, line.reason or program.name)
        return len(lines)

    return await _LINES.run(tx, scope, file, write)


def _origin(scope: ProgramScope, import_id: int) -> Origin:
    return Origin(source="import", created=scope.now, import_id=import_id, user_id=scope.user_id)


def _lives(scope: ProgramScope, piece: Sequence[Numbered[PointsLine]]) -> list[Life]:
    """Return when the points of each line start and end.

    Raises:
        InvalidError: lines cannot be accepted.
    """
    lives, problems = [], []
    for number, line in piece:
        try:
            _check(scope, line)
            lives.append(_life(scope, line))
        except InvalidError as error:
            problems += [_in_line(number, problem) for problem in error.problems]
    if problems:
        raise InvalidError(*problems)
    return lives


def _in_line(number: int, problem: Problem) -> Problem:
    column = (problem.pointer or "").removeprefix("/")
    return problem_at(number, problem.title, f"{column}: {problem.details}")


def _check(scope: ProgramScope, line: PointsLine) -> None:
    check_amount(line.amount, "/amount")
    check_subledger(scope, line.subledgerid, "/subledgerid")
    if line.reason is not None:
        check_text(line.reason, "/reason", max_length=TEXT_LENGTH_MAX)
    if line.expirydate is not None and line.validityduration is not None:
        details = "give `expirydate` or `validityduration`, not both"
        raise InvalidError.at("/validityduration", "not", details)


def _life(scope: ProgramScope, line: PointsLine) -> Life:
    start = _instant_or_word(line.startdate, (IMMEDIATE, ON_ACTION), "/startdate")
    end: datetime | str = line.validityduration or UNLIMITED
    if line.expirydate is not None:
        end = _instant_or_word(line.expirydate, (UNLIMITED,), "/expirydate")
    try:
        return life_of(scope.now, scope.program.zone, start=start, end=end)
    except (LifeError, CalendarError) as error:
        column = "/expirydate" if line.validityduration is None else "/validityduration"
        raise InvalidError.at(column, "range", str(error)) from None


def _instant_or_word(cell: str, words: Sequence[str], pointer: str) -> datetime | str:
    if cell in words:
        return cell
    try:
        return read_instant(cell)
    except ValueError as error:
        also = " or ".join(f"`{word}`" for word in words)
        raise InvalidError.at(pointer, "format", f"{error}, or {also}") from None
