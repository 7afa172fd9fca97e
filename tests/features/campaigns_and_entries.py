"""Rows that other features write: campaigns, attribute definitions, ledger entries."""

from typing import Any

from sqlalchemy import insert

from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.definitions import attributes
from tercel.database.tables.ledger import entries
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign, get_code_campaign
from tercel.features.common.caller import Caller


async def make_campaign(tx: Transaction, caller: Caller, application_id: int, **columns: Any) -> CodeCampaign:
    values = {
        "application_id": application_id,
        "account_id": caller.account_id,
        "name": "Summer",
        "description": "",
        "state": "enabled",
        "type": "advanced",
        "features": ["coupons", "referrals"],
        **columns,
    }
    campaign_id = await tx.scalar(insert(campaigns).values(**values).returning(campaigns.c.id))
    return await get_code_campaign(tx, application_id, campaign_id)


async def define(tx: Transaction, caller: Caller, entity: str, name: str, kind: str = "string") -> None:
    values = {
        "account_id": caller.account_id,
        "entity": entity,
        "event_type": "",
        "name": name,
        "title": name,
        "type": kind,
        "description": "",
    }
    await tx.execute(insert(attributes).values(**values))


async def enter(tx: Transaction, campaign: CodeCampaign, kind: str, amount: int, **columns: Any) -> None:
    values = {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "ruleset_id": 1,
        "rule_index": 0,
        "event_id": 1,
        "kind": kind,
        "amount": amount,
        **columns,
    }
    await tx.execute(insert(entries).values(**values))
