"""Read the counters that are kept per customer or per session."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, select

from tercel.base.numbers import tidy
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.codes import coupons, referrals
from tercel.database.tables.customers import profiles
from tercel.database.tables.ledger import counters
from tercel.database.transaction import Transaction
from tercel.evaluation.state.budgets import OWN
from tercel.features.engine.limit_counters.model import LimitCounter, LimitCounters

#: What a period key such as ``Y2026M8`` ends in, by the period of the limit.
_PERIODS = {"M": "monthly", "W": "weekly", "D": "daily"}


async def list_counters(
    tx: Transaction, application_id: int, entity: Literal["Profile", "Session"], entity_id: int
) -> LimitCounters:
    """Return the counters of limits that exist now and count for this customer or session, by campaign."""
    scope = "|" + counters.c.scope + "|"
    statement = (
        select(counters, campaigns.c.account_id, campaigns.c.limits)
        .join(campaigns, campaigns.c.id == counters.c.campaign_id)
        .where(
            counters.c.application_id == application_id,
            scope.contains(f"|{entity}={entity_id}|"),
            ~counters.c.scope.startswith(OWN),
        )
        .order_by(counters.c.campaign_id, counters.c.action, counters.c.scope, counters.c.period)
    )
    found = [(row, _limit(row)) for row in await tx.all(statement)]
    return LimitCounters([await _counter(tx, row, limit) for row, limit in found if limit is not None])


def _entities(scope: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in scope.split("|"))


def _limit(row: Row[Any]) -> Decimal | None:
    """Return the limit that the counter belongs to, if the campaign still has it."""
    entities = set(_entities(row.scope))
    period = _period(row.period)
    for limit in row.limits:
        if (limit["action"], limit.get("period"), set(limit["entities"])) == (row.action, period, entities):
            return Decimal(limit["limit"])
    return None


def _period(key: str) -> str | None:
    if not key:
        return None
    return next((period for mark, period in _PERIODS.items() if mark in key), "yearly")


async def _counter(tx: Transaction, row: Row[Any], limit: Decimal) -> LimitCounter:
    entities = _entities(row.scope)
    profile, coupon, referral = (_id(entities, name) for name in ("Profile", "Coupon", "Referral"))
    key = "/".join([str(row.campaign_id), row.action, row.scope, row.period])
    return LimitCounter(
        id=int.from_bytes(sha256(key.encode()).digest()[:6], "big"),
        account_id=row.account_id,
        application_id=row.application_id,
        campaign_id=row.campaign_id,
        action=row.action,
        profile_id=profile or UNSET,
        profile_integration_id=await _text(
            tx, profiles.c.integration_id, profiles.c.account_id == row.account_id, profile
        ),
        coupon_id=coupon or UNSET,
        coupon_value=await _text(tx, coupons.c.value, coupons.c.application_id == row.application_id, coupon),
        referral_id=referral or UNSET,
        referral_value=await _text(
            tx, referrals.c.code, referrals.c.application_id == row.application_id, referral
        ),
        identifier=entities.get("Identifier", UNSET),
        period=row.period or UNSET,
        limit=tidy(limit),
        counter=tidy(row.used),
    )


def _id(entities: dict[str, str], name: str) -> int | None:
    return int(entities[name]) if name in entities else None


async def _text(tx: Transaction, column: Any, is_owned: ColumnElement[bool], row_id: int | None) -> Any:
    """Return the name of the row with this id; unset when there is none."""
    statement = select(column).where(is_owned, column.table.c.id == row_id)
    found = None if row_id is None else await tx.scalar(statement)
    return UNSET if found is None else found
