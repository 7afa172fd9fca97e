"""A database is backed up and restored: all of it or nothing, and only where nothing is lost by accident."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from tercel.database import migrate as migrations
from tercel.database.backup.archive import Manifest, writing
from tercel.database.backup.clients import Client
from tercel.database.backup.dump import back_up
from tercel.database.backup.errors import BackupError
from tercel.database.backup.restore import _send, open_backup, restore
from tercel.database.migrate import migrate
from tests.support.disk import full_disk

_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_COUNTER = "INSERT INTO counters VALUES (1, %s, 'redeemCoupon', '', '', 12.340)"
_EVENT = "INSERT INTO events (application_id, created, type) VALUES (1, %s, 'Straße \\\\ \t')"
#: The newest number that a sequence has given.
_LAST_EVENT = "SELECT last_value FROM events_id"


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """A database without tables."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
        yield server_url.replace("/tercel?", "/restored?")
        connection.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def filled_url(database_url: str) -> str:
    """A database with a few rows, also in the default partition."""
    with psycopg.connect(database_url) as connection:
        for campaign in range(3):
            connection.execute(_COUNTER, [campaign])
        connection.execute(_EVENT, ["2030-12-01T00:00:00+00"])
        connection.execute(_EVENT, ["2031-12-01T00:00:00+00"])
    return database_url


def _back_up(dsn: str, path: Path) -> Manifest:
    return back_up(dsn, path, version="1.0", now=_NOW, progress=lambda _: None)


def _restore(dsn: str, path: Path, *, replace: bool = False) -> int:
    done = []
    with open_backup(path) as backup:
        restore(dsn, backup, replace=replace, progress=done.append)
        assert sum(done) == backup.size
    return sum(done)


