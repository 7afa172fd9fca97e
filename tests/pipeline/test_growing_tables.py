"""Plans that were made while tables were empty do not outlive that: rows are found by their keys soon after tables have grown, analysed or not."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import AsyncConnection

from tercel.database.engine import Database
from tercel.features.codes.coupons.aggregate import COUPON_CODES, COUPON_IDS, LOAD_COUPONS, LOAD_COUPONS_BY_ID
from tercel.features.codes.referrals.aggregate import LOAD_REFERRALS_BY_ID, REFERRAL_IDS
from tercel.features.customers.profiles.aggregate import PROFILE_KEYS
from tercel.features.engine.sessions.aggregate import LOAD_PROFILES
from tercel.pipeline.aggregate import Work
from tercel.pipeline.load import Load, load
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner

_ROWS = 2_000
_KEYS = 50
_TRIPS = 60  # plans are kept after fifty, and made anew when there were twice as many
_OWNER = Owner(1, 1)

_FILL = (
    f"INSERT INTO profiles (id, account_id, integration_id, key) SELECT i, 1, 'k' || i, 'k' || i FROM generate_series(1, {_ROWS}) AS i",
    f"""INSERT INTO coupons (id, application_id, campaign_id, value) SELECT i, 1, 1, 'K' || i FROM generate_series(1, {_ROWS}) AS i""",
    f"""INSERT INTO referrals (id, application_id, campaign_id, code, advocate_profile_integration_id)
        SELECT i, 1, 1, 'K' || i, 'ann' FROM generate_series(1, {_ROWS}) AS i""",
)


def _needs() -> Needs:
    some = range(1, _KEYS + 1)
    return Needs(
        {
            PROFILE_KEYS: {(1, False, f"k{number}") for number in some},
            COUPON_CODES: {(1, f"K{number}") for number in some},
            COUPON_IDS: set(some),
            REFERRAL_IDS: set(some),
        }
    )


async def _fetched(connection: AsyncConnection[Any], table: str) -> int:
    await connection.execute("SELECT pg_stat_force_next_flush()")
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    cursor = await connection.execute(
        "SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables WHERE relname = %s",
        [table],
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("each", "table"),
    [
        (LOAD_PROFILES, "profiles"),
        (LOAD_COUPONS, "coupons"),
        (LOAD_COUPONS_BY_ID, "coupons"),
        (LOAD_REFERRALS_BY_ID, "referrals"),
    ],
    ids=["profiles", "coupons by code", "coupons by id", "referrals by id"],
)
async def test_rows_are_found_by_their_keys(database: Database, each: Load, table: str) -> None:
    async with database.connection() as connection:
        for _ in range(_TRIPS):
            await load(connection, (each,), _needs(), Work(_OWNER))
        for statement in _FILL:
            await connection.execute(statement.encode())
        for _ in range(_TRIPS):
            await load(connection, (each,), _needs(), Work(_OWNER))
        before = await _fetched(connection, table)
        await load(connection, (each,), _needs(), Work(_OWNER))
        assert await _fetched(connection, table) - before <= 4 * _KEYS
