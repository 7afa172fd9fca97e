"""A code gets a limit while sessions redeem it: whoever comes first, the counter knows every redemption."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tercel.database.engine import Database
from tercel.features.aggregates import ORDER
from tercel.features.codes.coupons.change import update_coupon
from tercel.features.codes.coupons.model import UpdateCoupon
from tercel.features.codes.library.campaign import get_code_campaign
from tercel.features.codes.referrals.model import UpdateReferral
from tercel.features.codes.referrals.service import update_referral
from tercel.features.engine.sessions.writing.record import Tracked, record
from tercel.ledger.entries import Cause, EntryRow
from tercel.ledger.verify import verify
from tercel.pipeline.aggregate import Work
from tercel.pipeline.write import write
from tercel.settings import Settings
from tests.support.server import Server
from tests.support.shop import Shop, item, rule, short

pytestmark = pytest.mark.anyio

VALID = ["and", ["couponValid"]]
REFERRED = ["and", ["referralValid"]]
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
async def database(server: Server, settings: Settings) -> AsyncIterator[Database]:
    """The database of the server, beside the server."""
    opened = await Database.open(server.dsn, settings)
    yield opened
    await opened.close()


async def until_somebody_waits(database: Database) -> None:
    async with asyncio.timeout(20), database.connection() as connection:
        while await (await connection.execute(_WAITING)).fetchone() == (0,):
            pass


async def differences(database: Database) -> list[Any]:
    async with database.connection() as connection:
        return [each async for _, found in verify(connection) for each in found]


def made_referral(shop: Shop, campaign: dict[str, Any]) -> dict[str, Any]:
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": 0}
    answer = shop.integration.post("/v1/referrals", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def set_limit(database: Database, shop: Shop, campaign: dict[str, Any], kind: str, code_id: int) -> Any:
    """Give a coupon or a referral a limit of one use; the code as it is then."""
    async with database.transaction() as tx:
        found = await get_code_campaign(tx, shop.application["id"], campaign["id"])
        if kind == "coupon":
            return await update_coupon(tx, found, code_id, UpdateCoupon(usage_limit=1))
        return await update_referral(tx, found, code_id, UpdateReferral(usage_limit=1))


@pytest.mark.parametrize("kind", ["coupon", "referral"])
async def test_a_limit_waits_for_redemptions_under_way(shop: Shop, database: Database, kind: str) -> None:
    campaign = shop.campaign(features=["coupons", "referrals"])
    code = shop.coupon(campaign, "CODE") if kind == "coupon" else made_referral(shop, campaign)
    work = Work(shop.owner)
    cause = Cause(application_id=shop.application["id"], created=datetime.now(UTC), event_id=1)
    entry = EntryRow(
        kind="redeemCoupon" if kind == "coupon" else "redeemReferral",
        campaign_id=campaign["id"],
        ruleset_id=1,
        rule_index=0,
        amount=Decimal(1),
        coupon_id=code["id"] if kind == "coupon" else None,
        referral_id=code["id"] if kind == "referral" else None,
    )
    record(work.to_write, cause, entry, [], Tracked(coupon_edits=0, referral_edits=0))
    async with database.connection() as redeeming, redeeming.transaction():
        await write(redeeming, ORDER.writes, work)
        limiting = asyncio.create_task(set_limit(database, shop, campaign, kind, code["id"]))
        await until_somebody_waits(database)
    limited = await limiting
    assert (limited.usage_limit, limited.usage_counter) == (1, 1)
    assert await differences(database) == []


@pytest.mark.parametrize("kind", ["coupon", "referral"])
async def test_a_redemption_waits_for_a_limit_being_set(shop: Shop, database: Database, kind: str) -> None:
    when = VALID if kind == "coupon" else REFERRED
    campaign = shop.campaign(rule(["setDiscount", "d", 1], when=when), features=["coupons", "referrals"])
    if kind == "coupon":
        code = shop.coupon(campaign, "CODE")
        codes: dict[str, Any] = {"couponCodes": ["CODE"]}
    else:
        code = made_referral(shop, campaign)
        codes = {"referralCode": code["code"]}

    def redeem(customer: str) -> httpx.Response:
        profile = f"{customer} of {shop.application['id']}"
        return shop.put(customer, profileId=profile, state="closed", cartItems=[item("A", 10)], **codes)

    assert redeem("first").status_code == 200
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        async with database.transaction() as tx:
            found = await get_code_campaign(tx, shop.application["id"], campaign["id"])
            if kind == "coupon":
                await update_coupon(tx, found, code["id"], UpdateCoupon(usage_limit=1))
            else:
                await update_referral(tx, found, code["id"], UpdateReferral(usage_limit=1))
            waiting = loop.run_in_executor(pool, redeem, "second")
            await until_somebody_waits(database)
        answer = await waiting
    refusals = [(kind, props["rejectionReason"]) for kind, props in short(answer.json())]
    assert refusals == [(f"reject{kind.title()}", f"{kind.title()}LimitReached")]
    assert await differences(database) == []


async def test_limits_come_and_go_while_sessions_close(shop: Shop, database: Database) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 1], when=VALID))
    coupon = shop.coupon(campaign, "CODE")
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/{coupon['id']}"

    def work(number: int) -> int:
        if number % 4 == 0:
            change = {"usageLimit": number % 8 and 1_000, "discountLimit": 1_000}
            return shop.management.put(path, json=change).status_code
        cart = [item("A", 10)]
        return shop.put(f"s{number}", state="closed", cartItems=cart, couponCodes=["CODE"]).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(work, range(64)))
    assert statuses == {200}
    assert shop.stored_coupon(campaign, "CODE")["usageCounter"] == 48
    assert await differences(database) == []


async def test_a_coupon_and_a_referral_in_one_session_are_counted_each(
    shop: Shop, database: Database
) -> None:
    campaign = shop.campaign(
        rule(["setDiscount", "d", 1], when=["and", ["couponValid"], ["referralValid"]]),
        features=["coupons", "referrals"],
    )
    shop.coupon(campaign, "CODE")
    referral = made_referral(shop, campaign)
    path = f"{shop.path}/campaigns/{campaign['id']}/referrals/{referral['id']}"
    assert shop.management.put(path, json={"usageLimit": 3}).status_code == 200
    friend = f"friend of {shop.application['id']}"
    both = {"couponCodes": ["CODE"], "referralCode": referral["code"]}
    shop.update("s", profileId=friend, state="closed", cartItems=[item("A", 10)], **both)
    assert await differences(database) == []
    shop.update("s", state="cancelled")
    assert await differences(database) == []
