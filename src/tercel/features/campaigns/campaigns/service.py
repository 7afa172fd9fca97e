"""Creating, reading, changing and deleting campaigns (behaviour/campaigns 2, 3; behaviour/budgets 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, select

from tercel.base.errors import InvalidError, NotFoundError, WrongStateError
from tercel.database.deletion import delete_belongings
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns import store
from tercel.features.campaigns.campaigns.check import Surroundings, check_campaign
from tercel.features.campaigns.campaigns.figures import load_figures
from tercel.features.campaigns.campaigns.groups import next_position, refuse_leaving
from tercel.features.campaigns.campaigns.model import (
    Campaign,
    CampaignInput,
    NewCampaign,
    UpdateCampaign,
)
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tercel.ledger.counting import count_campaign, forget_campaign


async def create_campaign(
    tx: Transaction, caller: Caller, application_id: int, new: NewCampaign, now: datetime
) -> Campaign:
    """Create a campaign at the end of its evaluation group, with the application's limits unless it has its own.

    Raises:
        InvalidError: the settings cannot be kept; every problem is told.
    """
    # Because: this lock gives campaigns of one application their places in the tree one after the other.
    revision = await touch_application(tx, application_id)
    application = await _application(tx, application_id)
    limits = store.limits_from(application.limits) if new.limits is UNSET else new.limits
    campaign_type = "advanced" if new.type is UNSET else new.type
    around = _surroundings(caller, application, campaign_type)
    await check_campaign(tx, new, limits, around)
    state = "enabled" if new.state is UNSET else new.state
    values = _columns(new) | {
        "account_id": caller.account_id,
        "application_id": application_id,
        "state": state,
        "type": campaign_type,
        "limits": limits,
        "user_id": caller.user_id,
        "revision": revision,
    }
    if state != "archived":
        values |= await _place(tx, new.evaluation_group_id or application.default_evaluation_group_id)
    return await get_campaign(tx, application_id, await store.insert_campaign(tx, values), now)


async def get_campaign(tx: Transaction, application_id: int, campaign_id: int, now: datetime) -> Campaign:
    """Return one campaign.

    Raises:
        NotFoundError: the application has none with this id.
    """
    row = await require_campaign(tx, application_id, campaign_id)
    figures = await load_figures(tx, application_id, [campaign_id], now)
    return store.campaign_from_row(row, figures[campaign_id], now)


async def get_campaigns(
    tx: Transaction, application_id: int, campaign_ids: list[int], now: datetime
) -> dict[int, Campaign]:
    """Return the campaigns that exist among those asked for, by id."""
    rows = await tx.all(store.select_campaigns(application_id).where(campaigns.c.id.in_(campaign_ids)))
    figures = await load_figures(tx, application_id, [row.id for row in rows], now)
    return {row.id: store.campaign_from_row(row, figures[row.id], now) for row in rows}


async def require_campaign(tx: Transaction, application_id: int, campaign_id: int) -> Row[Any]:
    """Return the row of a campaign.

    Raises:
        NotFoundError: the application has none with this id.
    """
    row = await store.find_campaign(tx, application_id, campaign_id)
    if row is None:
        raise NotFoundError(f"campaign `{campaign_id}` does not exist in this application")
    return row


async def update_campaign(
    tx: Transaction,
    caller: Caller,
    application_id: int,
    campaign_id: int,
    new: UpdateCampaign,
    *,
    now: datetime,
) -> Campaign:
    """Replace the settings of a campaign; state, type, active rule set and group stay when they are left out.

    Raises:
        InvalidError: the settings cannot be kept; every problem is told.
        WrongStateError: the campaign is archived and would not become disabled.
    """
    revision = await touch_application(tx, application_id)
    current = await require_campaign(tx, application_id, campaign_id)
    state = current.state if new.state is UNSET else new.state
    if current.state == "archived" and state != "disabled":
        raise WrongStateError("the campaign is archived: set its state to `disabled` first")
    if new.type is not UNSET and new.type != current.type:
        raise InvalidError.at("/type", "readOnly", "the type of a campaign cannot change: create another one")
    application = await _application(tx, application_id)
    around = _surroundings(caller, application, current.type, campaign_id)
    await check_campaign(tx, new, new.limits, around)
    values = _columns(new) | {
        "state": state,
        "limits": new.limits,
        "updated_by_id": caller.user_id,
        "revision": revision,
    }
    values |= await _move(tx, current, new, state, application)
    await store.update_campaign(tx, campaign_id, values)
    changed = _actions_to_count(store.limits_from(current.limits), new.limits)
    if changed:
        await hold_decisions(tx, application_id)
        await count_campaign(tx, application_id, campaign_id, changed)
    return await get_campaign(tx, application_id, campaign_id, now)


async def delete_campaign(tx: Transaction, application_id: int, campaign_id: int) -> None:
    """Delete a campaign with its rule sets, coupons and referrals; the ledger keeps what they did."""
    await touch_application(tx, application_id)
    await require_campaign(tx, application_id, campaign_id)
    owner = {"application_id": application_id, "campaign_id": campaign_id}
    await delete_belongings(tx, **owner)
    await hold_decisions(tx, application_id)
    await delete_belongings(tx, **owner)  # codes that were created meanwhile
    await forget_campaign(tx, application_id, campaign_id)
    await store.delete_campaign(tx, campaign_id)


def _actions_to_count(before: Sequence[LimitConfig], after: Sequence[LimitConfig]) -> set[str]:
    """Return the actions of limits that come or go; a limit whose amount changes has counted all along."""
    changed = _counted(before) ^ _counted(after)
    return {action for action, _, _ in changed}


def _counted(limits: Sequence[LimitConfig]) -> set[tuple[str, str | None, frozenset[str]]]:
    return {(limit.action, limit.period, frozenset(limit.entities)) for limit in limits}


async def _application(tx: Transaction, application_id: int) -> Row[Any]:
    return await tx.one(select(applications).where(applications.c.id == application_id))


def _surroundings(
    caller: Caller, application: Row[Any], campaign_type: str, campaign_id: int | None = None
) -> Surroundings:
    mandatory = application.attributes_settings.get("mandatory") or {}
    return Surroundings(
        account_id=caller.account_id,
        application_id=application.id,
        campaign_id=campaign_id,
        campaign_type=campaign_type,
        mandatory_attributes=mandatory.get("campaigns") or (),
    )


async def _place(tx: Transaction, group_id: int | None) -> dict[str, Any]:
    if group_id is None:
        return {}
    return {"evaluation_group_id": group_id, "position": await next_position(tx, group_id)}


async def _move(
    tx: Transaction, current: Row[Any], new: CampaignInput, state: str, application: Row[Any]
) -> dict[str, Any]:
    """Return the columns that put a campaign into its group: archived ones leave the tree."""
    if state == "archived":
        return {"evaluation_group_id": None, "position": 0}
    group_id = new.evaluation_group_id or current.evaluation_group_id
    if group_id is None:
        group_id = application.default_evaluation_group_id
    if group_id == current.evaluation_group_id:
        return {}
    await refuse_leaving(tx, application.id, current.evaluation_group_id)
    return await _place(tx, group_id)


def _columns(new: CampaignInput) -> dict[str, Any]:
    """Return the columns that every write sets."""
    values: dict[str, Any] = {
        "name": new.name,
        "description": new.description,
        "start_time": new.start_time,
        "end_time": new.end_time,
        "attributes": new.attributes,
        "tags": new.tags,
        "reevaluate_on_return": new.reevaluate_on_return,
        "features": new.features,
        "coupon_settings": new.coupon_settings or {},
        "referral_settings": new.referral_settings or {},
        "campaign_groups": new.campaign_groups,
        "linked_store_ids": new.linked_store_ids,
        "stores_imported": False,
        "coupon_attributes": new.coupon_attributes,
    }
    if new.active_ruleset_id is not UNSET:
        values["active_ruleset_id"] = new.active_ruleset_id
    return values
