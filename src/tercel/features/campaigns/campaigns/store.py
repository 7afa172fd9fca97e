"""Campaigns in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, insert, select, update

from tercel.database.tables.accounts import users
from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import campaign_activity, campaigns, rulesets
from tercel.database.tables.experiments import experiments
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.figures import Figures
from tercel.features.campaigns.campaigns.model import Campaign, CodeGeneratorSettings
from tercel.features.campaigns.campaigns.state import frontend_state
from tercel.features.common.limits import LimitConfig


def select_campaigns(application_id: int) -> Select[Any]:
    """Select all campaigns of an application, with the names of the users who made and who last changed them."""
    creators, editors, activity = users.alias("creators"), users.alias("editors"), campaign_activity.c
    joined = (
        campaigns.outerjoin(creators, creators.c.id == campaigns.c.user_id)
        .outerjoin(editors, editors.c.id == campaigns.c.updated_by_id)
        .outerjoin(
            campaign_activity,
            (activity.application_id == application_id) & (activity.campaign_id == campaigns.c.id),
        )
    )
    return (
        select(
            campaigns,
            activity.last_activity,
            func.coalesce(func.nullif(creators.c.name, ""), creators.c.email).label("created_by"),
            func.coalesce(func.nullif(editors.c.name, ""), editors.c.email).label("updated_by"),
        )
        .select_from(joined)
        .where(campaigns.c.application_id == application_id)
    )


async def find_campaign(tx: Transaction, application_id: int, campaign_id: int) -> Row[Any] | None:
    """Return one campaign, or None."""
    return await tx.one_or_none(select_campaigns(application_id).where(campaigns.c.id == campaign_id))


async def insert_campaign(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Write a new campaign; its id."""
    return int(await tx.scalar(insert(campaigns).values(**values).returning(campaigns.c.id)))


async def update_campaign(tx: Transaction, campaign_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a campaign and the time of its last change; an experiment that is enabled has begun."""
    statement = update(campaigns).where(campaigns.c.id == campaign_id)
    await tx.execute(statement.values(**values, updated=func.now()))
    if values.get("state") == "enabled":
        begun = update(experiments).where(
            experiments.c.campaign_id == campaign_id, experiments.c.activated.is_(None)
        )
        await tx.execute(begun.values(activated=func.now()))


async def delete_campaign(tx: Transaction, campaign_id: int) -> None:
    """Delete a campaign whose content is deleted."""
    await tx.execute(delete(campaigns).where(campaigns.c.id == campaign_id))


async def missing_stores(tx: Transaction, application_id: int, store_ids: Sequence[int]) -> set[int]:
    """Return the ids among these that are no store of the application."""
    if not store_ids:
        return set()
    known = select(stores.c.id).where(stores.c.application_id == application_id, stores.c.id.in_(store_ids))
    return set(store_ids) - set(await tx.scalars(known))


async def has_ruleset(tx: Transaction, campaign_id: int, ruleset_id: int) -> bool:
    """Tell whether the rule set belongs to the campaign."""
    statement = select(rulesets.c.id).where(
        rulesets.c.id == ruleset_id, rulesets.c.campaign_id == campaign_id
    )
    return await tx.scalar(statement) is not None


def limits_from(document: Any) -> list[LimitConfig]:
    """Limits as stored."""
    return msgspec.convert(document, list[LimitConfig])


def campaign_from_row(row: Row[Any], figures: Figures, now: datetime) -> Campaign:
    """Return a campaign as answered, from a row of ``select_campaigns`` and its figures."""
    limits = limits_from(row.limits)
    return Campaign(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        user_id=row.user_id or 0,
        name=row.name,
        description=row.description,
        start_time=row.start_time,
        end_time=row.end_time,
        attributes=row.attributes,
        state=row.state,
        active_ruleset_id=row.active_ruleset_id,
        tags=row.tags,
        reevaluate_on_return=row.reevaluate_on_return,
        features=row.features,
        coupon_settings=_code_settings(row.coupon_settings),
        referral_settings=_code_settings(row.referral_settings),
        limits=limits,
        campaign_groups=row.campaign_groups,
        type=row.type,
        linked_store_ids=row.linked_store_ids,
        coupon_attributes=row.coupon_attributes,
        budgets=figures.budgets(limits),
        last_activity=row.last_activity,
        updated=row.updated or row.created,
        created_by=row.created_by,
        updated_by=row.updated_by,
        frontend_state=frontend_state(row.state, start=row.start_time, end=row.end_time, now=now),
        stores_imported=row.stores_imported,
        experiment_id=row.experiment_id,
        **figures.counts(),
    )


def _code_settings(document: Any) -> CodeGeneratorSettings | None:
    return msgspec.convert(document, CodeGeneratorSettings) if document else None
