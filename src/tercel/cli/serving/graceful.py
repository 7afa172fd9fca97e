"""A server that ends without leaving a request unanswered.

Told to stop (SIGTERM, or Ctrl+C), it says at ``/readyz`` that it is not ready, goes on accepting for as long as the
operator wants load balancers to have, then accepts nothing new, answers whatever arrives on the connections that are
open, telling their clients to close them, and waits until every request it has read is answered. Each step has a bound.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import FrameType

import uvicorn

from tercel.cli.serving.heartbeat import Heart

#: Idle connections stay open for this long: a request may be on its way through them.
LINGER_S = 1.0
#: For what follows the last answer: closing the pipeline and the connections to the database.
CLOSING_S = 2.0
_POLL_S = 0.05
_FAILURE = 1


class Told:
    """Whether a process was told to stop.

    Because: a signal handler may interrupt itself when two signals come at once, and an event of ``threading`` has a lock, for which
    the second one would wait for ever.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Note that it was."""
        self._is_set = True

    def is_set(self) -> bool:
        """Tell whether it was."""
        return self._is_set


class GracefulServer(uvicorn.Server):
    """One process that answers requests, under a supervisor that listens to its pipe."""

    def __init__(self, config: uvicorn.Config, delay_s: float, pipe: Connection) -> None:
        super().__init__(config)
        self._delay_s = delay_s
        self._heart = Heart(pipe, lambda: self.started)
        self._stopping = Told()
        self._last_resort: threading.Timer | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and let the application see when it is to stop."""
        self._heart.beat()
        await super().startup(sockets)
        self.lifespan.state["stopping"] = self._stopping  # http.kernel.stopping reads it with each request

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop.

        A second signal means nothing, the supervisor decides: Ctrl+C reaches this process from the terminal and from
        the supervisor, and some process managers tell all processes of a service.
        """
        super().handle_exit(sig, frame)
        self.force_exit = False
        self._stopping.set()
        if self._last_resort is None:
            self._last_resort = threading.Timer(bound_s(self.config, self._delay_s), os._exit, [_FAILURE])
            self._last_resort.daemon = True
            self._last_resort.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what was taken, then close everything."""
        await self._wait(self._delay_s, lambda: False)
        for listening in self.servers:
            listening.close()
        for listener in sockets or []:
            listener.close()
        await self._wait(LINGER_S, lambda: not self.server_state.connections)
        await super().shutdown(sockets)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        try:
            super().run(sockets)
        finally:
            if self._last_resort is not None:
                self._last_resort.cancel()

    async def _wait(self, seconds: float, is_done: Callable[[], bool]) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not is_done() and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_POLL_S)


def bound_s(config: uvicorn.Config, delay_s: float) -> float:
    """Return the seconds after which a server that was told to stop has ended, even if something hangs."""
    return delay_s + LINGER_S + (config.timeout_graceful_shutdown or 0) + CLOSING_S


def end_by_exception() -> None:
    """Let SIGTERM end this process like ``sys.exit``, so that what it has opened is closed."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
