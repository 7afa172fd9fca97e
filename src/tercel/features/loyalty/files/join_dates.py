"""When customers joined a program, as files (behaviour/loyalty 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, BinaryIO

import msgspec
from msgspec import Meta
from sqlalchemy import Row, Select, and_, select

from tercel.base.errors import InvalidError
from tercel.base.keys import lookup_key
from tercel.base.limits import INTEGRATION_ID_LENGTH_MAX
from tercel.database.tables.customers import profiles
from tercel.database.tables.points import loyalty_ledgers
from tercel.database.transaction import Transaction
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.csv.reading import problem_at
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Listing, each
from tercel.features.loyalty.scope import ProgramScope, require_kind
from tercel.ledger.points.importing import join_at, wait_for_imports

_LEDGERS = loyalty_ledgers


def _select(scope: ProgramScope) -> Select[Any]:
    of_ledger = and_(profiles.c.account_id == scope.account_id, profiles.c.id == _LEDGERS.c.holder_id)
    return (
        select(_LEDGERS.c.holder_id, _LEDGERS.c.joined, profiles.c.integration_id)
        .join(profiles, of_ledger)
        .where(*scope.holds(_LEDGERS), _LEDGERS.c.subledger == "", _LEDGERS.c.joined.is_not(None))
    )


_ROWS: Listing[ProgramScope, Row[Any]] = Listing(
    select=_select, answer=each(lambda row: row), key=_LEDGERS.c.holder_id
)
_FILE = Export(
    name="loyalty-join-dates",
    listing=_ROWS,
    columns={
        "loyaltyProgramID": lambda _, scope: scope.program.id,
        "profileIntegrationID": member("integration_id"),
        "joinDate": member("joined"),
    },
)


def export_join_dates(scope: ProgramScope) -> File:
    """Return the file of the customers who joined, and when, by customer.

    Raises:
        InvalidError: cards have the points of the program.
    """
    require_kind(scope.program, is_card_based=False)
    return _FILE.file(scope, Filter())


class JoinDateLine(msgspec.Struct, kw_only=True):
    """A line of a file of join dates."""

    customerprofileid: Annotated[str, Meta(min_length=1, max_length=INTEGRATION_ID_LENGTH_MAX)]
    newjoindate: datetime


_LINES = Importing(JoinDateLine, "LoyaltyJoinDates")


async def import_join_dates(tx: Transaction, scope: ProgramScope, file: BinaryIO) -> Import:
    """Let customers have joined when the lines of a file say; they must exist.

    Raises:
        InvalidError: cards have the points of the program, or lines cannot be accepted, so nothing was imported.
        NotFoundError: the program was deleted meanwhile.
        TooLargeError: there are too many lines.
    """
    require_kind(scope.program, is_card_based=False)
    connection = await tx.driver_connection()
    await wait_for_imports(connection, scope.account_id, scope.program.id)
    done: set[int] = set()

    async def write(_import_id: int, piece: Sequence[Numbered[JoinDateLine]]) -> int:
        joined = _joined(piece, await _known(tx, scope, piece), done)
        await join_at(connection, scope.account_id, scope.program.id, joined)
        return len(joined)

    return await _LINES.run(tx, scope, file, write)


async def _known(
    tx: Transaction, scope: ProgramScope, piece: Sequence[Numbered[JoinDateLine]]
) -> Mapping[str, int]:
    """Return the ids of profiles by their keys."""
    keys = {lookup_key(line.customerprofileid) for _, line in piece}
    statement = select(profiles.c.key, profiles.c.id).where(
        profiles.c.account_id == scope.account_id,
        profiles.c.sandbox == scope.program.sandbox,
        profiles.c.key.in_(sorted(keys)),
    )
    return {row.key: row.id for row in await tx.all(statement)}


def _joined(
    piece: Sequence[Numbered[JoinDateLine]], known: Mapping[str, int], done: set[int]
) -> dict[int, datetime]:
    """Return when each profile of a piece joined, and remember that it is done.

    Raises:
        InvalidError: a profile does not exist, or is in the file twice.
    """
    joined, problems = {}, []
    for number, line in piece:
        profile_id = known.get(lookup_key(line.customerprofileid))
        if profile_id is None:
            details = f"customerprofileid: customer `{line.customerprofileid}` does not exist"
            problems.append(problem_at(number, "Unknown", details))
            continue
        if profile_id in done:
            details = f"customerprofileid: customer `{line.customerprofileid}` is in the file twice"
            problems.append(problem_at(number, "unique", details))
        done.add(profile_id)
        joined[profile_id] = line.newjoindate
    if problems:
        raise InvalidError(*problems)
    return joined
