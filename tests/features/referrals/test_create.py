"""Creating referrals for advocates (behaviour/codes 13)."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec import UNSET
from sqlalchemy import select

from tercel.base.errors import InvalidError
from tercel.database.tables.customers import profile_applications, profiles
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.referrals.create import create_referrals_for_multiple_advocates
from tercel.features.codes.referrals.model import NewReferralsForMultipleAdvocates, Referral
from tercel.features.common.caller import Caller
from tests.features.campaigns_and_entries import define, make_campaign
from tests.features.conftest import make_application
from tests.features.referrals.conftest import NOW, Create
from tests.features.scopes import application_scope

pytestmark = pytest.mark.anyio


async def create_many(
    tx: Transaction, campaign: CodeCampaign, advocates: Sequence[str], **fields: Any
) -> list[Referral]:
    new = NewReferralsForMultipleAdvocates(
        campaign_id=campaign.id,
        advocate_profile_integration_ids=list(advocates),
        **{"usage_limit": 1, **fields},
    )
    return await create_referrals_for_multiple_advocates(tx, application_scope(campaign, NOW), new)


async def test_a_referral_is_used_once_unless_told_otherwise(create: Create, campaign: CodeCampaign) -> None:
    referral = await create()
    assert re.fullmatch("[A-Z0-9]{8}", referral.code)
    assert (referral.usage_limit, referral.usage_counter) == (1, 0)
    assert (referral.campaign_id, referral.created, referral.attributes) == (campaign.id, NOW, {})
    assert (referral.friend_profile_integration_id, referral.batch_id) == (UNSET, UNSET)
    assert (await create(usage_limit=0)).usage_limit == 0


async def test_the_same_advocate_gets_another_code(create: Create) -> None:
    assert (await create()).code != (await create()).code


async def test_an_unknown_advocate_gets_a_profile_that_belongs_to_no_application(
    tx: Transaction, caller: Caller, create: Create
) -> None:
    advocate = "a/b 🦅" + "x" * 900
    await create(advocate_profile_integration_id=advocate)
    await create(advocate_profile_integration_id=advocate)
    rows = await tx.all(select(profiles.c.account_id, profiles.c.sandbox, profiles.c.integration_id))
    assert [tuple(row) for row in rows] == [(caller.account_id, False, advocate)]
    assert await tx.all(select(profile_applications)) == []


async def test_all_fields(tx: Transaction, caller: Caller, create: Create) -> None:
    await define(tx, caller, "Referral", "colour")
    end = NOW + timedelta(days=1)
    referral = await create(
        friend_profile_integration_id="bob", start_date=NOW, expiry_date=end, attributes={"colour": "red"}
    )
    assert referral.friend_profile_integration_id == "bob"
    assert (referral.start_date, referral.expiry_date) == (NOW, end)
    assert referral.attributes == {"colour": "red"}


async def test_many_advocates_share_a_batch(tx: Transaction, campaign: CodeCampaign) -> None:
    advocates = [f"advocate {number}" for number in range(1_000)]
    made = await create_many(
        tx, campaign, advocates, referral_pattern="ref-####", valid_characters=list("0123456789")
    )
    assert [referral.advocate_profile_integration_id for referral in made] == advocates
    assert len({referral.code for referral in made}) == 1_000
    assert all(re.fullmatch("REF-[0-9]{4}", referral.code) for referral in made)
    assert len({referral.batch_id for referral in made}) == 1


async def test_the_pattern_of_the_campaign(tx: Transaction, caller: Caller, application_id: int) -> None:
    campaign = await make_campaign(
        tx, caller, application_id, referral_settings={"couponPattern": "C-##", "validCharacters": ["1", "2"]}
    )
    made = await create_many(tx, campaign, ["ann", "bob", "cem", "dea"])
    assert {referral.code for referral in made} == {"C-11", "C-12", "C-21", "C-22"}
    with pytest.raises(InvalidError) as refused:
        await create_many(tx, campaign, ["eve"])
    assert refused.value.problems[0].pointer == "/referralPattern"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"start_date": NOW, "expiry_date": NOW}, "/expiryDate"),
        ({"attributes": {"colour": "red"}}, "/attributes/colour"),
        ({"campaign_id": 2**62}, "/campaignId"),
    ],
)
async def test_refusals(create: Create, fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        await create(**fields)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_the_campaign_must_have_referrals_and_be_of_this_application(
    tx: Transaction, caller: Caller, application_id: int, create: Create
) -> None:
    without = await make_campaign(tx, caller, application_id, features=["coupons"])
    elsewhere = await make_campaign(tx, caller, await make_application(tx, caller, "Other"))
    for campaign in (without, elsewhere):
        with pytest.raises(InvalidError) as refused:
            await create(campaign_id=campaign.id)
        assert [problem.pointer for problem in refused.value.problems] == ["/campaignId"]
