"""kill -9 in the middle of a rush: of the database, of a worker, of the service, of all of them at once."""

import fcntl
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.faults.books import check_books
from tests.faults.rush import Rush
from tests.faults.service import Service, wait_until

#: The service is back within this even where others want the processor: its start alone takes a second of it.
BACK_WITHIN_S = 60
pytestmark = pytest.mark.slow


@pytest.fixture
def dsn(home: Path) -> str:
    """The address of the embedded database."""
    return f"postgresql://tercel@/tercel?host={home}/database/run"


def _postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "database/data/postmaster.pid").read_text().splitlines()[0]))


@contextmanager
def _nobody_may_start_the_database(home: Path) -> Iterator[None]:
    with (home / "database/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_the_database(service: Service, home: Path, dsn: str) -> None:
    rush = Rush(service)
    back = []

    def fault() -> None:
        with _nobody_may_start_the_database(home):
            _postmaster(home).kill()
            wait_until(lambda: service.ask("/readyz") == 503)
            assert service.ask("/healthz") == 200
        back.append(wait_until(service.is_ready))

    answers = rush.run(fault)
    assert back[0] < BACK_WITHIN_S
    assert answers.refusals
    check_books(rush, answers, dsn)


def test_a_worker(service: Service, dsn: str) -> None:
    rush = Rush(service)
    before = {worker.pid for worker in service.workers()}

    def fault() -> None:
        # Because: which of them the clients have reached is up to the system.
        max(service.workers(), key=lambda worker: len(worker.net_connections())).kill()

    answers = rush.run(fault)
    assert answers.losses
    took = wait_until(lambda: len(service.workers()) == len(before))
    assert took < BACK_WITHIN_S
    assert len(before & {worker.pid for worker in service.workers()}) == 1
    assert service.is_ready()
    check_books(rush, answers, dsn)


def test_a_worker_while_the_database_is_away(service: Service, home: Path, dsn: str) -> None:
    """What replaces it comes up all the same: its start must not end the whole service."""
    rush = Rush(service)
    old = service.workers()

    def fault() -> None:
        with _nobody_may_start_the_database(home):
            _postmaster(home).kill()
            for worker in old:
                worker.kill()
            wait_until(lambda: len(set(service.workers()) - set(old)) == len(old))
        wait_until(service.is_ready)

    answers = rush.run(fault)
    assert service.process.is_running()
    check_books(rush, answers, dsn)


def test_the_service(service: Service, dsn: str) -> None:
    """Whoever supervises it starts it again; its workers ended with it, so the address is free."""
    rush = Rush(service)

    def fault() -> None:
        service.kill()
        service.start()

    answers = rush.run(fault)
    assert answers.losses
    check_books(rush, answers, dsn)


def test_everything_at_once(service: Service, home: Path, dsn: str) -> None:
    """As when the power fails, except that the operating system keeps what it was given."""
    rush = Rush(service)

    def fault() -> None:
        processes = [service.process, *service.workers(), _postmaster(home)]
        for sent in (signal.SIGSTOP, signal.SIGKILL):
            for process in processes:
                process.send_signal(sent)
        service.kill()
        service.start()

    answers = rush.run(fault)
    assert answers.losses
    check_books(rush, answers, dsn)


def test_a_restart_with_work_under_way(service: Service, dsn: str) -> None:
    rush = Rush(service)
    statuses = []

    def fault() -> None:
        statuses.append(service.stop())
        service.start()

    answers = rush.run(fault)
    assert statuses == [0]
    check_books(rush, answers, dsn)
