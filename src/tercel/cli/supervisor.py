"""Several processes that answer requests: started, replaced when they die, and stopped together."""

from __future__ import annotations

import signal
import socket
import sys
import time

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import Server
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from tercel.cli.graceful import GracefulServer, bound_s
from tercel.settings import load_from_process

_POLL_S = 0.1
_log = structlog.get_logger(__name__)


class Worker(Process):
    """One of the processes."""

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
        self._workers = [self._start() for _ in range(self.config.workers)]
        while not self.should_exit.wait(_POLL_S):
            self.handle_signals()
            self._replace_dead()
        self._stop()

    def handle_hup(self) -> None:
        """A terminal that closes is no reason to do anything."""

    handle_ttin = handle_ttou = handle_hup  # the number of workers is a setting

    def _start(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker

    def _replace_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if self.should_exit.is_set() or worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE and not self._has_started:
                self.should_exit.set()  # it would fail the same way again
                self._stop()
                sys.exit(STARTUP_FAILURE)
            _log.warning("worker died and is replaced", worker=worker.pid, exit_code=worker.exitcode)
            self._workers[place] = self._start()
        self._has_started = self._has_started or any(worker.is_ready() for worker in self._workers)

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
