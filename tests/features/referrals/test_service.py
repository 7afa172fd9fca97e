"""Finding, changing and deleting referrals (behaviour/campaigns 8)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import UNSET
from sqlalchemy import update

from tercel.base.errors import InvalidError, NotFoundError
from tercel.database.tables.codes import referrals
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.referrals.listing import REFERRALS, ReferralFilter
from tercel.features.codes.referrals.model import Referral, UpdateReferral
from tercel.features.codes.referrals.service import update_referral
from tercel.features.codes.referrals.store import delete_referral
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tests.features.campaigns_and_entries import define, enter, make_campaign
from tests.features.referrals.conftest import NOW, Create
from tests.features.scopes import asked, campaign_scope

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def find(
    tx: Transaction, campaign: CodeCampaign, sort: str | None = None, **filters: Any
) -> list[Referral]:
    page = await REFERRALS.counted(
        tx, campaign_scope(campaign, NOW), asked(ReferralFilter(**filters), Paging(sort=sort))
    )
    assert page.total_result_size == len(page.data)
    return page.data


async def test_filters(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    past = await create(start_date=NOW - DAY, expiry_date=NOW)
    future = await create(start_date=NOW + DAY, advocate_profile_integration_id="bob")
    endless = await create(usage_limit=0)
    await tx.execute(
        update(referrals).where(referrals.c.id == past.id).values(code="SUM-MER", usage_counter=1)
    )
    expected: list[tuple[dict[str, Any], list[Referral]]] = [
        ({}, [past, future, endless]),
        ({"code": "summer"}, [past]),
        ({"valid": "expired"}, [past]),
        ({"valid": "validNow"}, [endless]),
        ({"valid": "validFuture"}, [future]),
        ({"usable": "true"}, [future, endless]),
        ({"usable": "false"}, [past]),
        ({"advocate": "bob"}, [future]),
        ({"created_after": NOW, "created_before": NOW}, []),
        ({"created_after": NOW, "created_before": NOW + DAY}, [past, future, endless]),
    ]
    for filters, wanted in expected:
        found = await find(tx, campaign, **filters)
        assert [referral.id for referral in found] == [referral.id for referral in wanted], filters


async def test_order(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    made = sorted([(await create()).code for _ in range(5)], reverse=True)
    assert [referral.code for referral in await find(tx, campaign, sort="-code")] == made
    with pytest.raises(InvalidError) as refused:
        await find(tx, campaign, sort="friend")
    assert refused.value.problems[0].parameter == "sort"


async def test_a_counter_without_a_limit_is_the_sum_of_its_entries(
    tx: Transaction, campaign: CodeCampaign, create: Create
) -> None:
    referral = await create(usage_limit=0)
    for amount in (1, 1, -1, 1):
        await enter(tx, campaign, "redeemReferral", amount, referral_id=referral.id)
    assert (await find(tx, campaign))[0].usage_counter == 2
    limited = await update_referral(tx, campaign, referral.id, UpdateReferral(usage_limit=5))
    assert (limited.usage_limit, limited.usage_counter) == (5, 2)


async def test_absent_dates_are_removed_and_the_rest_stays(
    tx: Transaction, caller: Caller, campaign: CodeCampaign, create: Create
) -> None:
    await define(tx, caller, "Referral", "colour")
    before = await create(
        friend_profile_integration_id="bob",
        start_date=NOW,
        expiry_date=NOW + DAY,
        usage_limit=3,
        attributes={"colour": "red"},
    )
    after = await update_referral(tx, campaign, before.id, UpdateReferral())
    assert (after.start_date, after.expiry_date) == (UNSET, UNSET)
    assert (after.friend_profile_integration_id, after.usage_limit) == ("bob", 3)
    assert (after.code, after.attributes) == (before.code, {"colour": "red"})
    change = UpdateReferral(friend_profile_integration_id="", start_date=NOW, usage_limit=4, attributes={})
    after = await update_referral(tx, campaign, before.id, change)
    assert (after.friend_profile_integration_id, after.start_date) == (UNSET, NOW)
    assert (after.usage_limit, after.attributes) == (4, {})


async def test_changes_that_cannot_be(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    referral = await create()
    change = UpdateReferral(start_date=NOW, expiry_date=NOW - DAY, attributes={"nope": 1})
    with pytest.raises(InvalidError) as refused:
        await update_referral(tx, campaign, referral.id, change)
    assert [problem.pointer for problem in refused.value.problems] == ["/expiryDate", "/attributes/nope"]


async def test_deleting(
    tx: Transaction, caller: Caller, application_id: int, campaign: CodeCampaign, create: Create
) -> None:
    referral = await create()
    other = await make_campaign(tx, caller, application_id)
    with pytest.raises(NotFoundError):
        await delete_referral(tx, other, referral.id)
    with pytest.raises(NotFoundError):
        await update_referral(tx, other, referral.id, UpdateReferral())
    await delete_referral(tx, campaign, referral.id)
    assert await find(tx, campaign) == []
    with pytest.raises(NotFoundError):
        await delete_referral(tx, campaign, referral.id)