def _content(dsn: str) -> dict[str, list[tuple[object, ...]]]:
    """Rows of every table, as text."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {
            str(name): connection.execute(f"SELECT t::text FROM {name} AS t ORDER BY 1".encode()).fetchall()
            for (name,) in tables
        }


def _shape(dsn: str) -> str:
    """The schema as pg_dump writes it, without the token that differs each time."""
    program = Client.find("pg_dump", 18)
    with program.running(
        dsn,
        "--schema-only",
        "--schema=public",
        "--no-owner",
        "--no-comments",
        "--no-privileges",
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        lines = process.stdout.read().decode().splitlines()
    return "\n".join(line for line in lines if "restrict" not in line)


def test_what_is_restored_is_what_was_backed_up(filled_url: str, empty_url: str, tmp_path: Path) -> None:
    manifest = _back_up(filled_url, tmp_path / "a.zip")
    assert (manifest.tercel, manifest.created, manifest.schema) == ("1.0", _NOW, "public")
    assert (manifest.rows["counters"], manifest.rows["events"], manifest.rows["sessions"]) == (3, 2, 0)
    assert "events_default" not in manifest.rows
    assert _restore(empty_url, tmp_path / "a.zip") > 10_000
    assert _content(empty_url) == _content(filled_url)
    assert _shape(empty_url) == _shape(filled_url)
    assert migrate(empty_url) == []


def test_a_database_that_is_not_empty_is_kept(filled_url: str, database_url: str, tmp_path: Path) -> None:
    _back_up(filled_url, tmp_path / "a.zip")
    before = _content(filled_url)
    with pytest.raises(BackupError, match="not empty: add `--replace`"):
        _restore(filled_url, tmp_path / "a.zip")
    assert _content(filled_url) == before


def test_with_replace_only_the_backup_is_there(filled_url: str, tmp_path: Path) -> None:
    before = _content(filled_url)
    _back_up(filled_url, tmp_path / "a.zip")
    with psycopg.connect(filled_url) as connection:
        connection.execute("DELETE FROM events")
        connection.execute("CREATE TABLE of_a_newer_schema AS SELECT 1 AS one")
    _restore(filled_url, tmp_path / "a.zip", replace=True)
    assert _content(filled_url) == before


def test_a_database_in_use_is_not_replaced(filled_url: str, tmp_path: Path) -> None:
    _back_up(filled_url, tmp_path / "a.zip")
    with (
        psycopg.connect(filled_url, application_name="tercel"),
        pytest.raises(BackupError, match="stop every `tercel serve` first"),
    ):
        _restore(filled_url, tmp_path / "a.zip", replace=True)


def test_a_damaged_backup_changes_nothing(filled_url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    _back_up(filled_url, path)
    before = _content(filled_url)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupError, match="damaged or incomplete"):
        _restore(filled_url, path, replace=True)
    assert _content(filled_url) == before


@pytest.mark.parametrize(
    ("rows", "sql", "problem"),
    [
        pytest.param({}, b"SELECT 1;\nSELECT wrong;\n", "wrong", id="an error in the SQL"),
        pytest.param({"t": 2}, b"CREATE SCHEMA public;CREATE TABLE public.t AS SELECT 1;\n", "t should have 2 rows", id="rows missing"),
        pytest.param({}, b"SELECT wrong;\n" + b"SELECT 1;\n" * 500_000, "wrong", id="an error long before the end"),
    ],
)  # fmt: skip
def test_a_backup_that_cannot_be_put_back_changes_nothing(
    filled_url: str, tmp_path: Path, rows: dict[str, int], sql: bytes, problem: str
) -> None:
    manifest = _back_up(filled_url, tmp_path / "a.zip")
    before = _content(filled_url)
    with writing(tmp_path / "b.zip") as writer:
        with writer.sql() as target:
            target.write(sql)
        writer.finish(
            Manifest(
                **{**{name: getattr(manifest, name) for name in manifest.__struct_fields__}, "rows": rows}
            )
        )
    with pytest.raises(BackupError, match=problem):
        _restore(filled_url, tmp_path / "b.zip", replace=True)
    assert _content(filled_url) == before


def test_a_database_without_tables_cannot_be_backed_up(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        _back_up(empty_url, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_half_backup(filled_url: str, tmp_path: Path) -> None:
    with full_disk(1_000), pytest.raises(BackupError, match="cannot be written: File too large"):
        _back_up(filled_url, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_goes_away_meanwhile_leaves_no_half_backup(filled_url: str, tmp_path: Path) -> None:
    with psycopg.connect(filled_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO counters SELECT 2, n, 'redeemCoupon', repeat('x', 100), '', n FROM generate_series(1, 100000) AS n"
        )

        def end_it(_: int) -> None:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'pg_dump' AND datname = current_database()"
            )

        with pytest.raises(BackupError, match="pg_dump failed"):
            back_up(filled_url, tmp_path / "a.zip", version="1.0", now=_NOW, progress=end_it)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="does not answer"):
        _back_up("postgresql://tercel@127.0.0.1:9/tercel", tmp_path / "a.zip")


def test_another_schema_is_refused(filled_url: str, empty_url: str, tmp_path: Path) -> None:
    _back_up(filled_url, tmp_path / "a.zip")
    with psycopg.connect(empty_url) as connection:
        connection.execute("CREATE SCHEMA other")
    with pytest.raises(BackupError, match="`public` and this database uses `other`"):
        _restore(f"{empty_url}&options=-csearch_path%3Dother", tmp_path / "a.zip")


def test_a_schema_of_another_name_is_backed_up_alone(empty_url: str, tmp_path: Path) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute('CREATE SCHEMA "My shop"')
        connection.execute("CREATE TABLE public.not_ours AS SELECT 1 AS one")
    ours = f"{empty_url}&options=-csearch_path%3D%22My%5C%20shop%22"
    migrate(ours)
    manifest = _back_up(ours, tmp_path / "a.zip")
    assert (manifest.schema, "not_ours" in manifest.rows) == ("My shop", False)
    _restore(ours, tmp_path / "a.zip", replace=True)
    assert migrate(ours) == []
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT one FROM public.not_ours").fetchone() == (1,)


def test_servers_before_17_are_not_told_a_setting_that_they_do_not_know(
    filled_url: str, tmp_path: Path
) -> None:
    _back_up(filled_url, tmp_path / "a.zip")
    sent = io.BytesIO()
    with open_backup(tmp_path / "a.zip") as backup, psycopg.connect(filled_url) as connection:
        _send(backup, sent, connection, lambda _: None)
    lines = sent.getvalue().decode().splitlines()
    assert (lines[0], lines[-1]) == ("BEGIN;", "COMMIT;")
    assert "SET statement_timeout = 0;" in lines
    assert "SET transaction_timeout = 0;" not in lines


def test_a_client_older_than_the_server_is_refused_with_what_to_do() -> None:
    with pytest.raises(BackupError, match="PostgreSQL 99 needs the client programs of version 99 or newer"):
        Client.find("pg_dump", 99)


class TestVersions:
    """Backups of other versions of Tercel."""

    @pytest.fixture
    def next_version(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
        """Act as the next version, with one more migration; its revision."""
        scripts = tmp_path / "migrations"
        shutil.copytree(migrations._SCRIPTS, scripts)
        head = ScriptDirectory.from_config(migrations.alembic_configuration()).get_current_head()
        (scripts / "versions" / "9999_next.py").write_text(
            f"from alembic import op\nrevision = '9999'\ndown_revision = '{head}'\n"
            "def upgrade(): op.execute('CREATE TABLE added AS SELECT 1 AS one')\n"
        )
        monkeypatch.setattr(migrations, "_SCRIPTS", scripts)
        return "9999"

    def test_an_older_backup_is_restored_and_then_migrated(
        self, filled_url: str, empty_url: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        _back_up(filled_url, tmp_path / "a.zip")
        request.getfixturevalue("next_version")
        _restore(empty_url, tmp_path / "a.zip")
        assert migrate(empty_url) == ["9999"]
        assert _content(empty_url)["added"] == [("(1)",)]
        assert _content(empty_url)["counters"] == _content(filled_url)["counters"]

    def test_a_newer_backup_is_refused(
        self, filled_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(migrations, "_SCRIPTS", migrations._SCRIPTS)
            request.getfixturevalue("next_version")
            migrate(filled_url)
            _back_up(filled_url, tmp_path / "a.zip")
        monkeypatch.undo()
        with pytest.raises(
            BackupError, match=r"schema 9999 of tercel 1\.0, which this version does not know"
        ):
            _restore(filled_url, tmp_path / "a.zip", replace=True)
