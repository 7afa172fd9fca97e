"""An order that takes its locks first, as it finds its rows, while others take them in the order of writing."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import pytest
from psycopg.errors import DeadlockDetected

from tercel.database.engine import Database
from tests.pipeline.orders import Order, discount
from tests.support.process import wait_until
from tests.support.samples import Before
from tests.support.server import Server
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_SESSION = "SELECT FROM sessions WHERE application_id = %s FOR UPDATE"
_TRIES = 10


async def test_it_is_tried_again_after_a_deadlock(shop: Shop, of_the_shop: Database, server: Server) -> None:
    """It holds its session and waits for the customer; somebody who holds the customer waits for the session."""
    shop.campaign(rule(["setDiscount", "d", 4]))
    before = Before()
    # Because: which of the two gives way, and how often, is for PostgreSQL to choose.
    for number in range(_TRIES):
        await _meet(shop, of_the_shop, server, f"order-{number}")
        if before.moved("tercel_pipeline_retries_total", reason="deadlock"):
            return
    pytest.fail("it was always the other one that gave way")


async def _meet(shop: Shop, of_the_shop: Database, server: Server, name: str) -> None:
    """Let an order and somebody else wait for each other; the order gets its answer, whoever gives way."""
    shop.update(name, profileId=shop.ann, cartItems=[item("A", 10)])
    order = Order(shop, name, profileId=shop.ann)
    order.is_costly = True
    with psycopg.connect(server.dsn) as other, psycopg.connect(server.dsn, autocommit=True) as looking:
        other.execute("SELECT FROM profiles WHERE integration_id = %s FOR UPDATE", [shop.ann])
        ordering = asyncio.create_task(discount(of_the_shop, order))
        await asyncio.to_thread(wait_until, lambda: looking.execute(_WAITING).fetchone() == (1,))
        with suppress(DeadlockDetected):
            await asyncio.to_thread(other.execute, _SESSION, [shop.application["id"]])
        other.rollback()
        assert await ordering == 4
