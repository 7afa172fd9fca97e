"""A campaign with referrals, and a short way to create one."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.referrals.create import create_referral
from tercel.features.codes.referrals.model import NewReferral, Referral
from tercel.features.common.caller import Caller
from tests.features.campaigns_and_entries import make_campaign
from tests.features.scopes import application_scope

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
Create = Callable[..., Awaitable[Referral]]


@pytest.fixture
async def campaign(tx: Transaction, caller: Caller, application_id: int) -> CodeCampaign:
    return await make_campaign(tx, caller, application_id)


@pytest.fixture
def create(tx: Transaction, campaign: CodeCampaign) -> Create:
    async def run(**fields: Any) -> Referral:
        values = {"campaign_id": campaign.id, "advocate_profile_integration_id": "ann", **fields}
        return await create_referral(
            tx,
            application_scope(campaign, NOW),
            NewReferral(**values),
        )

    return run
