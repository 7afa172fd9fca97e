"""Workers whose event loop hangs are noticed and replaced; a stop does not wait for them."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import pytest

from tests.cli.hanging import SHUTDOWN_S
from tests.support.ports import free_port
from tests.support.process import wait_until

pytestmark = pytest.mark.slow
_LONG = 600.0
#: Where others want the processor too, everything takes longer; without the mend it would take for ever.
_WITHIN_S = 60


class Served:
    """The application under its supervisor."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self._port = port

    def wait_for(self, line: str) -> None:
        """Read what it says until it says this."""
        assert self.process.stdout is not None
        assert any(said.strip() == line for said in self.process.stdout)

    def ask(self, path: str = "/", *, timeout_s: float = 1) -> int:
        """The process that answers; 0 when none does in time."""
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout_s)) as connection,
        ):
            connection.request("GET", path)
            return int(connection.getresponse().read())
        return 0


@contextmanager
def served(workers: int, *, stuck_s: float = _LONG, silent_s: float = _LONG) -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "tests.cli.hanging", *map(str, (port, workers, stuck_s, silent_s))]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    )
    try:
        yield Served(process, port)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _answering(service: Served, number: int) -> set[int]:
    found: set[int] = set()

    def ask() -> bool:
        found.add(service.ask())
        return len(found - {0}) >= number

    wait_until(ask)
    return found - {0}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("how", "bounds"),
    [("/python", {"stuck_s": 1}), ("/interpreter", {"stuck_s": 1}), ("/system", {"silent_s": 2})],
)
def test_a_worker_that_hangs_is_replaced(how: str, bounds: dict[str, float], workers: int) -> None:
    with served(workers, **bounds) as service:
        before = _answering(service, workers)
        started = time.monotonic()
        assert service.ask(how, timeout_s=_WITHIN_S) == 0  # its connection breaks
        assert time.monotonic() - started < _WITHIN_S
        after = _answering(service, workers)
        assert len(before & after) == workers - 1
        service.process.send_signal(signal.SIGTERM)
        said, _ = service.process.communicate(timeout=_WITHIN_S)
        assert "worker hangs and is replaced" in said
        assert "in application" in said or how == "/system"


@pytest.mark.parametrize("how", ["/python", "/interpreter", "/system"])
def test_a_stop_does_not_wait_for_what_hangs(how: str) -> None:
    with served(2) as service:
        _answering(service, 2)
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(service.ask, how, timeout_s=_WITHIN_S)
            service.wait_for(f"asked {how}")
            started = time.monotonic()
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(_WITHIN_S) == 0
            assert time.monotonic() - started > SHUTDOWN_S
            assert asking.result() == 0


def test_a_worker_that_is_only_busy_stays() -> None:
    with served(1, stuck_s=1, silent_s=2) as service:
        (before,) = _answering(service, 1)
        assert service.ask("/busy", timeout_s=_WITHIN_S) == before


def test_nobody_is_replaced_because_everything_stood_still() -> None:
    with served(2, stuck_s=1, silent_s=1) as service:
        before = _answering(service, 2)
        os.killpg(service.process.pid, signal.SIGSTOP)
        threading.Event().wait(3)
        os.killpg(service.process.pid, signal.SIGCONT)
        threading.Event().wait(2)
        assert _answering(service, 2) == before
