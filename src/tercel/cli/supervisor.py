"""Several processes that answer requests: started, replaced when they die, and stopped together."""

from __future__ import annotations

import signal
import socket
import sys
import time
from pickle import UnpicklingError
from typing import Any

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import Server
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from tercel.cli.graceful import GracefulServer, bound_s
from tercel.settings import load_from_process

_POLL_S = 0.1
_log = structlog.get_logger(__name__)


def listen(config: uvicorn.Config) -> list[socket.socket]:
    """A socket for each worker, all of one address: the kernel spreads connections over them evenly.

    Because: of workers that share a socket, the one that wakes first takes nearly all connections that come together.
    They are made here, so that what waits for a worker that died is accepted by its successor.
    """
    only = config.bind_socket()  # ends the program when the address is taken
    if sys.platform != "linux":  # elsewhere one of the sockets gets everything
        return [only] * config.workers
    family, address = only.family, only.getsockname()
    only.close()
    return [_sharing(family, address) for _ in range(config.workers)]


def _sharing(family: socket.AddressFamily, address: Any) -> socket.socket:
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.set_inheritable(True)
    return listener


class Worker(Process):
    """One of the processes.

    Attributes:
        has_started: Whether it said that its server has started.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.has_started = False
        self._asked_at: float | None = None

    def is_well(self, silent_s: float) -> bool:
        """Whether it lives and answered within so many seconds; hears its last answer and asks again, and waits for neither.

        Because: whoever waited for the answer of a worker that is just ending would wait until it counts as hanging.
        """
        if not self.process.is_alive():
            return False
        try:
            if self._asked_at is not None and self.parent_conn.poll():
                self.has_started = self.parent_conn.recv()
                self._asked_at = None
            if self._asked_at is None:
                self.parent_conn.send(b"ping")
                self._asked_at = time.monotonic()
        except (OSError, EOFError, UnpicklingError):
            return False
        return time.monotonic() - self._asked_at < silent_s

    @property
    def server(self) -> Server:
        """The server inside the process; made there, because it cannot be sent."""
        if self._server is None:
            delay_s = load_from_process().shutdown_delay_seconds
            self._server = GracefulServer(self.config, delay_s, is_supervised=True)
        return self._server

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.exitcode is not None

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()


class Supervisor(Multiprocess):
    """Watches the workers; signals for it are signals for them."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], delay_s: float) -> None:
        super().__init__(config, sockets)
        self._bound_s = bound_s(config, delay_s)
        self._workers: list[Worker] = []
        self._has_started = False

    def run(self) -> None:
        """Serve until told to stop; afterwards no worker is left."""
        self._workers = [self._start(listener) for listener in self.sockets]
        while not self.should_exit.wait(_POLL_S):
            self.handle_signals()
            self._replace_dead()
        self._stop()

    def handle_hup(self) -> None:
        """A terminal that closes is no reason to do anything."""

    handle_ttin = handle_ttou = handle_hup  # the number of workers is a setting

    def _start(self, listener: socket.socket) -> Worker:
        worker = Worker(self.config, [listener])
        worker.start()
        return worker

    def _replace_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.is_well(self.config.timeout_worker_healthcheck):
                continue
            if self._is_told_to_stop():  # as the worker may have been, which was faster
                return
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE and not self._has_started:
                self.should_exit.set()  # it would fail the same way again
                self._stop()
                sys.exit(STARTUP_FAILURE)
            _log.warning("worker died and is replaced", worker=worker.pid, exit_code=worker.exitcode)
            self._workers[place] = self._start(self.sockets[place])
        self._has_started = self._has_started or any(worker.has_started for worker in self._workers)

    def _is_told_to_stop(self) -> bool:
        return self.should_exit.is_set() or bool({signal.SIGTERM, signal.SIGINT} & set(self.signal_queue))

    def _stop(self) -> None:
        """Pass the signal on and wait; at a second one, or when the time is over, end what is left."""
        for listener in self.sockets:
            listener.close()
        for worker in self._workers:
            worker.terminate()
        end = time.monotonic() + self._bound_s
        while any(not worker.has_ended for worker in self._workers):
            if time.monotonic() > end or {signal.SIGTERM, signal.SIGINT} & set(self.signal_queue):
                for worker in self._workers:
                    worker.kill()
            time.sleep(_POLL_S)
