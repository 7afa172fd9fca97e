"""The transactions of a holder as a file (behaviour/loyalty 9)."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import Row, select

from tercel.base.codec import encode
from tercel.base.numbers import tidy
from tercel.database.tables.points import loyalty_transactions
from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import DateFormat
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.filters import Filter, Moment, since, until
from tercel.features.common.listing import Listing, each
from tercel.features.loyalty.points.transactions import end_of, flags_of, start_of, type_of
from tercel.features.loyalty.scope import HolderScope

_TABLE = loyalty_transactions


class LogQuery(Filter, kw_only=True, rename="camel"):
    """Which transactions go out, and how: those made in a half-open interval."""

    range_start: Annotated[Moment, since(_TABLE.c.created)]
    range_end: Annotated[Moment, until(_TABLE.c.created)]
    date_format: DateFormat | None = None


def _flags(row: Row[Any], _: HolderScope) -> str | None:
    flags = flags_of(row)
    return None if flags is None else encode(flags).decode()


_ROWS: Listing[HolderScope, Row[Any]] = Listing(
    select=lambda scope: select(_TABLE).where(*scope.holds(_TABLE)),
    answer=each(lambda row: row),
    key=_TABLE.c.id,
    order=[_TABLE.c.created, _TABLE.c.id],
)
_OF_PROFILE = Export(
    name="loyalty-log",
    entity="LoyaltyLedgerLog",
    listing=_ROWS,
    columns={
        "customerprofileid": lambda _, scope: scope.name,
        "customersessionid": member("session_integration_id"),
        "rulesetid": member("ruleset_id"),
        "rulename": member("rule_name"),
        "programid": member("program_id"),
        "type": lambda row, _: type_of(row),
        "name": member("name"),
        "subledgerid": member("subledger"),
        "startdate": lambda row, _: start_of(row),
        "expirydate": lambda row, _: end_of(row),
        "id": member("id"),
        "created": member("created"),
        "amount": lambda row, _: tidy(row.amount),
        "archived": lambda _row, _scope: False,
        "campaignid": member("campaign_id"),
        "flags": _flags,
        "transactionUUID": member("uuid"),
    },
)


async def export_log(tx: Transaction, scope: HolderScope, query: LogQuery) -> File:
    """Begin the export of the transactions of a profile that are meant, oldest first."""
    return await _OF_PROFILE.begin(tx, scope, query, times=query.date_format)
