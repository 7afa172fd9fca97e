"""The campaign that codes belong to, with what is needed to make and check them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from tercel.base.errors import NotFoundError
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.database.transaction import Transaction


class CodeCampaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as its codes see it. Settings are stored documents with the wire's names."""

    id: int
    application_id: int
    account_id: int
    features: tuple[str, ...]
    case_sensitivity: str
    coupon_settings: dict[str, Any]
    referral_settings: dict[str, Any]
    coupon_attributes: dict[str, Any]
    mandatory_coupon_attributes: tuple[str, ...]


async def find_code_campaign(tx: Transaction, application_id: int, campaign_id: int) -> CodeCampaign | None:
    """Return the campaign of this application, or None."""
    statement = (
        select(
            campaigns.c.id,
            campaigns.c.application_id,
            campaigns.c.account_id,
            campaigns.c.features,
            campaigns.c.coupon_settings,
            campaigns.c.referral_settings,
            campaigns.c.coupon_attributes,
            applications.c.case_sensitivity,
            applications.c.attributes_settings,
        )
        .join(applications, applications.c.id == campaigns.c.application_id)
        .where(campaigns.c.id == campaign_id, campaigns.c.application_id == application_id)
    )
    row = await tx.one_or_none(statement)
    if row is None:
        return None
    mandatory = (row.attributes_settings or {}).get("mandatory") or {}
    return CodeCampaign(
        id=row.id,
        application_id=row.application_id,
        account_id=row.account_id,
        features=tuple(row.features),
        case_sensitivity=row.case_sensitivity,
        coupon_settings=row.coupon_settings or {},
        referral_settings=row.referral_settings or {},
        coupon_attributes=row.coupon_attributes or {},
        mandatory_coupon_attributes=tuple(mandatory.get("coupons") or ()),
    )


async def get_code_campaign(tx: Transaction, application_id: int, campaign_id: int) -> CodeCampaign:
    """Return the campaign of this application.

    Raises:
        NotFoundError: there is none with this id in this application.
    """
    campaign = await find_code_campaign(tx, application_id, campaign_id)
    if campaign is None:
        raise NotFoundError(f"campaign `{campaign_id}` does not exist in this application")
    return campaign
