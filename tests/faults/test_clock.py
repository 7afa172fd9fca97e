"""The wall clock jumps, in both directions: nothing is lost, counted twice or closed for ever."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tercel.base.errors import TooManyRequestsError
from tercel.base.limits import IDEMPOTENCY_HOURS
from tercel.database.engine import Database
from tercel.features.access.throttles.counts import Counts
from tercel.features.access.throttles.rates import Rates
from tercel.jobs.housekeeping import tidy_up
from tercel.ledger.verify import verify
from tests.support.server import Server
from tests.support.shop import Shop, item, rule

NOW = datetime(2031, 3, 31, 12, tzinfo=UTC)
_LIFETIME = timedelta(hours=IDEMPOTENCY_HOURS)
_SECOND = timedelta(seconds=1)
#: From one order to the next: an hour back in autumn, a dead battery, a wrong year, and back again.
JUMPS = [
    timedelta(hours=-1),
    timedelta(days=-11_000),
    timedelta(days=40_000),
    timedelta(0),
    timedelta(milliseconds=-3),
    timedelta(days=400),
]


def _put(
    shop: Shop, session_id: str, now: datetime, key: str | None = None, **session: Any
) -> httpx.Response:
    headers = {"X-Tercel-Now": now.isoformat()} | ({"Idempotency-Key": key} if key else {})
    body = {"customerSession": session, "responseContent": ["customerSession"]}
    return shop.integration.put(f"/v2/customer_sessions/{session_id}", json=body, headers=headers)


@pytest.fixture
def campaign(shop: Shop) -> dict[str, Any]:
    """A running campaign with a code for three."""
    made = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
    shop.coupon(made, "CODE", usageLimit=3)
    return made


async def _differences(dsn: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        return [difference async for _, found in verify(connection) for difference in found]


def test_orders_whatever_the_clock_says(shop: Shop, campaign: dict[str, Any], server: Server) -> None:
    cart = {"profileId": shop.ann, "couponCodes": ["CODE"], "cartItems": [item("x", 10)]}
    accepted = []
    for number, jump in enumerate(JUMPS):
        assert _put(shop, f"o{number}", NOW, **cart).status_code == 200
        closed = _put(shop, f"o{number}", NOW + jump, state="closed", **cart)
        assert closed.status_code == 200, closed.text
        accepted += [e for e in closed.json()["effects"] if e["effectType"] == "acceptCoupon"]
    assert len(accepted) == 3
    assert shop.stored_coupon(campaign, "CODE")["usageCounter"] == 3
    assert asyncio.run(_differences(server.dsn)) == []


def test_what_was_closed_later_is_given_back_earlier(
    shop: Shop, campaign: dict[str, Any], server: Server
) -> None:
    cart = {"profileId": shop.ann, "couponCodes": ["CODE"], "cartItems": [item("x", 10)]}
    for number, jump in enumerate(JUMPS):
        assert _put(shop, f"o{number}", NOW + jump, state="closed", **cart).status_code == 200
        cancelled = _put(shop, f"o{number}", NOW - jump, state="cancelled")
        assert "rollbackCoupon" in {effect["effectType"] for effect in cancelled.json()["effects"]}
    assert shop.stored_coupon(campaign, "CODE")["usageCounter"] == 0
    assert asyncio.run(_differences(server.dsn)) == []


@pytest.mark.parametrize("jump", [timedelta(days=-400), -_SECOND, timedelta(0), _LIFETIME - _SECOND])
def test_a_request_is_repeated_after_a_jump(shop: Shop, campaign: dict[str, Any], jump: timedelta) -> None:
    cart = {"profileId": shop.ann, "couponCodes": ["CODE"], "cartItems": [item("x", 10)], "state": "closed"}
    first = _put(shop, "o", NOW, "key", **cart)
    again = _put(shop, "o", NOW + jump, "key", **cart)
    assert (again.status_code, again.content) == (200, first.content)
    assert shop.stored_coupon(campaign, "CODE")["usageCounter"] == 1


def test_a_jump_beyond_the_life_of_a_key_counts_nothing_twice(shop: Shop, campaign: dict[str, Any]) -> None:
    """The answer is forgotten; that the session is closed is not."""
    cart = {"profileId": shop.ann, "couponCodes": ["CODE"], "cartItems": [item("x", 10)], "state": "closed"}
    _put(shop, "o", NOW, "key", **cart)
    assert _put(shop, "o", NOW + _LIFETIME, "key", **cart).status_code == 400
    assert shop.stored_coupon(campaign, "CODE")["usageCounter"] == 1


@pytest.mark.anyio
async def test_partitions_are_made_wherever_the_clock_is(database: Database) -> None:
    for jump in [*JUMPS, timedelta(0)]:
        await tidy_up(database, NOW + jump)
    for table in ("events", "entries"):
        for month in ("2001m02", "2031m03", "2032m05", "2140m10"):
            async with database.connection() as connection:
                cursor = await connection.execute("SELECT to_regclass(%s)", [f"{table}_y{month}"])
                assert await cursor.fetchone() != (None,), month


def test_a_limit_of_requests_does_not_outlast_a_jump() -> None:
    rates = Rates(1, Counts.private(1))
    rates.take(b"key", NOW)
    for jump in (timedelta(hours=-1), timedelta(days=400), timedelta(days=-11_000)):
        rates.take(b"key", NOW + jump)
        with pytest.raises(TooManyRequestsError):
            rates.take(b"key", NOW + jump)
