"""Stores of a campaign, and their budgets, as files (behaviour/csv 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, BinaryIO

import msgspec
from msgspec import Meta
from sqlalchemy import any_, select

from tercel.base import limits
from tercel.base.errors import InvalidError, Problem
from tercel.base.keys import lookup_key
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import campaigns, store_budgets
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.service import require_campaign
from tercel.features.campaigns.campaigns.store import update_campaign
from tercel.features.campaigns.store_budgets.listing import StoreBudgetFilter
from tercel.features.campaigns.store_budgets.model import BudgetPeriod, StoreBudgetAction
from tercel.features.campaigns.store_budgets.store import delete_budgets, insert_budget, stores_of
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.csv.reading import problem_at
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import CampaignScope
from tercel.ledger.counting import count_campaign

Identifier = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]

_STORES: Listing[CampaignScope, Any] = Listing(
    select=lambda scope: (
        select(stores.c.id, stores.c.integration_id)
        .join(campaigns, stores.c.id == any_(campaigns.c.linked_store_ids))
        .where(campaigns.c.id == scope.campaign_id, stores.c.application_id == scope.application_id)
    ),
    answer=each(lambda row: row),
    key=stores.c.id,
)
_LIMITS: Listing[CampaignScope, Any] = Listing(
    select=lambda scope: (
        select(store_budgets.c.store_id, store_budgets.c.limit, stores.c.integration_id)
        .join(stores, stores.c.id == store_budgets.c.store_id)
        .where(*scope.holds(store_budgets))
    ),
    answer=each(lambda row: row),
    key=store_budgets.c.store_id,
    order=[store_budgets.c.action, store_budgets.c.period, store_budgets.c.store_id],
)
_IDENTIFIER = {"store_integration_id": member("integration_id")}
_LINKED_STORES = Export(name="stores", listing=_STORES, columns=_IDENTIFIER)
_BUDGET = Export(name="store-budgets", listing=_LIMITS, columns={**_IDENTIFIER, "limit": member("limit")})


def export_stores(scope: CampaignScope) -> File:
    """Return the file of the stores that a campaign is linked to."""
    return _LINKED_STORES.file(scope, Filter())


def export_budgets(scope: CampaignScope, query: StoreBudgetFilter) -> File:
    """Return the file of the limits of stores in a campaign."""
    return _BUDGET.file(scope, query)


class StoreLine(msgspec.Struct, kw_only=True):
    """A line of a file of stores."""

    store_integration_id: Identifier


class LimitLine(StoreLine, kw_only=True):
    """A line of a file of limits of stores."""

    limit: Decimal


class BudgetImportQuery(msgspec.Struct, rename="camel"):
    """Which budget a file is of."""

    action: StoreBudgetAction = "setDiscount"
    period: BudgetPeriod = "overall"


_STORE_FILES = Importing(StoreLine, "CampaignStore")
_BUDGET_FILES = Importing(LimitLine, "CampaignStoreBudget")


async def import_stores(tx: Transaction, scope: CampaignScope, file: BinaryIO) -> Import:
    """Link a campaign to the stores of a file, and to no other.

    Raises:
        InvalidError: lines cannot be accepted, so nothing was imported.
        TooLargeError: there are too many lines.
    """
    revision = await touch_application(tx, scope.application_id)
    await require_campaign(tx, scope.application_id, scope.campaign_id)
    found: dict[int, None] = {}

    async def write(_import_id: int, piece: Sequence[Numbered[StoreLine]]) -> int:
        found.update(dict.fromkeys((await _stores(tx, scope, piece, found)).values()))
        return len(piece)

    made = await _STORE_FILES.run(tx, scope, file, write)
    linked = {"linked_store_ids": sorted(found), "stores_imported": True}
    await update_campaign(
        tx, scope.campaign_id, {**linked, "revision": revision, "updated_by_id": scope.user_id}
    )
    return made


async def import_budget(
    tx: Transaction, scope: CampaignScope, file: BinaryIO, asked: BudgetImportQuery
) -> Import:
    """Give the stores of a file a budget; it replaces the one for the same action and period.

    Raises:
        InvalidError: lines cannot be accepted, so nothing was imported.
        TooLargeError: there are too many lines.
    """
    revision = await touch_application(tx, scope.application_id)
    campaign = await require_campaign(tx, scope.application_id, scope.campaign_id)
    period = "" if asked.period == "overall" else asked.period
    before = await stores_of(tx, scope.campaign_id, asked.action, period)
    await delete_budgets(tx, scope, StoreBudgetFilter(action=asked.action, period=asked.period))
    shared = {
        "application_id": scope.application_id,
        "campaign_id": scope.campaign_id,
        "action": asked.action,
        "period": period,
        "imported": True,
    }
    found: dict[int, None] = {}

    async def write(_import_id: int, piece: Sequence[Numbered[LimitLine]]) -> int:
        by_line = await _stores(tx, scope, piece, found)
        problems = list(_budget_problems(piece, by_line, frozenset(campaign.linked_store_ids)))
        if problems:
            raise InvalidError(*problems)
        rows = [{**shared, "store_id": by_line[number], "limit": line.limit} for number, line in piece]
        await insert_budget(tx, rows)
        found.update(dict.fromkeys(by_line.values()))
        return len(rows)

    made = await _BUDGET_FILES.run(tx, scope, file, write)
    await update_campaign(tx, scope.campaign_id, {"revision": revision, "updated_by_id": scope.user_id})
    if before != set(found):
        await hold_decisions(tx, scope.application_id)
        await count_campaign(tx, scope.application_id, scope.campaign_id, {asked.action})
    return made


def _budget_problems(
    piece: Sequence[Numbered[LimitLine]], by_line: Mapping[int, int], linked: frozenset[int]
) -> list[Problem]:
    problems = []
    for number, line in piece:
        if not 0 <= line.limit <= limits.DISCOUNT_LIMIT_MAX:
            details = f"limit must be between 0 and {limits.DISCOUNT_LIMIT_MAX:f}"
            problems.append(problem_at(number, "minimum", details))
        if linked and by_line[number] not in linked:
            details = f"the campaign is not linked to store `{line.store_integration_id}`: link it first"
            problems.append(problem_at(number, "Unknown", details))
    return problems


async def _stores(
    tx: Transaction, scope: CampaignScope, piece: Sequence[Numbered[Any]], before: Mapping[int, None]
) -> dict[int, int]:
    """Return the ids of the stores in the lines of a piece, by the numbers of the lines.

    Raises:
        InvalidError: a store is unknown, or named in an earlier line as well.
    """
    keys = {lookup_key(line.store_integration_id) for _, line in piece}
    statement = select(stores.c.key, stores.c.id).where(
        stores.c.application_id == scope.application_id, stores.c.key.in_(keys)
    )
    known = {row.key: row.id for row in await tx.all(statement)}
    found: dict[int, int] = {}
    seen, problems = set(before), []
    for number, line in piece:
        store_id = known.get(lookup_key(line.store_integration_id))
        if store_id is None:
            details = f"there is no store `{line.store_integration_id}` in this application"
            problems.append(problem_at(number, "Unknown", details))
        elif store_id in seen:
            problems.append(
                problem_at(number, "uniqueItems", f"store `{line.store_integration_id}` is there twice")
            )
        else:
            seen.add(store_id)
            found[number] = store_id
    if problems:
        raise InvalidError(*problems)
    return found
