"""A campaign for coupons, and short ways to create some."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.create import create_coupons, describe_coupons
from tercel.features.codes.coupons.model import Coupon, NewCoupons
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.caller import Caller
from tercel.features.common.patterns.make import secure_choices
from tests.features.campaigns_and_entries import make_campaign

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
Create = Callable[..., Awaitable[list[Coupon]]]


@pytest.fixture
async def campaign(tx: Transaction, caller: Caller, application_id: int) -> CodeCampaign:
    return await make_campaign(tx, caller, application_id)


@pytest.fixture
def create(tx: Transaction, campaign: CodeCampaign) -> Create:
    """Create coupons; unlike on the wire, one coupon without a limit is the default."""

    async def run(into: CodeCampaign = campaign, **settings: Any) -> list[Coupon]:
        new = NewCoupons(**{"usage_limit": 0, "number_of_coupons": 1, **settings})
        codes = await create_coupons(tx, into, new, now=NOW, choices=secure_choices)
        return (await describe_coupons(tx, into, codes)).data

    return run
