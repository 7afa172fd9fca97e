"""Finding coupons: every filter, the order, and counters that are sums of the ledger (behaviour/campaigns 7)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from tercel.base.errors import InvalidError
from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.listing import (
    COUPON_VALUES,
    COUPONS,
    CouponQuery,
    CouponSearch,
)
from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Page, Paging
from tests.features.campaigns_and_entries import define, enter, make_campaign
from tests.features.coupons.conftest import NOW, Create
from tests.features.scopes import application_scope, asked, campaign_scope

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def find(
    tx: Transaction,
    campaign: CodeCampaign,
    page: Paging | None = None,
    attributes: dict[str, Any] | None = None,
    is_wide: bool = False,
    **filters: Any,
) -> Page[Coupon]:
    return await COUPONS.page(
        tx,
        application_scope(campaign, NOW) if is_wide else campaign_scope(campaign, NOW),
        asked(CouponQuery(**filters), page),
        *CouponSearch(attributes or {}).conditions(),
        is_counted=True,
    )


async def values(tx: Transaction, campaign: CodeCampaign, **filters: Any) -> list[str]:
    return [coupon.value for coupon in (await find(tx, campaign, **filters)).data]


async def test_values_match_loosely_or_exactly(
    tx: Transaction, campaign: CodeCampaign, create: Create
) -> None:
    for code in ("SUM-MER%1", "SUMMER10", "WINTER_1", "ÉTÉ-1"):
        await tx.execute(update(coupons).where(coupons.c.id == (await create())[0].id).values(value=code))
    assert await values(tx, campaign, value="sum.mer1") == ["SUM-MER%1", "SUMMER10"]
    assert await values(tx, campaign, value="R1") == ["SUM-MER%1", "SUMMER10", "WINTER_1"]
    assert await values(tx, campaign, value="été1") == ["ÉTÉ-1"]
    assert await values(tx, campaign, value="%") == ["SUM-MER%1"]
    assert await values(tx, campaign, value="_") == ["WINTER_1"]
    assert await values(tx, campaign, value="&") == []
    assert len(await values(tx, campaign, value="")) == 4
    assert await values(tx, campaign, value="summer10", exact_match=True) == ["SUMMER10"]
    assert await values(tx, campaign, value="summer1", exact_match=True) == []


async def test_dates_are_half_open(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    await create(coupon_pattern="PAST", start_date=NOW - DAY, expiry_date=NOW)
    await create(coupon_pattern="OPEN")
    await create(coupon_pattern="TODAY", start_date=NOW, expiry_date=NOW + DAY)
    await create(coupon_pattern="NEXT", start_date=NOW + HOUR)
    assert await values(tx, campaign, valid="expired") == ["PAST"]
    assert await values(tx, campaign, valid="validNow") == ["OPEN", "TODAY"]
    assert await values(tx, campaign, valid="validFuture") == ["NEXT"]
    assert await values(tx, campaign, starts_after=NOW, starts_before=NOW + HOUR) == ["TODAY"]
    assert await values(tx, campaign, expires_after=NOW, expires_before=NOW + DAY) == ["PAST"]
    assert await values(tx, campaign, created_after=NOW, valid="validFuture") == ["NEXT"]
    assert await values(tx, campaign, created_before=NOW) == []


async def test_use(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    [spent] = await create(coupon_pattern="SPENT", usage_limit=1)
    await create(coupon_pattern="FRESH", usage_limit=1)
    [endless] = await create(coupon_pattern="ENDLESS", usage_limit=0)
    await create(coupon_pattern="UNUSED", usage_limit=0)
    await tx.execute(update(coupons).where(coupons.c.id == spent.id).values(usage_counter=1))
    await enter(tx, campaign, "redeemCoupon", 1, coupon_id=endless.id)
    assert await values(tx, campaign, usable="true") == ["FRESH", "ENDLESS", "UNUSED"]
    assert await values(tx, campaign, usable="false") == ["SPENT"]
    assert await values(tx, campaign, redeemed="true") == ["SPENT", "ENDLESS"]
    assert await values(tx, campaign, redeemed="false") == ["FRESH", "UNUSED"]
    with pytest.raises(InvalidError) as refused:
        await values(tx, campaign, usable="true", redeemed="true")
    assert refused.value.problems[0].parameter == "redeemed"


async def test_equalities(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    [mine] = await create(coupon_pattern="MINE", recipient_integration_id="ann")
    await create(coupon_pattern="YOURS", recipient_integration_id="bob")
    await tx.execute(update(coupons).where(coupons.c.id == mine.id).values(referral_id=77))
    assert await values(tx, campaign, recipient_integration_id="ann") == ["MINE"]
    assert await values(tx, campaign, recipient_integration_id="ANN") == []
    assert await values(tx, campaign, batch_id=mine.batch_id) == ["MINE"]
    assert await values(tx, campaign, referral_id=77) == ["MINE"]


async def test_attributes_must_be_equal(
    tx: Transaction, caller: Caller, campaign: CodeCampaign, create: Create
) -> None:
    await define(tx, caller, "Coupon", "size")
    await define(tx, caller, "Coupon", "tags", "(list string)")
    await define(tx, caller, "Coupon", "worth", "number")
    await create(coupon_pattern="BOTH", attributes={"size": "L", "tags": ["a", "b"]})
    await create(coupon_pattern="SOLE", attributes={"size": "L", "tags": ["a"], "worth": Decimal("1.50")})
    assert await values(tx, campaign, attributes={"size": "L"}) == ["BOTH", "SOLE"]
    assert await values(tx, campaign, attributes={"tags": ["a"]}) == ["SOLE"]
    assert await values(tx, campaign, attributes={"tags": []}) == []
    assert await values(tx, campaign, attributes={"worth": Decimal("1.5")}) == ["SOLE"]
    assert await values(tx, campaign, attributes={"worth": None}) == ["BOTH"]
    assert await values(tx, campaign, attributes={"size": "l"}) == []
    assert await values(tx, campaign, attributes={"unknown": 1}) == []


async def test_application_wide_and_by_the_state_of_the_campaign(
    tx: Transaction, caller: Caller, application_id: int, campaign: CodeCampaign, create: Create
) -> None:
    later = await make_campaign(tx, caller, application_id, start_time=NOW + DAY)
    await create(coupon_pattern="NOW1")
    await create(later, coupon_pattern="LATER")
    assert await values(tx, campaign) == ["NOW1"]
    assert await values(tx, campaign, is_wide=True) == ["NOW1", "LATER"]
    assert await values(tx, campaign, is_wide=True, campaign_state="scheduled") == ["LATER"]
    assert await values(tx, campaign, is_wide=True, campaign_state="running") == ["NOW1"]
    assert await values(tx, campaign, is_wide=True, campaign_state="draft") == []
    await tx.execute(update(campaigns).where(campaigns.c.id == later.id).values(state="archived"))
    assert await values(tx, campaign, is_wide=True, campaign_state="archived") == ["LATER"]
    assert await values(tx, campaign, is_wide=True, campaign_state="enabled") == ["NOW1"]


async def test_pages_and_order(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    for code in ("BBBB", "AAAA", "CCCC"):
        await create(coupon_pattern=code)
    first = await find(tx, campaign, Paging(page_size=2))
    assert ([coupon.value for coupon in first.data], first.total, first.has_more) == (
        ["BBBB", "AAAA"],
        3,
        True,
    )
    rest = await find(tx, campaign, Paging(page_size=2, skip=2))
    assert ([coupon.value for coupon in rest.data], rest.has_more) == (["CCCC"], False)
    assert await values(tx, campaign, page=Paging(page_size=9, sort="value")) == ["AAAA", "BBBB", "CCCC"]
    assert await values(tx, campaign, page=Paging(page_size=9, sort="-value")) == [
        "CCCC",
        "BBBB",
        "AAAA",
    ]
    with pytest.raises(InvalidError):
        await values(tx, campaign, page=Paging(page_size=9, sort="attributes"))


async def test_counters_without_a_limit_are_sums_of_entries(
    tx: Transaction, campaign: CodeCampaign, create: Create
) -> None:
    [endless] = await create(usage_limit=0)
    [limited] = await create(usage_limit=9, discount_limit=Decimal(50))
    for coupon in (endless, limited):
        await enter(tx, campaign, "redeemCoupon", 1, coupon_id=coupon.id)
        await enter(tx, campaign, "redeemCoupon", 1, coupon_id=coupon.id)
        await enter(tx, campaign, "redeemCoupon", -1, coupon_id=coupon.id)
        await enter(tx, campaign, "setDiscount", 10, coupon_id=coupon.id, coupon_discount=Decimal("10.10"))
        await enter(tx, campaign, "setDiscount", -3, coupon_id=coupon.id, coupon_discount=Decimal("-3.1"))
    await tx.execute(
        update(coupons)
        .where(coupons.c.id == limited.id)
        .values(usage_counter=4, discount_counter=Decimal(20))
    )
    one, other = (await find(tx, campaign)).data
    assert (one.usage_counter, one.discount_counter) == (1, 7)
    assert (other.usage_counter, other.discount_counter, other.discount_remainder) == (4, 20, 30)


async def test_values_only(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    await create(coupon_pattern="AAAA")
    page = await COUPON_VALUES.page(tx, campaign_scope(campaign, NOW), asked(page=Paging(1)))
    assert ([found.value for found in page.data], page.has_more) == (["AAAA"], False)
