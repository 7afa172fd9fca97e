"""The loop around batches: takes what waits, keeps the order within a session, bounds what is in flight."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Hashable

from tercel.base.errors import ConflictError, UnavailableError
from tercel.base.limits import (
    BATCH_COMMANDS_MAX,
    BATCHES_IN_FLIGHT_MAX,
    REQUESTS_WAITING_MAX,
    SAME_SESSION_IN_FLIGHT_MAX,
)
from tercel.pipeline import metrics
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer, Command


class _Waiting:
    """A command in the queue, and the future its caller awaits."""

    __slots__ = ("command", "future")

    def __init__(self, command: Command, future: asyncio.Future[Answer]) -> None:
        self.command = command
        self.future = future

    def answer(self, answer: Answer) -> None:
        if not self.future.done():
            self.future.set_result(answer)

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class Pipeline:
    """Takes commands and answers them when what they changed is durable."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._waiting: deque[_Waiting] = deque()
        self._by_key: Counter[Hashable] = Counter()
        self._running_keys: set[Hashable] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_scheduled = False
        self._is_closed = False

    async def submit(self, command: Command) -> Answer:
        """Run a command and wait for its answer.

        Raises:
            ConflictError: too many commands of its session or profile are under way (integration.md 8.3).
            UnavailableError: too many commands wait, or the process is stopping.
            TercelError: the command was refused.
        """
        if self._is_closed or len(self._waiting) >= REQUESTS_WAITING_MAX:
            raise UnavailableError("too many requests are waiting: try again in a moment")
        if self._by_key[command.serial_key] >= SAME_SESSION_IN_FLIGHT_MAX:
            raise ConflictError(command.busy_message)
        waiting = _Waiting(command, asyncio.get_running_loop().create_future())
        self._by_key[command.serial_key] += 1
        self._waiting.append(waiting)
        metrics.QUEUE_COMMANDS.inc()
        self._schedule()
        return await waiting.future

    async def close(self) -> None:
        """Answer everything that was taken, then stop."""
        while self._waiting or self._tasks:
            self._start_batches()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._is_closed = True

    def _schedule(self) -> None:
        """Start batches once the event loop has read the other requests that are already here."""
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._start_batches)

    def _start_batches(self) -> None:
        self._is_scheduled = False
        while self._waiting and len(self._tasks) < BATCHES_IN_FLIGHT_MAX:
            batch = self._take()
            if not batch:
                return
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _take(self) -> list[_Waiting]:
        """The longest waiting commands, one per session or profile: the next one must see what this one wrote."""
        batch: list[_Waiting] = []
        kept: list[_Waiting] = []
        while self._waiting and len(batch) < BATCH_COMMANDS_MAX:
            waiting = self._waiting.popleft()
            if waiting.command.serial_key in self._running_keys:
                kept.append(waiting)
                continue
            self._running_keys.add(waiting.command.serial_key)
            batch.append(waiting)
        self._waiting.extendleft(reversed(kept))
        return batch

    async def _run(self, batch: list[_Waiting]) -> None:
        started = time.perf_counter()
        try:
            await self._batches.run(batch)
        finally:
            metrics.BATCH_SECONDS.observe(time.perf_counter() - started)
            metrics.QUEUE_COMMANDS.dec(len(batch))
            for waiting in batch:
                self._leave(waiting)

    def _leave(self, waiting: _Waiting) -> None:
        key = waiting.command.serial_key
        self._running_keys.discard(key)
        self._by_key[key] -= 1
        if not self._by_key[key]:
            del self._by_key[key]
        waiting.fail(UnavailableError("the request was not answered: try again"))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start_batches()
