"""Carts and customers that change stay in their page, so that no index is touched (docs/postgresql.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.support.process import wait_until
from tests.support.server import Server
from tests.support.shop import Shop, item

_UPDATES = 5
_CARTS = 120
_CLIENTS = 24
_COUNT = """SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname IN ('sessions', 'profiles')"""


def _counted(connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
    return {name: (updates, hot) for name, updates, hot in connection.execute(_COUNT)}


def test_updates_touch_no_index(shop: Shop, server: Server) -> None:
    lines = [item(f"SKU-{number}", number + 1) for number in range(10)]
    with psycopg.connect(server.dsn, autocommit=True) as looking:
        before = _counted(looking)

        def change(number: int) -> None:
            for update in range(_UPDATES + 1):
                items = [{**line, "quantity": update + 1} for line in lines]
                profile = f"{number} of {shop.owner.application_id}"
                shop.update(f"cart {number}", profileId=profile, cartItems=items)

        with ThreadPoolExecutor(_CLIENTS) as clients:  # rows of one page change in one transaction
            list(clients.map(change, range(_CARTS)))

        def updated(table: str) -> tuple[int, int]:
            """Since the beginning: the server tells with some delay."""
            (was, was_hot), (now, hot) = before[table], _counted(looking)[table]
            return now - was, hot - was_hot

        for table in ("sessions", "profiles"):
            wait_until(lambda table=table: updated(table)[0] >= _UPDATES * _CARTS)
            updates, hot = updated(table)
            assert hot >= 0.99 * updates, table
