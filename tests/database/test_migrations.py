"""Migrations: a fresh database gets exactly the schema of the tables, once, whoever asks first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.migrate import MigrationError, alembic_configuration, connect, migrate
from tercel.database.migrations.comparison import includes
from tercel.database.partitions import ensure_partitions, partitioned_tables
from tercel.database.tables.all import metadata
from tests.database.schema import describe_schema
from tests.support.golden import CompareWithFile


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """A database that no migration has touched."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
        yield server_url.replace("/tercel?", "/empty?")
        connection.execute("DROP DATABASE empty WITH (FORCE)")


def _revisions() -> list[str]:
    script = ScriptDirectory.from_config(alembic_configuration())
    return [revision.revision for revision in script.walk_revisions()][::-1]


def test_the_schema_is_the_golden_one(database_url: str, golden: CompareWithFile) -> None:
    with psycopg.connect(database_url) as connection:
        golden(Path(__file__).parent / "golden_schema.txt", describe_schema(connection))


def test_the_tables_in_the_code_are_those_in_the_database(database_url: str) -> None:
    with connect(database_url) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": includes, "compare_server_default": True, "compare_type": True},
        )
        assert compare_metadata(context, metadata) == [], "run `make migration-baseline` or `make migration`"


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_configuration())
    assert len(script.get_heads()) == 1


def test_migrating_again_applies_nothing(empty_url: str) -> None:
    assert migrate(empty_url) == _revisions()
    assert migrate(empty_url) == []


def test_processes_that_migrate_at_once_apply_each_migration_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(migrate, [empty_url] * 4))
    assert sorted(applied) == [[], [], [], _revisions()]


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="newer version"):
        migrate(database_url)


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        migrate("postgresql://tercel@127.0.0.1:9/tercel")


_INSERT_EVENT = "INSERT INTO events (application_id, created, type) VALUES (1, %s, 'x') RETURNING tableoid::regclass::text"


@pytest.mark.anyio
async def test_partitions_are_made_ahead_and_once(database: Database) -> None:
    async with database.connection() as connection:
        made = await ensure_partitions(connection, date(2030, 11, 30))
        assert [name for name in made if name.startswith("events")] == [
            "events_y2030m11",
            "events_y2030m12",
            "events_y2031m01",
            "events_y2031m02",
        ]
        assert len(made) == 4 * len(partitioned_tables())
        assert await ensure_partitions(connection, date(2030, 11, 1)) == []


@pytest.mark.anyio
async def test_rows_go_to_the_partition_of_their_month_in_utc(database: Database) -> None:
    async with database.connection() as connection:
        await ensure_partitions(connection, date(2030, 11, 30))
        where = {}
        for moment in ("2030-12-01T00:00:00+00", "2030-12-01T00:00:00+02", "2040-01-01T00:00:00+00"):
            row = await (await connection.execute(_INSERT_EVENT, [moment])).fetchone()
            where[moment] = row and row[0]
    assert list(where.values()) == ["events_y2030m12", "events_y2030m11", "events_default"]


@pytest.mark.anyio
async def test_a_month_with_rows_in_the_default_partition_stays_there(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(_INSERT_EVENT, ["2030-12-24T00:00:00+00"])
        made = await ensure_partitions(connection, date(2030, 11, 1))
    assert [name for name in made if name.startswith("events")] == [
        "events_y2030m11",
        "events_y2031m01",
        "events_y2031m02",
    ]


@pytest.mark.anyio
async def test_after_a_long_standstill_the_months_of_today_are_made_and_none_between(
    database: Database,
) -> None:
    async with database.connection() as connection:
        await ensure_partitions(connection, date(2030, 1, 15))
        made = await ensure_partitions(connection, date(2031, 9, 1))
    assert [name for name in made if name.startswith("events")] == [
        "events_y2031m09",
        "events_y2031m10",
        "events_y2031m11",
        "events_y2031m12",
    ]


@pytest.mark.anyio
async def test_three_months_without_housekeeping_lose_no_partition(database: Database) -> None:
    async with database.connection() as connection:
        await ensure_partitions(connection, date(2030, 1, 1))
        row = await (await connection.execute(_INSERT_EVENT, ["2030-04-30T23:59:59.999999+00"])).fetchone()
        assert row == ("events_y2030m04",)
        row = await (await connection.execute(_INSERT_EVENT, ["2030-05-01T00:00:00+00"])).fetchone()
        assert row == ("events_default",)
