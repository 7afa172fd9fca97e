"""What remains of an application that is deleted while it sells: customers, without its sessions in their figures (behaviour/campaigns 1)."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tercel.base.errors import NotFoundError
from tercel.database.engine import Database
from tercel.database.tables.all import metadata
from tercel.settings import Settings
from tests.ledger.test_verify import differences
from tests.pipeline.orders import Order, discount
from tests.support.process import wait_until
from tests.support.server import Server, client, created, make_integration_key
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_FOUR = rule(["setDiscount", "d", 4], when=["and", ["couponValid"]])
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _sells(shop: Shop) -> dict[str, Any]:
    """A campaign with a budget, and a code that one customer has reserved."""
    campaign = shop.campaign(_FOUR, limits=[{"action": "setDiscount", "limit": 100, "entities": []}])
    shop.coupon(campaign, "CODE", usageLimit=20)
    reserved = shop.integration.post("/v1/coupon_reservations/CODE", json={"integrationIDs": [shop.ann]})
    reserved.raise_for_status()
    return campaign


def _sell(shop: Shop, session: str, customer: str, **more: Any) -> dict[str, Any]:
    cart = {"cartItems": [item("A", 10, quantity=2)], "couponCodes": ["CODE"]}
    return shop.update(session, state="closed", profileId=customer, **cart, **more)


def _figures(server: Server, customer: str) -> tuple[int, Decimal] | None:
    statement = "SELECT closed_sessions, total_sales FROM profiles WHERE integration_id = %s"
    with psycopg.connect(server.dsn) as connection:
        return connection.execute(statement, [customer]).fetchone()


def _delete(shop: Shop) -> None:
    shop.management.delete(shop.path).raise_for_status()


async def test_its_sales_leave_the_figures_of_customers(
    shop: Shop, server: Server, settings: Settings, admin: httpx.Client
) -> None:
    """Those of the account's other applications stay."""
    _sells(shop)
    body = {"name": f"Beside {shop.application['id']}", "timezone": "UTC", "currency": "EUR"}
    beside = created(shop.management.post("/v1/applications", json=body))
    with client(server, f"ApiKey-v1 {make_integration_key(admin, beside['id'])}") as integration:
        other = Shop(beside, shop.management, integration)
        other.update("kept", state="closed", profileId=shop.ann, cartItems=[item("A", 7)])
    for name in ("closed", "returned", "cancelled"):
        _sell(shop, name, shop.ann)
    shop.update("open", profileId=shop.ann, cartItems=[item("A", 10)])
    shop.returned("returned", [{"position": 0, "quantity": 1}])
    shop.update("cancelled", state="cancelled")
    assert _figures(server, shop.ann) == (3, 37)
    _delete(shop)
    assert _figures(server, shop.ann) == (1, 7)
    assert await differences(server, settings) == []


async def test_nothing_of_it_is_left_but_its_ledger(shop: Shop, server: Server) -> None:
    """Nor of one of its campaigns that is deleted before."""
    first, second = _sells(shop), shop.campaign()
    shop.coupon(second, "OTHER")
    _sell(shop, "closed", shop.ann)
    shop.returned("closed", [{"position": 0, "quantity": 1}])
    shop.management.delete(f"{shop.path}/campaigns/{second['id']}").raise_for_status()
    assert "coupons" not in _left(server, "campaign_id", second["id"])
    assert {"coupons", "rulesets", "counters", "entries"} <= _left(server, "campaign_id", first["id"])
    _delete(shop)
    assert _left(server, "application_id", shop.application["id"]) == {
        "entries", "events", "profile_applications"
    }  # fmt: skip
    with psycopg.connect(server.dsn) as connection:
        reserved = "SELECT FROM coupon_reservations WHERE coupon_id NOT IN (SELECT id FROM coupons)"
        assert connection.execute(reserved).fetchall() == []


def _left(server: Server, column: str, value: int) -> set[str]:
    """The tables that have rows with this value."""
    with psycopg.connect(server.dsn) as connection:
        return {
            table.name
            for table in metadata.tables.values()
            if column in table.c
            and connection.execute(
                SQL("SELECT FROM {} WHERE {} = %s LIMIT 1").format(
                    Identifier(table.name), Identifier(column)
                ),
                [value],
            ).fetchall()
        }


async def test_an_order_that_was_decided_before_is_refused(
    shop: Shop, of_the_shop: Database, server: Server, settings: Settings
) -> None:
    _sells(shop)
    order = Order(shop, profileId=shop.ann, couponCodes=["CODE"])
    order.when_decided = lambda _: _delete(shop)
    with pytest.raises(NotFoundError, match=f"application `{shop.application['id']}`"):
        await discount(of_the_shop, order)
    assert _figures(server, shop.ann) == (0, 0)
    assert await differences(server, settings) == []


async def test_an_order_that_is_committed_meanwhile_goes_as_well(
    shop: Shop, server: Server, settings: Settings
) -> None:
    """It has shared the lock of revisions, and waits for a counter; the deletion does not see it yet, and waits for it."""
    _sells(shop)
    _sell(shop, "first", shop.ann)
    bob = f"bob of {shop.application['id']}"
    with ThreadPoolExecutor(2) as beside, psycopg.connect(server.dsn, autocommit=True) as looking:
        with psycopg.connect(server.dsn) as holding:
            counter = "SELECT FROM counters WHERE application_id = %s FOR UPDATE"
            holding.execute(counter, [shop.application["id"]])
            selling: Future[Any] = beside.submit(_sell, shop, "second", bob)
            wait_until(lambda: looking.execute(_WAITING).fetchone() == (1,))
            deleting = beside.submit(_delete, shop)
            wait_until(lambda: looking.execute(_WAITING).fetchone() == (2,))
        assert selling.result()["effects"]
        deleting.result()
    assert _figures(server, bob) == (0, 0)
    assert await differences(server, settings) == []
