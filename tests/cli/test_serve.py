"""``tercel serve`` and ``tercel migrate``: real processes, ended in every way that happens."""

import re
import signal
from pathlib import Path

import psutil
import pytest

from tests.support.process import run_tercel, serving_process, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def home(open_directory: Path, request: pytest.FixtureRequest) -> Path:
    return open_directory / request.node.name.replace("[", "-").rstrip("]")


def _is_alive(process: psutil.Process) -> bool:
    """Ended processes that nobody has reaped are not, which is usual in containers."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _database_is_up(home: Path) -> bool:
    return (home / "database/data/postmaster.pid").exists()


@pytest.mark.parametrize(("workers", "number"), [("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_it_serves_and_stops_with_its_database(home: Path, workers: str, number: signal.Signals) -> None:
    with serving_process(home, "--workers", workers) as serving:
        assert _database_is_up(home)
        serving.process.send_signal(number)
        assert serving.process.wait(30) == 0
    assert not _database_is_up(home)


def test_the_administrator_is_shown_at_the_first_start_only(home: Path) -> None:
    outputs = []
    for _ in range(2):
        with serving_process(home) as serving:
            serving.process.terminate()
            outputs.append(serving.process.communicate(timeout=30)[0])
    first, second = outputs
    assert re.search(r"email +admin@example\.com\n +password +\S{12,}", first)
    assert "password" not in second


def test_workers_do_not_outlive_a_killed_parent(home: Path) -> None:
    with serving_process(home, "--workers", "2") as serving:
        children = psutil.Process(serving.process.pid).children(recursive=True)
        serving.process.kill()
        wait_until(lambda: not any(map(_is_alive, children)))
    with serving_process(home) as again:
        assert again.answers()


def test_migrate_says_what_it_applied_and_serve_finds_it_done(home: Path) -> None:
    assert re.fullmatch(r"(applied \d{4}\n)+", run_tercel("migrate", "--home", str(home)).stdout)
    with serving_process(home) as serving:
        assert (
            run_tercel("migrate", "--home", str(home)).stdout
            == "nothing to apply: the schema is up to date\n"
        )
        assert serving.answers()


def test_an_expected_failure_is_one_line() -> None:
    result = run_tercel("migrate", TERCEL_PORT="http")
    assert result.returncode == 1
    assert result.stderr == "error: `TERCEL_PORT` is `http`: expected a whole number, 1 to 65535\n"
