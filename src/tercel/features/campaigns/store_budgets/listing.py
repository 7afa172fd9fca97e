"""Which budgets of stores are meant, by lists and by deletions."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import ColumnElement

from tercel.database.tables.campaigns import store_budgets
from tercel.features.campaigns.store_budgets.model import OVERALL, BudgetPeriod, StoreBudgetAction
from tercel.features.common.filters import Filter, equals, means


def _is_of_period(period: BudgetPeriod) -> ColumnElement[bool]:
    return store_budgets.c.period == ("" if period == OVERALL else period)


class StoreBudgetFilter(Filter, kw_only=True, rename="camel"):
    """Which budgets are meant."""

    action: Annotated[StoreBudgetAction, equals(store_budgets.c.action)] | None = None
    period: Annotated[BudgetPeriod, means(_is_of_period)] | None = None
