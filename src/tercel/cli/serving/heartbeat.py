"""The sign of life of a worker: its event loop itself beats, and its supervisor counts for how long it has not.

A thread that answers in its place would go on answering while the loop is stuck. A loop that is stuck spends processor time;
one that only waits for its turn on a machine with too much to do, or that was stopped together with its supervisor,
spends none, and is given more time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

import psutil

from tercel.base.limits import (
    WORKER_SILENT_SECONDS_MAX,
    WORKER_START_SECONDS_MAX,
    WORKER_STUCK_SECONDS_MAX,
)

BEAT_EVERY_S = 0.25
_STARTING, _SERVING = b"0", b"1"


class Heart:
    """Beats in a worker, through a pipe, for as long as its event loop goes round."""

    def __init__(self, pipe: Connection, is_serving: Callable[[], bool]) -> None:
        self._pipe = pipe
        self._is_serving = is_serving
        os.set_blocking(pipe.fileno(), False)

    def beat(self) -> None:
        """Beat now and from now on."""
        with suppress(OSError):  # the other end has not read for a long time, or is gone
            os.write(self._pipe.fileno(), _SERVING if self._is_serving() else _STARTING)
        asyncio.get_running_loop().call_later(BEAT_EVERY_S, self.beat)


class Pulse:
    """What is heard of the heart of one process.

    Attributes:
        is_serving: Whether it said that its server has started.
    """

    def __init__(self, pipe: Connection, pid: int) -> None:
        self._pipe = pipe
        self._process = psutil.Process(pid)
        self._has_beaten = False
        self._silent_s = 0.0
        self._spent_s = 0.0  # processor time until the last beat
        self.is_serving = False
        os.set_blocking(pipe.fileno(), False)

    def is_felt(self, ran_s: float) -> bool:
        """Tell, without waiting, whether the worker's event loop seems to run.

        Args:
            ran_s: Seconds that the calling process ran since its last call; fewer than have passed if the machine stood still.
        """
        beats = self._heard()
        if beats:
            self._has_beaten, self.is_serving = True, beats.endswith(_SERVING)
            self._silent_s, self._spent_s = 0.0, self._processor_s()
            return True
        self._silent_s += ran_s
        if not self._has_beaten:
            return self._silent_s < WORKER_START_SECONDS_MAX
        if self._silent_s < 2 * BEAT_EVERY_S:
            return True
        is_stuck = self._processor_s() - self._spent_s > WORKER_STUCK_SECONDS_MAX
        return not is_stuck and self._silent_s < WORKER_SILENT_SECONDS_MAX

    def close(self) -> None:
        """Stop listening."""
        self._pipe.close()

    def _heard(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self._pipe.fileno(), 4096)  # nothing at its end: the process ends
        return b""

    def _processor_s(self) -> float:
        with suppress(psutil.NoSuchProcess):
            times = self._process.cpu_times()
            return float(times.user + times.system)
        return self._spent_s
