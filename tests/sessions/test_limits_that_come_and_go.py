"""A limit that is added, or comes back, counts what the ledger holds for it; what was used without it is given back to it (behaviour/budgets 7, 8)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tercel.settings import Settings
from tests.ledger.test_verify import differences
from tests.support.server import Server, created
from tests.support.shop import TOTAL, Shop, item, rule, short

pytestmark = pytest.mark.anyio

_TENTH = rule(["setDiscount", "d", ["*", TOTAL, 0.1]])
_CODE = rule(["setDiscount", "d", ["*", TOTAL, 0.1]], when=["and", ["couponValid"]])


class Budget:
    """A campaign that takes a tenth off, whose one limit comes and goes."""

    def __init__(self, shop: Shop, *, action: str, entities: tuple[str, ...], period: str | None) -> None:
        self.shop = shop
        self.limit = {"action": action, "limit": 10, "entities": list(entities), "period": period}
        self.store = created(shop.management.post(
            f"{shop.path}/stores", json={"name": "M", "description": "", "integrationId": "mitte"}
        ))  # fmt: skip
        self.campaign = shop.campaign(_CODE)
        shop.coupon(self.campaign, "CODE")

    def has(self, *limits: dict[str, Any]) -> None:
        """From now on the campaign has these limits."""
        path = f"{self.shop.path}/campaigns/{self.campaign['id']}"
        body = {"name": "c", "tags": [], "features": ["coupons"], "limits": list(limits)}
        self.shop.management.put(path, json=body).raise_for_status()

    def sell(self, session: str, price: int) -> Decimal:
        """Close a session with everything that a limit may count by; what it was given."""
        answer = self.shop.update(
            session,
            state="closed",
            profileId=self.shop.ann,
            storeIntegrationId="mitte",
            identifiers=["a|b=c", "till", "till"],
            couponCodes=["CODE"],
            cartItems=[item("A", price)],
        )
        return sum((Decimal(p["value"]) for kind, p in short(answer) if kind == "setDiscount"), Decimal(0))


def _counters(server: Server, shop: Shop) -> dict[str, Decimal]:
    statement = "SELECT scope, used FROM counters WHERE application_id = %s"
    with psycopg.connect(server.dsn) as connection:
        return dict(connection.execute(statement, [shop.application["id"]]).fetchall())


_ENTITIES = [
    (),
    ("Profile",),
    ("Store",),
    ("Identifier",),
    ("Coupon",),
    ("Coupon", "Profile"),
    ("Identifier", "Store"),
]


_LIMITS = [
    *((entities, None) for entities in _ENTITIES),
    *(((), each) for each in ("daily", "weekly", "monthly", "yearly")),
]


@pytest.mark.parametrize(("entities", "period"), _LIMITS, ids=str)
async def test_it_counts_what_was_used_without_it(
    shop: Shop, server: Server, settings: Settings, entities: tuple[str, ...], period: str | None
) -> None:
    budget = Budget(shop, action="setDiscount", entities=entities, period=period)
    assert budget.sell("before", 30) == 3
    budget.has(budget.limit)
    assert budget.sell("under it", 40) == 4
    assert budget.sell("too much", 40) == 0
    budget.has()
    assert budget.sell("without it", 20) == 2
    shop.update("before", state="cancelled")
    budget.has(budget.limit)
    used = _counters(server, shop)
    assert set(used.values()) == {Decimal(6)}
    assert len(used) == (2 if "Identifier" in entities else 1)
    assert budget.sell("as much as is left", 40) == 4
    assert budget.sell("nothing left", 10) == 0
    shop.update("without it", state="cancelled")
    shop.update("under it", state="cancelled")
    assert set(_counters(server, shop).values()) == {Decimal(4)}
    assert await differences(server, settings) == []


async def test_occurrences_count_like_amounts(shop: Shop, server: Server, settings: Settings) -> None:
    budget = Budget(shop, action="setDiscountEffect", entities=(), period=None)
    for number in range(3):
        budget.sell(f"before {number}", 10)
    shop.update("before 0", state="cancelled")
    budget.has({**budget.limit, "limit": 3})
    assert shop.budgets(budget.campaign) == {"setDiscountEffect": 2}
    assert budget.sell("last", 10) == 1
    assert budget.sell("none", 10) == 0
    assert await differences(server, settings) == []


async def test_what_is_used_under_another_limit_stays(shop: Shop, server: Server, settings: Settings) -> None:
    budget = Budget(shop, action="setDiscount", entities=(), period=None)
    redemptions = {"action": "redeemCoupon", "limit": 5, "entities": ["Profile"]}
    budget.has(redemptions)
    budget.sell("first", 30)
    budget.has(redemptions, budget.limit)
    budget.sell("second", 30)
    budget.has({**budget.limit, "limit": 8})
    assert budget.sell("third", 30) == 0
    budget.has({**redemptions, "limit": 2}, {**budget.limit, "limit": 50})
    assert budget.sell("fourth", 10) == 0
    assert await differences(server, settings) == []


async def test_a_coupons_own_limit_counts_its_redemptions(
    shop: Shop, server: Server, settings: Settings
) -> None:
    """And what counts by it does not count for each customer of the campaign."""
    campaign_limit = {"action": "redeemCoupon", "limit": 2, "entities": ["Profile"]}
    budget = Budget(shop, action="setDiscount", entities=(), period=None)
    budget.has(campaign_limit)
    coupon = shop.stored_coupon(budget.campaign, "CODE")
    path = f"{shop.path}/campaigns/{budget.campaign['id']}/coupons/{coupon['id']}"

    def own(*limits: dict[str, Any]) -> None:
        shop.management.put(path, json={"limits": list(limits)}).raise_for_status()

    budget.sell("first", 10)
    own({"action": "redeemCoupon", "limit": 3, "entities": ["Profile"]})
    assert [budget.sell(f"own {number}", 10) for number in range(3)] == [1, 1, 0]
    shop.update("first", state="cancelled")
    own()
    budget.has()
    budget.has(campaign_limit)
    assert [budget.sell(f"of the campaign {number}", 10) for number in range(3)] == [1, 1, 0]
    own({"action": "redeemCoupon", "limit": 5, "entities": ["Profile"]})
    assert [budget.sell(f"own again {number}", 10) for number in range(2)] == [1, 0]
    for session in ("own 0", "of the campaign 0"):
        shop.update(session, state="cancelled")
    assert await differences(server, settings) == []
    shop.management.delete(path).raise_for_status()
    shop.update("own 1", state="cancelled")
    assert await differences(server, settings) == []


def _delete_store(shop: Shop, budget: Budget) -> None:
    shop.management.delete(f"{shop.path}/stores/{budget.store['id']}").raise_for_status()


def _delete_campaign(shop: Shop, budget: Budget) -> None:
    shop.management.delete(f"{shop.path}/campaigns/{budget.campaign['id']}").raise_for_status()


def _move_away(shop: Shop, budget: Budget) -> None:
    body = {**shop.application, "timezone": "Pacific/Kiritimati"}
    shop.management.put(shop.path, json=body).raise_for_status()


@pytest.mark.parametrize("change", [_delete_store, _delete_campaign, _move_away])
async def test_what_a_limit_hung_on_changes(
    shop: Shop, server: Server, settings: Settings, change: Callable[[Shop, Budget], None]
) -> None:
    """Sessions of before are given back all the same."""
    budget = Budget(shop, action="setDiscount", entities=(), period="daily")
    budget.has(budget.limit)
    path = f"{shop.path}/campaigns/{budget.campaign['id']}/stores/budgets"
    stores = [{"storeId": budget.store["id"], "limit": 20}]
    body = {"action": "setDiscount", "storeLimits": stores, "period": "daily"}
    shop.management.post(path, json=body).raise_for_status()
    budget.sell("order", 30)
    shop.integration.headers["X-Tercel-Now"] = "2031-05-04T11:00:00Z"
    budget.sell("another day", 30)
    change(shop, budget)
    assert await differences(server, settings) == []
    for session in ("order", "another day"):
        shop.update(session, state="cancelled")
    assert set(_counters(server, shop).values()) <= {Decimal(0)}
    assert await differences(server, settings) == []
