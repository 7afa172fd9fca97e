"""Fill a database with what millions of requests would have left, by copying a pattern inside the database.

A few real requests make the pattern. Copies have ids of their own from the product's sequences, the columns that
the product writes, and counters that agree with their entries, so ``tercel verify`` finds nothing to say. Sessions are
spread over the year that ends now, in monthly partitions as if the server had run all the time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import AsyncConnection, ClientCursor, Connection
from psycopg.rows import DictRow, dict_row
from sqlalchemy import Table

from benchmarks.growth.copies import (
    COPIES,
    COUNT_CODES,
    CUSTOMERS,
    NUMBERS,
    PATTERN_CLOSED,
    PATTERN_CODE,
    PATTERN_OPEN,
    SESSIONS_PER_CUSTOMER,
    Copy,
    code_sql,
    read_pattern,
)
from benchmarks.shop import Requests, Shop
from benchmarks.workload import Promotion, ruleset
from tercel.base.codec import encode
from tercel.database.partitions import ensure_partitions
from tercel.database.tables.campaigns import campaigns, rulesets
from tercel.database.tables.codes import coupons
from tercel.database.tables.sequences import ALL as SEQUENCES

_YEAR = timedelta(days=365)
_MONTHS_BACK = (12, 8, 4)  # each call makes four months
_OFTEN = 999_999

_COUPONS = Copy(
    coupons,
    {"id": "nextval('coupons_id_seq')", "value": code_sql("n"), "usage_counter": "0"},
    "coupons AS p, generate_series(%(first)s::bigint, %(after)s - 1) AS n WHERE p.id = %(coupon)s",
)
_ADDED = """CREATE TEMPORARY TABLE added ON COMMIT DROP AS
    SELECT number, rules, nextval(pg_get_serial_sequence('campaigns', 'id')) AS campaign,
        nextval(pg_get_serial_sequence('rulesets', 'id')) AS ruleset
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(number BIGINT, rules JSONB)"""
_CAMPAIGNS = Copy(
    campaigns,
    {
        "id": "n.campaign",
        "active_ruleset_id": "n.ruleset",
        "name": "'Promotion ' || n.number",
        "position": "n.number",
        "limits": "'[]'",
        "revision": "(SELECT revision + 1 FROM applications WHERE id = p.application_id)",
    },
    "added AS n, campaigns AS p WHERE p.id = %(campaign)s",
)
_RULESETS = Copy(
    rulesets,
    {"id": "n.ruleset", "campaign_id": "n.campaign", "rules": "n.rules"},
    "added AS n, campaigns AS c JOIN rulesets AS p ON p.id = c.active_ruleset_id WHERE c.id = %(campaign)s",
)
_TOUCH = "UPDATE applications SET revision = revision + 1 WHERE id = %(application)s"


class Filler:
    """Copies the patterns of one shop, which must not be used at the same time."""

    def __init__(self, connection: Connection[DictRow], shop: Shop, requests: Requests) -> None:
        self._connection = connection
        self._stored_sessions = 0
        self._stored_coupons = 0
        shop.add_coupon(PATTERN_CODE, limit=_OFTEN)
        shop.sent(requests.update(PATTERN_OPEN, customer="pattern"))
        shop.sent(requests.update(PATTERN_CLOSED, customer="pattern", state="closed", codes=[PATTERN_CODE]))
        self._pattern = read_pattern(connection, shop.id)

    def coupons(self, total: int) -> None:
        """Make the copied coupons so many; their codes are those of ``code_of``."""
        first, self._stored_coupons = self._stored_coupons, total
        self._copy(_COUPONS, self._pattern | {"first": first, "after": total})
        self._settle(coupons)

    def campaigns(self, promotions: Sequence[Promotion]) -> None:
        """Add these promotions as campaigns; the server notices by the application's revision."""
        rows = [{"number": each.id, "rules": ruleset(each)["rules"]} for each in promotions]
        self._connection.execute(_ADDED, {"rows": encode(rows).decode()})
        self._copy(_CAMPAIGNS, self._pattern)
        self._copy(_RULESETS, self._pattern)
        self._connection.execute(_TOUCH, self._pattern)
        self._settle(campaigns, rulesets)

    def sessions(self, total: int) -> None:
        """Make the copied sessions so many, with customers, events, entries and counters; their codes must be there."""
        assert total % SESSIONS_PER_CUSTOMER == 0
        first, self._stored_sessions = self._stored_sessions, total
        count = total - first
        rows = {
            "sessions": count,
            "events": count,
            "profiles": count,
            "entries": count * self._pattern["entries"],
        }
        parameters = self._pattern | {
            **{f"{name}_from": self._take(name, number) for name, number in rows.items()},
            "first": first,
            "after": total,
            "codes": self._stored_coupons,
            "since": datetime.now(UTC) - _YEAR,
            "step": _YEAR / count,
        }
        self._connection.execute(NUMBERS, parameters)
        self._connection.execute(CUSTOMERS)
        for copy in COPIES:
            self._copy(copy, parameters)
        self._connection.execute(COUNT_CODES)
        self._settle(coupons, *(copy.table for copy in COPIES))

    def _take(self, name: str, count: int) -> int:
        """Take ``count`` ids of a sequence and return the first; the idle server has taken its own ids before."""
        sequence = SEQUENCES[name].name
        row = self._connection.execute("SELECT nextval(%s) AS start", [sequence]).fetchone()
        assert row is not None
        start: int = row["start"]
        self._connection.execute("SELECT setval(%s, %s)", [sequence, start + count])
        return start

    def _copy(self, copy: Copy, parameters: Mapping[str, Any]) -> None:
        """Insert copies; every column that has no value of its own is the pattern's."""
        names = [column.name for column in copy.table.columns]
        selected = ", ".join(copy.values.get(name, f'p."{name}"') for name in names)
        listing = ", ".join(f'"{name}"' for name in names)
        statement = f"INSERT INTO {copy.table.name} ({listing}) SELECT {selected} FROM {copy.source}"  # noqa: S608  # our own names
        self._connection.execute(statement.encode(), parameters)

    def _settle(self, *tables: Table) -> None:
        """Commit, and leave the tables as in a server that ran for long: vacuumed, analysed, written out."""
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute(f"VACUUM (ANALYZE) {', '.join(table.name for table in tables)}".encode())
        self._connection.execute("CHECKPOINT")
        self._connection.autocommit = False


def prepare_partitions(dsn: str) -> None:
    """Make the partitions that a server would have made in the last year."""
    asyncio.run(_prepare_partitions(dsn))


async def _prepare_partitions(dsn: str) -> None:
    today = datetime.now(UTC).date()
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        for back in _MONTHS_BACK:
            months = today.year * 12 + today.month - 1 - back
            await ensure_partitions(
                connection, today.replace(year=months // 12, month=months % 12 + 1, day=1)
            )


def connect(dsn: str) -> Connection[DictRow]:
    """Open a connection for filling, which does not wait for the disk at each step."""
    options = "-c synchronous_commit=off -c maintenance_work_mem=256MB -c work_mem=64MB -c timezone=UTC"
    return psycopg.connect(dsn, row_factory=dict_row, cursor_factory=ClientCursor, options=options)
