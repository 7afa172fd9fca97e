"""Creating coupons in batches (behaviour/campaigns 5)."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from tercel.base.errors import ConflictError, InvalidError, NotFoundError
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.create import create_coupons_for_recipients, describe_coupons
from tercel.features.codes.coupons.model import NewCouponsForMultipleRecipients
from tercel.features.codes.library.campaign import CodeCampaign, get_code_campaign
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tercel.features.common.patterns.make import secure_choices
from tests.features.campaigns_and_entries import define, make_campaign
from tests.features.conftest import make_application, make_caller
from tests.features.coupons.conftest import NOW, Create

pytestmark = pytest.mark.anyio


def pointers(error: InvalidError | ConflictError) -> list[str | None]:
    return [problem.pointer for problem in error.problems]


async def test_a_batch_shares_its_settings_and_its_batch_id(create: Create, campaign: CodeCampaign) -> None:
    made = await create(
        number_of_coupons=500,
        usage_limit=3,
        discount_limit=Decimal("12.50"),
        reservation_limit=2,
        start_date=NOW,
        expiry_date=NOW + timedelta(days=1),
        is_reservation_mandatory=True,
        implicitly_reserved=True,
    )
    assert len({coupon.value for coupon in made}) == 500
    assert all(re.fullmatch(r"[A-Z0-9]{8}", coupon.value) for coupon in made)
    first = made[0]
    assert len({coupon.batch_id for coupon in made}) == 1
    assert (first.campaign_id, first.created) == (campaign.id, NOW)
    assert (first.usage_limit, first.discount_limit, first.reservation_limit) == (3, Decimal("12.5"), 2)
    assert (first.usage_counter, first.discount_counter, first.discount_remainder) == (0, 0, Decimal("12.5"))
    assert (first.start_date, first.expiry_date) == (NOW, NOW + timedelta(days=1))
    assert (first.reservation, first.is_reservation_mandatory, first.implicitly_reserved) == (
        True,
        True,
        True,
    )


async def test_batches_have_different_ids(create: Create) -> None:
    [one], [other] = await create(), await create()
    assert one.batch_id != other.batch_id


async def test_the_application_folds_codes_and_prefixes(create: Create) -> None:
    [coupon] = await create(coupon_pattern="summer-1", unique_prefix="vip-")
    assert coupon.value == "VIP-SUMMER-1"


async def test_a_sensitive_application_keeps_both_cases(
    tx: Transaction, caller: Caller, create: Create
) -> None:
    application_id = await make_application(tx, caller, "Other", case_sensitivity="sensitive")
    campaign = await make_campaign(tx, caller, application_id)
    [lower] = await create(campaign, coupon_pattern="abcd")
    [upper] = await create(campaign, coupon_pattern="ABCD")
    assert (lower.value, upper.value) == ("abcd", "ABCD")


async def test_an_own_code_that_exists_in_the_application_is_a_conflict(
    tx: Transaction, caller: Caller, application_id: int, create: Create
) -> None:
    await create(coupon_pattern="SUMMER")
    other_campaign = await make_campaign(tx, caller, application_id)
    with pytest.raises(ConflictError, match="`SUMMER`") as refused:
        await create(other_campaign, coupon_pattern="summer")
    assert pointers(refused.value) == ["/couponPattern"]
    other_application = await make_application(tx, caller, "Other")
    assert await create(await make_campaign(tx, caller, other_application), coupon_pattern="SUMMER")


async def test_codes_that_exist_are_drawn_again(create: Create) -> None:
    settings = {"coupon_pattern": "N-##", "valid_characters": list("0123456789")}
    first = await create(number_of_coupons=60, **settings)
    second = await create(number_of_coupons=40, **settings)
    assert len({coupon.value for coupon in first + second}) == 100
    with pytest.raises(InvalidError) as refused:
        await create(number_of_coupons=1, **settings)
    assert pointers(refused.value) == ["/couponPattern"]


async def test_a_pattern_must_give_enough_codes(create: Create) -> None:
    with pytest.raises(InvalidError, match="submitted data") as refused:
        await create(number_of_coupons=101, coupon_pattern="N-##", valid_characters=list("0123456789"))
    assert pointers(refused.value) == ["/couponPattern"]


async def test_campaign_settings_and_attributes_are_the_defaults(
    tx: Transaction, caller: Caller, application_id: int, create: Create
) -> None:
    for name in ("colour", "size"):
        await define(tx, caller, "Coupon", name)
    campaign = await make_campaign(
        tx,
        caller,
        application_id,
        coupon_settings={"couponPattern": "C-####", "validCharacters": ["7"]},
        coupon_attributes={"colour": "red", "size": "S"},
    )
    [coupon] = await create(campaign, attributes={"size": "L", "colour": None})
    assert coupon.value == "C-7777"
    assert coupon.attributes == {"size": "L"}


async def test_attributes_are_checked(tx: Transaction, caller: Caller, create: Create) -> None:
    await define(tx, caller, "Coupon", "size", "number")
    with pytest.raises(InvalidError) as refused:
        await create(attributes={"size": "big", "a/b": 1})
    assert pointers(refused.value) == ["/attributes/size", "/attributes/a~1b"]


async def test_mandatory_attributes(
    tx: Transaction, caller: Caller, application_id: int, campaign: CodeCampaign, create: Create
) -> None:
    await define(tx, caller, "Coupon", "size")
    await tx.execute(
        update(applications)
        .where(applications.c.id == application_id)
        .values(attributes_settings={"mandatory": {"coupons": ["size"]}})
    )
    strict = await get_code_campaign(tx, application_id, campaign.id)
    with pytest.raises(InvalidError) as refused:
        await create(strict)
    assert pointers(refused.value) == ["/attributes/size"]
    assert await create(strict, attributes={"size": "L"})


async def test_a_coupon_with_a_recipient_is_personal(create: Create) -> None:
    [coupon] = await create(recipient_integration_id="ann/1 🦅")
    assert (coupon.recipient_integration_id, coupon.reservation) == ("ann/1 🦅", False)
    [open_to_all] = await create(recipient_integration_id="")
    assert open_to_all.recipient_integration_id is msgspec.UNSET
    assert open_to_all.reservation is True


async def test_own_limits_are_per_profile_on_a_single_coupon(create: Create) -> None:
    limit = LimitConfig(action="redeemCoupon", limit=Decimal(2), entities=["Profile"])
    [coupon] = await create(limits=[limit])
    assert coupon.limits == [{"action": "redeemCoupon", "limit": 2, "entities": ["Profile"]}]
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"number_of_coupons": 2, "limits": [limit]}, "/limits"),
        ({"recipient_integration_id": "ann", "limits": [limit]}, "/limits"),
        ({"limits": [msgspec.structs.replace(limit, entities=[])]}, "/limits/0/entities"),
        ({"limits": [msgspec.structs.replace(limit, action="setDiscount")]}, "/limits/0/action"),
        ({"limits": [msgspec.structs.replace(limit, limit=Decimal(-1))]}, "/limits/0/limit"),
        ({"limits": [limit, limit]}, "/limits/1"),
    ]
    for settings, pointer in refusals:
        with pytest.raises(InvalidError) as refused:
            await create(**settings)
        assert pointers(refused.value) == [pointer]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"discount_limit": Decimal(-1)}, "/discountLimit"),
        ({"discount_limit": Decimal("1000000000000000.1")}, "/discountLimit"),
        ({"discount_limit": Decimal("0.0000000000001")}, "/discountLimit"),
        ({"start_date": NOW, "expiry_date": NOW}, "/expiryDate"),
        ({"number_of_coupons": 20_001}, "/numberOfCoupons"),
        ({"number_of_coupons": 200_001, "unique_prefix": "P"}, "/numberOfCoupons"),
        ({"unique_prefix": "P" * 193}, "/uniquePrefix"),
    ],
)
async def test_settings_beyond_their_limits(create: Create, given: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        await create(**given)
    assert pointers(refused.value) == [pointer]


async def test_the_largest_batch_and_the_largest_limits(create: Create) -> None:
    made = await create(
        number_of_coupons=20_000, usage_limit=999_999, discount_limit=Decimal(10) ** 15, unique_prefix=""
    )
    assert len({coupon.value for coupon in made}) == 20_000


async def test_one_coupon_for_each_recipient(tx: Transaction, campaign: CodeCampaign) -> None:
    recipients = ["ann", "bob", "ann", "x" * 1_000]
    new = NewCouponsForMultipleRecipients(
        usage_limit=1, recipients_integration_ids=recipients, coupon_pattern="R-####"
    )
    codes = await create_coupons_for_recipients(tx, campaign, new, now=NOW, choices=secure_choices)
    made = (await describe_coupons(tx, campaign, codes)).data
    assert [coupon.recipient_integration_id for coupon in made] == recipients
    assert not any(coupon.reservation for coupon in made)


async def test_a_campaign_of_another_application_does_not_exist(
    tx: Transaction, caller: Caller, campaign: CodeCampaign
) -> None:
    other = await make_application(tx, caller, "Other")
    foreign = await make_application(tx, await make_caller(tx))
    for application_id in (other, foreign):
        with pytest.raises(NotFoundError):
            await get_code_campaign(tx, application_id, campaign.id)
