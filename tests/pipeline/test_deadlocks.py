"""An order that takes its locks first, as it finds its rows, while others take them in the order of writing."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import pytest

from tercel.database.engine import Database
from tests.pipeline.orders import Order, discount
from tests.support.process import wait_until
from tests.support.samples import Before
from tests.support.server import Server
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def test_it_is_tried_again_after_a_deadlock(shop: Shop, of_the_shop: Database, server: Server) -> None:
    """It holds its session and waits for the customer; somebody who holds the customer waits for the session."""
    shop.campaign(rule(["setDiscount", "d", 4]))
    shop.update("order", profileId=shop.ann, cartItems=[item("A", 10)])
    order = Order(shop, profileId=shop.ann)
    order.is_costly = True
    before = Before()
    # Whom PostgreSQL ends, and how often, is chance: of the two the one that has waited for a second when it looks.
    while not before.moved("tercel_pipeline_retries_total", reason="deadlock"):
        with psycopg.connect(server.dsn) as other, psycopg.connect(server.dsn, autocommit=True) as looking:
            other.execute("SELECT FROM profiles WHERE integration_id = %s FOR UPDATE", [shop.ann])
            ordering = asyncio.create_task(discount(of_the_shop, order))
            await asyncio.to_thread(wait_until, lambda: looking.execute(_WAITING).fetchone() == (1,))
            session = "SELECT FROM sessions WHERE application_id = %s FOR UPDATE"
            with suppress(psycopg.errors.DeadlockDetected):
                await asyncio.to_thread(other.execute, session, [shop.application["id"]])
            other.rollback()
            assert await ordering == 4
