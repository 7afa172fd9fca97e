"""``tercel serve`` and ``tercel migrate``: real processes, ended in every way that happens."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

_TERCEL = [str(Path(sys.executable).with_name("tercel"))]
pytestmark = pytest.mark.slow


@pytest.fixture
def home(open_directory: Path, request: pytest.FixtureRequest) -> Path:
    return open_directory / request.node.name.replace("[", "-").rstrip("]")


def _run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", **variables}
    return subprocess.run(
        [*_TERCEL, *arguments], check=False, capture_output=True, text=True, env=environment, timeout=120
    )


class Serving:
    """A running ``tercel serve``."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        return False


@contextmanager
def _serving(home: Path, *options: str) -> Iterator[Serving]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*_TERCEL, "serve", "--home", str(home), "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        serving = Serving(process, f"http://127.0.0.1:{port}")
        _wait_until(serving.answers)
        yield serving
    finally:
        process.kill()
        process.communicate()


def _wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what another process does."""
    for _ in range(600):
        if condition():
            return
        threading.Event().wait(0.1)
    pytest.fail("the condition never came about")


def _database_is_up(home: Path) -> bool:
    return (home / "database/data/postmaster.pid").exists()


@pytest.mark.parametrize(("workers", "number"), [("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_it_serves_and_stops_with_its_database(home: Path, workers: str, number: signal.Signals) -> None:
    with _serving(home, "--workers", workers) as serving:
        assert _database_is_up(home)
        serving.process.send_signal(number)
        assert serving.process.wait(30) == 0
    assert not _database_is_up(home)


def test_the_administrator_is_shown_at_the_first_start_only(home: Path) -> None:
    outputs = []
    for _ in range(2):
        with _serving(home) as serving:
            serving.process.terminate()
            outputs.append(serving.process.communicate(timeout=30)[0])
    first, second = outputs
    assert re.search(r"email +admin@example\.com\n +password +\S{12,}", first)
    assert "password" not in second


def test_workers_do_not_outlive_a_killed_parent(home: Path) -> None:
    with _serving(home, "--workers", "2") as serving:
        children = psutil.Process(serving.process.pid).children(recursive=True)
        serving.process.kill()
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not alive
    with _serving(home) as again:
        assert again.answers()


def test_migrate_says_what_it_applied_and_serve_finds_it_done(home: Path) -> None:
    assert re.fullmatch(r"(applied \d{4}\n)+", _run("migrate", "--home", str(home)).stdout)
    with _serving(home) as serving:
        assert _run("migrate", "--home", str(home)).stdout == "nothing to apply: the schema is up to date\n"
        assert serving.answers()


def test_an_expected_failure_is_one_line() -> None:
    result = _run("migrate", TERCEL_PORT="http")
    assert result.returncode == 1
    assert result.stderr == "error: `TERCEL_PORT` is `http`: expected a whole number, 1 to 65535\n"


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_every_command_has_an_example(command: str) -> None:
    result = _run(command, "--help")
    assert result.returncode == 0
    assert "Example:" in result.stdout
