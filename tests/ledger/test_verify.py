"""``verify`` agrees with a busy shop and notices a figure that was changed by hand."""

from typing import Any

import psycopg
import pytest

from tercel.database.engine import Database
from tercel.ledger.verify import CHECKS, Difference, verify
from tercel.settings import Settings
from tests.loyalty.club import Club
from tests.support.server import Server
from tests.support.shop import TOTAL, Shop, item, rule

WRONG = {
    "counters of limits": "UPDATE counters SET used = used + 1",
    "uses of coupons": "UPDATE coupons SET usage_counter = usage_counter + 1 WHERE value = 'TEN1'",
    "spending of gift cards": "UPDATE coupons SET discount_counter = 1 WHERE value = 'CARD'",
    "uses of referrals": "UPDATE referrals SET usage_counter = usage_counter + 1 WHERE usage_counter > 0",
    "referrals of customers": "UPDATE profile_applications SET referrals = referrals + 1 WHERE referrals > 0",
    "closed sessions of profiles": "UPDATE profiles SET closed_sessions = closed_sessions + 1 WHERE closed_sessions > 0",
    "sales of profiles": "UPDATE profiles SET total_sales = total_sales + 1 WHERE total_sales > 0",
    "rests of points": "UPDATE loyalty_transactions SET remaining = remaining - 1 WHERE remaining > 1",
}
#: Figures that should be nothing, as the ledger holds nothing for them.
WRONG_UNUSED = {
    "counters of limits": "INSERT INTO counters VALUES (1, 1, 'setDiscount', 'Profile=0', '', 1)",
    "uses of coupons": "UPDATE coupons SET usage_counter = 1 WHERE value = 'TEN2'",
    "spending of gift cards": "UPDATE coupons SET discount_counter = 1 WHERE value = 'CAR2'",
    "uses of referrals": "UPDATE referrals SET usage_counter = 1 WHERE usage_counter = 0",
    "referrals of customers": "UPDATE profile_applications SET referrals = 1 WHERE referrals = 0",
    "closed sessions of profiles": "UPDATE profiles SET closed_sessions = 1 WHERE closed_sessions = 0",
    "sales of profiles": "UPDATE profiles SET total_sales = 1 WHERE total_sales = 0",
    "rests of points": "UPDATE loyalty_transactions SET remaining = 1 WHERE remaining = 0 AND amount > 1",
}


def trade(shop: Shop) -> None:
    """Sessions that are closed and cancelled, with every kind of counter moving."""
    campaign = shop.campaign(
        rule(
            ["setDiscount", "d", ["min", TOTAL, 10], ["kv", ["partial", True]]], when=["and", ["couponValid"]]
        ),
        limits=[
            {"action": "setDiscount", "limit": 1000, "entities": ["Profile"]},
            {"action": "redeemCoupon", "limit": 1000, "period": "daily", "entities": []},
        ],
    )
    shop.coupon(campaign, "TEN1", usageLimit=10)
    shop.coupon(campaign, "CARD", discountLimit=15)
    shop.coupon(campaign, "TEN2", usageLimit=10)
    shop.coupon(campaign, "CAR2", discountLimit=15)
    club = Club(shop)
    club.add(10)
    club.deduct(4)
    for number in range(6):
        code = ("TEN1", "CARD")[number % 2]
        shop.update(
            f"s{number}",
            profileId=f"c{number % 2}",
            state="closed",
            couponCodes=[code],
            cartItems=[item("A", 9)],
        )
    for number in (0, 3):
        shop.update(f"s{number}", state="cancelled")
    service = rule(["setDiscount", "d", 1], when=["and", ["referralValid"]])
    body = {
        "campaignId": shop.campaign(service, features=["referrals"])["id"],
        "advocateProfileIntegrationId": shop.ann,
    }
    codes = [shop.integration.post("/v1/referrals", json=body).json()["code"] for _ in range(2)]
    shop.update("friend", profileId=f"friend of {shop.ann}", referralCode=codes[0], state="closed")
    shop.update("nothing yet", profileId=f"guest of {shop.ann}")


async def differences(server: Server, settings: Settings) -> list[Difference]:
    database = await Database.open(server.dsn, settings)
    try:
        async with database.connection() as connection:
            return [each async for _, found in verify(connection) for each in found]
    finally:
        await database.close()


@pytest.mark.anyio
async def test_a_busy_shop_agrees_with_its_ledger(shop: Shop, server: Server, settings: Settings) -> None:
    trade(shop)
    assert await differences(server, settings) == []


@pytest.mark.anyio
@pytest.mark.parametrize("wrong", [WRONG, WRONG_UNUSED], ids=["used", "never used"])
@pytest.mark.parametrize("check", [name for name, _ in CHECKS])
async def test_a_wrong_figure_is_found(
    shop: Shop, server: Server, check: str, wrong: dict[str, str], settings: Settings
) -> None:
    trade(shop)
    statement: Any = wrong[check]
    with psycopg.connect(server.dsn) as connection:
        connection.execute(statement)
        found = connection.execute(dict(CHECKS)[check]).fetchall()
        connection.rollback()
    assert found
    assert await differences(server, settings) == []


@pytest.mark.anyio
async def test_a_limit_below_what_was_used_before_is_no_difference(
    shop: Shop, server: Server, settings: Settings
) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
    coupon = shop.coupon(campaign, "LESS", usageLimit=3)
    for number in range(3):
        shop.update(f"s{number}", state="closed", couponCodes=["LESS"], cartItems=[item("A", 9)])
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/{coupon['id']}"
    shop.management.put(path, json={"usageLimit": 2}).raise_for_status()
    assert shop.stored_coupon(campaign, "LESS")["usageCounter"] == 3
    assert await differences(server, settings) == []
