"""Store budgets as the wire knows them (behaviour/budgets 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tercel.base.limits import STORE_LIMITS_PER_BUDGET_MAX
from tercel.features.common.ids import Id
from tercel.features.common.limits import LimitPeriod

#: The only action that stores have budgets for.
StoreBudgetAction = Literal["setDiscount"]
#: A period, or all times.
BudgetPeriod = Literal["overall", "daily", "weekly", "monthly", "yearly"]
OVERALL = "overall"


class StoreLimit(msgspec.Struct, kw_only=True, rename="camel"):
    """How much one store may give."""

    store_id: Id
    limit: Decimal


class NewStoreBudget(msgspec.Struct, kw_only=True, rename="camel"):
    """A budget as a caller describes it; without a period it holds for all times."""

    action: StoreBudgetAction
    store_limits: Annotated[list[StoreLimit], Meta(min_length=1, max_length=STORE_LIMITS_PER_BUDGET_MAX)]
    period: LimitPeriod | None = None


class BudgetStore(msgspec.Struct, kw_only=True, rename="camel"):
    """The store of a limit."""

    id: int
    integration_id: str
    name: str


class StoreBudget(msgspec.Struct, kw_only=True, rename="camel"):
    """The limit of one store, with what was used of it: in the current period, or in all."""

    store: BudgetStore
    limit: Decimal
    counter: Decimal
    action: str
    period: str


class StoreBudgetSummary(msgspec.Struct, kw_only=True, rename="camel"):
    """A budget with the number of its stores."""

    action: str
    period: str
    store_count: int
    imported: bool


class StoreBudgetList(msgspec.Struct):
    """The limits of stores."""

    data: list[StoreBudget]


class StoreBudgetSummaries(msgspec.Struct):
    """The budgets of a campaign."""

    data: list[StoreBudgetSummary]
