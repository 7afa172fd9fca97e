"""The loop around batches: takes what waits, keeps the order within a session, bounds what is in flight."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable
from contextvars import copy_context
from typing import Generic

import structlog

from tercel.base.errors import ConflictError, UnavailableError
from tercel.base.limits import (
    BATCH_COMMANDS_MAX,
    BATCH_HELD_BACK_SECONDS_MAX,
    BATCH_SECONDS_MAX,
    BATCHES_IN_FLIGHT_MAX,
    IN_LINE_MAX,
    IN_LINE_SECONDS_MAX,
    REQUESTS_WAITING_MAX,
    WAITING_SECONDS_MAX,
)
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer, C, Command
from tercel.telemetry.metrics import pipeline as metrics
from tercel.telemetry.origin import current_origin
from tercel.telemetry.stages import Stage

_FULL = "too many requests are waiting: try again in a moment"
_WAITED = "the request waited too long for its turn and nothing was done: try again in a moment"
_LATE = "the request was not answered in time: try again"
_LOOK_SECONDS = 0.1
"""Between two looks at how long commands have waited, while any do."""
_log = structlog.get_logger(__name__)


class _Waiting(Generic[C]):
    """A command in the queue, and the future its caller awaits. ``leave`` counts it out of the pipeline."""

    __slots__ = ("_leave", "arrived", "command", "future", "has_left", "is_costly", "is_running", "origin")

    def __init__(
        self, command: Command[C], future: asyncio.Future[Answer], leave: Callable[[_Waiting[C]], None]
    ) -> None:
        self.command = command
        self.future = future
        self.origin = current_origin()
        self.arrived = time.perf_counter()
        self.is_running = False
        self.is_costly = False
        self.has_left = False
        self._leave = leave

    @property
    def is_answered(self) -> bool:
        """Whether the command is done with."""
        return self.has_left

    def answer(self, answer: Answer) -> None:
        self._leave(self)
        if not self.future.done():
            self.future.set_result(answer)

    def fail(self, error: BaseException) -> None:
        self._leave(self)
        self.give_up(error)

    def give_up(self, error: BaseException) -> None:
        """Tell the caller, whatever becomes of the command."""
        if not self.future.done():
            self.future.set_exception(error)


class Pipeline(Generic[C]):
    """Takes commands and answers them when what they changed is durable."""

    def __init__(self, batches: Batches[C]) -> None:
        self._batches = batches
        self._waiting: deque[_Waiting[C]] = deque()
        self._by_key: Counter[Hashable] = Counter()
        self._running_keys: set[Hashable] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_scheduled = False
        self._is_closed = False
        self._next_look: asyncio.TimerHandle | None = None
        self._held_back: asyncio.TimerHandle | None = None
        # Because: a batch serves many requests, so it must not run in the context of the one that happened to start it.
        self._context = copy_context()

    async def submit(self, command: Command[C]) -> Answer:
        """Run a command and wait for its answer.

        Raises:
            ConflictError: others of its session or profile are too many, or took too long (behaviour/requests 3).
            UnavailableError: too many commands wait, this one waited or took too long, or the process is stopping.
            TercelError: the command was refused.
        """
        if self._is_closed or len(self._waiting) >= REQUESTS_WAITING_MAX:
            metrics.REFUSALS.labels("queue").inc()
            raise UnavailableError(_FULL)
        if self._by_key[command.serial_key] >= IN_LINE_MAX:
            metrics.REFUSALS.labels("key").inc()
            raise ConflictError(command.busy_message)
        waiting = _Waiting(command, asyncio.get_running_loop().create_future(), self._leave)
        self._by_key[command.serial_key] += 1
        self._waiting.append(waiting)
        self._schedule()
        self._look_soon()
        return await waiting.future

    async def close(self) -> None:
        """Answer everything that was taken, then stop."""
        while self._waiting or self._tasks:
            self._start_batches()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._is_closed = True
        for timer in (self._next_look, self._held_back):
            if timer is not None:
                timer.cancel()

    def _schedule(self) -> None:
        """Start batches once the event loop has read the other requests that are already here."""
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._start_batches, context=self._context)

    def _start_batches(self) -> None:
        self._is_scheduled = False
        while self._waiting and len(self._tasks) < BATCHES_IN_FLIGHT_MAX and self._is_worth_a_batch():
            batch = self._take()
            if not batch:
                break
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        metrics.QUEUE_DEPTH.set(len(self._waiting))
        metrics.BATCHES_IN_FLIGHT.set(len(self._tasks))

    def _is_worth_a_batch(self) -> bool:
        """Tell whether the waiting commands may start now; if not, they wait until the running batch has ended or
        more have come.

        What a batch costs by itself is a good part of what its commands cost, so beside one that runs another starts only
        when it is no smaller; unless the one that runs takes its time.
        """
        if len(self._waiting) >= len(self._running_keys):
            return True
        patience = BATCH_HELD_BACK_SECONDS_MAX - (time.perf_counter() - self._waiting[0].arrived)
        if patience <= 0:
            return True
        if self._held_back is None:
            self._held_back = asyncio.get_running_loop().call_later(
                patience, self._start_held_back, context=self._context
            )
        return False

    def _start_held_back(self) -> None:
        self._held_back = None
        self._start_batches()

    def _take(self) -> list[_Waiting[C]]:
        """Take the longest waiting commands, one per session or profile: the next one must see what this one wrote."""
        batch: list[_Waiting[C]] = []
        kept: list[_Waiting[C]] = []
        while self._waiting and len(batch) < BATCH_COMMANDS_MAX:
            waiting = self._waiting.popleft()
            is_elsewhere = batch and waiting.command.application_id != batch[0].command.application_id
            if is_elsewhere or waiting.command.serial_key in self._running_keys:
                kept.append(waiting)
                continue
            self._running_keys.add(waiting.command.serial_key)
            waiting.is_running = True
            batch.append(waiting)
        self._waiting.extendleft(reversed(kept))
        return batch

    async def _run(self, batch: list[_Waiting[C]]) -> None:
        metrics.BATCH_COMMANDS.observe(len(batch))
        metrics.QUEUE_SECONDS.observe(time.perf_counter() - batch[0].arrived)
        # Because: to take back what a server that hangs was told takes seconds; no request needs to wait for that.
        late = asyncio.get_running_loop().call_later(BATCH_SECONDS_MAX, _answer_late, batch)
        try:
            with Stage(
                "pipeline.batch", metrics.BATCH_SECONDS, origins=[waiting.origin for waiting in batch]
            ):
                async with asyncio.timeout(BATCH_SECONDS_MAX):
                    await self._batches.run(batch)
        except TimeoutError:
            _log.warning("batch took too long", request_ids=[waiting.origin.request_id for waiting in batch])
        finally:
            late.cancel()
            for waiting in batch:
                waiting.fail(UnavailableError(_LATE))

    def _leave(self, waiting: _Waiting[C]) -> None:
        """Count a command out, once. One that is answered is done, even while others of its batch are tried again."""
        if waiting.has_left:
            return
        waiting.has_left = True
        key = waiting.command.serial_key
        if waiting.is_running:
            self._running_keys.discard(key)
        self._by_key[key] -= 1
        if not self._by_key[key]:
            del self._by_key[key]

    def _look_soon(self) -> None:
        if self._waiting and self._next_look is None:
            self._next_look = asyncio.get_running_loop().call_later(
                _LOOK_SECONDS, self._give_up_late, context=self._context
            )

    def _give_up_late(self) -> None:
        """Answer what has waited too long, and never run it: its caller may be gone, or repeats it already.

        What stands in line behind its own session or profile waits a second, everything else longer.
        """
        self._next_look = None
        now = time.perf_counter()
        busy = set(self._running_keys)
        kept: deque[_Waiting[C]] = deque()
        for waiting in self._waiting:
            waited = now - waiting.arrived
            key = waiting.command.serial_key
            if waited >= WAITING_SECONDS_MAX:
                metrics.REFUSALS.labels("late").inc()
                waiting.fail(UnavailableError(_WAITED))
            elif waited >= IN_LINE_SECONDS_MAX and key in busy:
                metrics.REFUSALS.labels("key").inc()
                waiting.fail(ConflictError(waiting.command.busy_message))
            else:
                busy.add(key)
                kept.append(waiting)
        self._waiting = kept
        metrics.QUEUE_DEPTH.set(len(self._waiting))
        self._look_soon()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start_batches()


def _answer_late(batch: list[_Waiting[C]]) -> None:
    for waiting in batch:
        waiting.give_up(UnavailableError(_LATE))
