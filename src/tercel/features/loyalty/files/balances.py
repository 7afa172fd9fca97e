"""The balances of the customers of a program as a file (behaviour/loyalty 9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, select

from tercel.base.errors import InvalidError
from tercel.database.tables.customers import profiles
from tercel.database.tables.loyalty import loyalty_tiers
from tercel.database.tables.points import loyalty_ledgers
from tercel.database.transaction import Transaction
from tercel.features.common.csv.exporting import Column, Export, File, member
from tercel.features.common.filters import Filter, Moment
from tercel.features.common.listing import Listing, each
from tercel.features.loyalty.points.balances import balance_from, select_balances
from tercel.features.loyalty.scope import ProgramScope, require_kind

#: What each column shows of a balance; the first is always filled.
_COLUMNS = {
    "currentBalance": "active_points",
    "pendingBalance": "pending_points",
    "expiredBalance": "expired_points",
    "spentBalance": "spent_points",
}
_NEGATIVE = {"negativeBalance": "negative_points"}


class BalancesExportQuery(Filter, kw_only=True, rename="camel"):
    """As of when, and which balances, with commas between: all but the negative one unless told otherwise."""

    end_date: Moment | None = None
    balances: str | None = None


async def export_balances(tx: Transaction, scope: ProgramScope, query: BalancesExportQuery) -> File:
    """Begin the export of the balances of all ledgers of customers, by customer.

    Raises:
        InvalidError: cards have the points of the program, or there is no such balance.
    """
    require_kind(scope.program, is_card_based=False)
    wanted = _wanted(query.balances)
    moment = query.end_date or scope.now
    listing: Listing[ProgramScope, Row[Any]] = Listing(
        select=lambda scope: _select(scope, moment),
        answer=each(lambda row: row),
        key=profiles.c.id,
        order=[profiles.c.id, loyalty_ledgers.c.subledger],
    )
    export = Export(
        name="loyalty-balances", entity="LoyaltyLedger", listing=listing, columns=_columns(wanted)
    )
    return await export.begin(tx, scope, query)


def _wanted(text: str | None) -> Collection[str]:
    if not text:
        return _COLUMNS.keys()
    names = [name.strip() for name in text.split(",")]
    known = [*_COLUMNS, *_NEGATIVE]
    if not set(names) <= set(known):
        words = ", ".join(f"`{name}`" for name in known)
        raise InvalidError.parameter("balances", "enum", f"balances must be some of {words}")
    return {"currentBalance", *names}


def _columns(wanted: Collection[str]) -> Mapping[str, Column[Any, ProgramScope]]:
    return {
        "loyaltyProgramID": lambda _, scope: scope.program.id,
        "loyaltySubledger": member("subledger"),
        "profileIntegrationID": member("integration_id"),
        **{name: _balance(of, is_wanted=name in wanted) for name, of in _COLUMNS.items()},
        "currentTier": member("tier"),
        **{name: _balance(of, is_wanted=True) for name, of in _NEGATIVE.items() if name in wanted},
    }


def _balance(name: str, *, is_wanted: bool) -> Column[Any, ProgramScope]:
    def of_row(row: Row[Any], _: ProgramScope) -> Decimal | None:
        found: Decimal = getattr(balance_from(row), name)
        return found if is_wanted else None

    return of_row


def _select(scope: ProgramScope, moment: datetime) -> Select[Any]:
    sums = select_balances(scope, moment).subquery()
    ledgers, tiers = loyalty_ledgers, loyalty_tiers
    return (
        select(sums, profiles.c.integration_id, tiers.c.name.label("tier"))
        .select_from(sums)
        .join(profiles, and_(profiles.c.account_id == scope.account_id, profiles.c.id == sums.c.holder_id))
        .join(
            ledgers,
            and_(
                *scope.holds(ledgers),
                ledgers.c.holder_id == sums.c.holder_id,
                ledgers.c.subledger == sums.c.subledger,
            ),
        )
        .outerjoin(tiers, and_(*scope.holds(tiers), tiers.c.id == ledgers.c.tier_id))
    )
