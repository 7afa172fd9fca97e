"""The processes that answer requests: started, replaced when they die or hang, and stopped together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time
from types import FrameType

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from tercel.cli.serving.graceful import bound_s
from tercel.cli.serving.heartbeat import Pulse
from tercel.cli.serving.worker import serve_until_stopped

_POLL_S = 0.1
_TELLING_S = 0.5  # for a stuck process to tell where
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_spawn = multiprocessing.get_context("spawn")
_log = structlog.get_logger(__name__)


class Worker:
    """One of the processes."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, delay_s: float) -> None:
        ours, theirs = _spawn.Pipe(duplex=False)
        self._process = _spawn.Process(target=serve_until_stopped, args=(config, listener, delay_s, theirs))
        self._process.start()
        theirs.close()
        assert self._process.pid is not None, "it was started"
        self.pid = self._process.pid
        self._pulse = Pulse(ours, self.pid)

    @property
    def has_started(self) -> bool:
        """Whether it said that its server has started."""
        return self._pulse.is_serving

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it lives, also when it hangs."""
        return self._process.exitcode

    def is_well(self, ran_s: float) -> bool:
        """Tell whether the worker lives and does not hang; ``ran_s`` as for ``Pulse.is_felt``."""
        return self._process.is_alive() and self._pulse.is_felt(ran_s)

    def terminate(self) -> None:
        """Tell it to stop."""
        self._process.terminate()

    def end(self) -> None:
        """End it at once. One that hangs tells first in which line of the code, if it can."""
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGUSR1)
            self._process.join(_TELLING_S)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()
        self._pulse.close()


class Supervisor:
    """Watches the workers; signals for it are signals for them."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], delay_s: float) -> None:
        self._config = config
        self._sockets = sockets
        self._delay_s = delay_s
        self._workers: list[Worker] = []
        self._has_started = False
        self._signals: list[int] = []
        self._looked_at = time.monotonic()

    def run(self) -> None:
        """Serve until told to stop; afterwards no worker is left."""
        for each in _SIGNALS:
            if signal.getsignal(each) is not signal.SIG_IGN:  # as `nohup` does
                signal.signal(each, self._hear)
        self._workers = [self._start(listener) for listener in self._sockets]
        while not self._signals:
            time.sleep(_POLL_S)
            self._replace_lost()
        self._stop()

    def _hear(self, told: int, _frame: FrameType | None) -> None:
        # Because: an event of `threading` has a lock, which the interrupted code, or another handler, may hold.
        self._signals.append(told)

    def _start(self, listener: socket.socket) -> Worker:
        return Worker(self._config, listener, self._delay_s)

    def _ran_s(self) -> float:
        """Return the time for which this process ran since the last look: if much more has passed, the machine stood
        still."""
        now = time.monotonic()
        passed, self._looked_at = now - self._looked_at, now
        return min(passed, 2 * _POLL_S)

    def _replace_lost(self) -> None:
        ran_s = self._ran_s()
        for place, worker in enumerate(self._workers):
            if worker.is_well(ran_s):
                continue
            if self._signals:  # as the worker may have been, which was faster
                return
            what = "hangs" if worker.exit_code is None else "died"
            worker.end()
            if worker.exit_code == STARTUP_FAILURE and not self._has_started:
                self._stop()  # it would fail the same way again
                sys.exit(STARTUP_FAILURE)
            _log.warning(f"worker {what} and is replaced", worker=worker.pid, exit_code=worker.exit_code)
            self._workers[place] = self._start(self._sockets[place])
        self._has_started = self._has_started or any(worker.has_started for worker in self._workers)

    def _stop(self) -> None:
        """Pass the signal on and wait; at a second one, or when the time is over, end what is left."""
        for listener in self._sockets:
            listener.close()
        for worker in self._workers:
            worker.terminate()
        end = time.monotonic() + bound_s(self._config, self._delay_s)
        while any(worker.exit_code is None for worker in self._workers):
            ran_s = self._ran_s()
            is_over = time.monotonic() > end or len(self._signals) > 1
            for worker in self._workers:
                if worker.exit_code is None and (is_over or not worker.is_well(ran_s)):
                    worker.kill()
            time.sleep(_POLL_S)
