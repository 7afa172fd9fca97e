"""``tercel serve`` as a process of its own that tests kill, stop and start again on the same address."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tercel.settings import environment_without_settings
from tests.support.ports import free_port
from tests.support.server import ADMIN_EMAIL, ADMIN_PASSWORD

_TERCEL = str(Path(sys.executable).with_name("tercel"))


class Service:
    """One installation: its address stays the same however often it is started."""

    def __init__(self, log: Path, **settings: str) -> None:
        self._port = free_port()
        self._log = log
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        variables = {
            "PORT": str(self._port),
            "ADMIN_EMAIL": ADMIN_EMAIL,
            "ADMIN_PASSWORD": ADMIN_PASSWORD,
            **self._settings,
        }
        ours = {f"TERCEL_{name}": value for name, value in variables.items()}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [_TERCEL, "serve"],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment_without_settings() | ours,
            )
        wait_until(lambda: self.is_ready() or not self._is_running())
        assert self._is_running(), self._log.read_text()

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def process(self) -> psutil.Process:
        """The process that was started, which is the parent of the workers if there are several."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        children = self.process.children()
        return [child for child in children if "spawn_main" in " ".join(_command_line(child))]

    def kill(self) -> None:
        """Kill it as the kernel would when memory runs out; its workers notice and end."""
        assert self._process is not None
        workers: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):  # killed before
            workers = self.workers()
        self._process.kill()
        self._process.wait()
        psutil.wait_procs(workers, timeout=30)

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        if self._is_running():
            with suppress(subprocess.TimeoutExpired):
                self.stop()
                return
            self.kill()

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        return self.ask("/readyz") == 200

    def ask(self, path: str) -> int:
        """The status of an answer about its state; 0 when there is none."""
        with suppress(httpx.TransportError):
            return httpx.get(self.url + path, timeout=10).status_code
        return 0


@contextmanager
def ended(service: Service) -> Iterator[Service]:
    """End the service with the block."""
    try:
        yield service
    finally:
        service.end()


def wait_until(condition: Callable[[], bool], seconds: float = 180) -> float:
    """Poll for what other processes do; the seconds it took."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            pytest.fail(f"it did not come about within {seconds} seconds")
        threading.Event().wait(0.05)
    return time.monotonic() - started


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
