"""One batch: load, decide in order, write, and what to do when another transaction was first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Generic, Protocol

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.errors import DeadlockDetected

from tercel.base.errors import TercelError, TooCostlyError, UnavailableError
from tercel.base.limits import BATCH_ATTEMPTS_MAX, COSTLY_DECISION_SECONDS
from tercel.database.engine import Database
from tercel.database.failures import is_passing
from tercel.database.ids import IdAllocator
from tercel.pipeline.aggregate import Work
from tercel.pipeline.answers import ANSWER_KEYS, remember, remembered
from tercel.pipeline.command import Answer, C, Command, Configurations
from tercel.pipeline.draft import Draft, IdsExhausted
from tercel.pipeline.load import load
from tercel.pipeline.lost import lost_to
from tercel.pipeline.needs import Needs
from tercel.pipeline.order import Order
from tercel.pipeline.revisions import REVISIONS, share_revisions
from tercel.pipeline.write import write
from tercel.telemetry.metrics import pipeline as metrics
from tercel.telemetry.origin import Origin
from tercel.telemetry.stages import Stage

_log = structlog.get_logger(__name__)
_UNBROKEN_S = 0.02


class Waiting(Protocol[C]):
    """A command and the request that waits for its answer."""

    command: Command[C]
    origin: Origin
    is_costly: bool

    @property
    def is_answered(self) -> bool: ...
    def answer(self, answer: Answer) -> None: ...
    def fail(self, error: BaseException) -> None: ...


class Batches(Generic[C]):
    """Runs batches over one database."""

    def __init__(
        self, database: Database, configurations: Configurations[C], ids: IdAllocator, order: Order
    ) -> None:
        self._database = database
        self._configurations = configurations
        self._ids = ids
        self._order = order
        self._ids_ahead = [(each, each.ids_ahead) for each in order.aggregates if each.ids_ahead]
        self._memories = [(each, each.memory()) for each in order.aggregates if each.memory is not None]

    async def run(self, batch: Sequence[Waiting[C]]) -> None:
        """Answer every command of the batch; all are of one application. Never raises."""
        try:
            await self._run(batch)
        except (
            TercelError
        ) as error:  # no connection, or no such application: it is not one command that hinders the others
            _fail_all(batch, error)
        except Exception as error:  # noqa: BLE001  # whatever it is, every caller gets an answer
            self._give_up(batch, error)

    def _give_up(self, batch: Sequence[Waiting[C]], error: Exception) -> None:
        if is_passing(error):
            _log.warning("batch given up", error=str(error), request_ids=_request_ids(batch))
            _fail_all(batch, UnavailableError(self._database.failures.note(error)))
        else:
            _log.error("batch failed", exc_info=error, request_ids=_request_ids(batch))
            _fail_all(batch, error)

    async def _run(self, batch: Sequence[Waiting[C]]) -> None:
        answers = None
        for _ in range(BATCH_ATTEMPTS_MAX):
            batch = _unanswered(batch)
            if not batch or (len(batch) == 1 and batch[0].is_costly):
                break  # what took long and lost takes its locks first
            try:
                async with self._database.connection() as connection:
                    answers = await self._attempt(connection, batch, locking=False)
                break
            except psycopg.Error as error:
                if isinstance(error, psycopg.DataError):
                    break  # one command brought what the database refuses: find it by splitting
                reason = lost_to(error)
                if reason is None:
                    raise
                metrics.RETRIES.labels(reason).inc()
                _log.debug("batch runs again", reason=reason, error=str(error), commands=len(batch))
                if any(waiting.is_costly for waiting in batch):
                    break  # other commands must not wait while it is decided again and again
        if answers is None:
            await self._split(batch)
        else:
            _deliver(batch, answers)

    async def _split(self, batch: Sequence[Waiting[C]]) -> None:
        """Run smaller batches, at last single commands that take their locks first: no command starves or holds
        others up.

        Commands that take long to decide leave first, each by itself.
        """
        batch = _unanswered(batch)
        if not batch:
            return
        if len(batch) > 1:
            metrics.SPLITS.labels("halves").inc()
            middle = len(batch) // 2
            cheap = [waiting for waiting in batch if not waiting.is_costly]
            costly = [[waiting] for waiting in batch if waiting.is_costly]
            for part in [cheap, *costly] if costly else [batch[:middle], batch[middle:]]:
                await self.run(part)
            return
        metrics.SPLITS.labels("locking").inc()
        for attempts_left in reversed(range(BATCH_ATTEMPTS_MAX)):
            try:
                answers = await self._attempt_locking(batch)
                break
            except DeadlockDetected:
                # Because: rows are locked as they are found, which is not the order in which batches write them.
                if not attempts_left:
                    raise
                metrics.RETRIES.labels("deadlock").inc()
        _deliver(batch, answers)

    async def _attempt_locking(self, batch: Sequence[Waiting[C]]) -> list[Answer | BaseException]:
        async with self._database.connection() as connection, connection.transaction():
            await share_revisions(connection, batch[0].command.application_id)
            return await self._attempt(connection, batch, locking=True)

    async def _attempt(
        self, connection: AsyncConnection[Any], batch: Sequence[Waiting[C]], *, locking: bool
    ) -> list[Answer | BaseException]:
        with Stage("pipeline.load", metrics.LOAD_SECONDS[locking]):
            work, configuration = await self._load(connection, batch, locking=locking)
        try:
            with Stage("pipeline.decide", metrics.DECIDE_SECONDS):
                answers = [
                    await self._decide_once(connection, waiting, work, configuration)
                    async for waiting in _with_breaks(batch)
                ]
            if work.to_write:
                with Stage("pipeline.write", metrics.COMMIT_SECONDS):
                    await self._write(connection, work)
        finally:
            for aggregate, unused in work.ids.items():
                self._ids.give_back(aggregate.name, unused)
        return answers

    async def _write(self, connection: AsyncConnection[Any], work: Work) -> None:
        """Write what changed, as long as what it was decided on stands; not what was written a moment ago."""
        changes = work.to_write
        changes[REVISIONS].decided_on = work[REVISIONS].current
        remembering = [(memory, changes[noun]) for noun, memory in self._memories if noun in changes]
        for memory, delta in remembering:
            memory.spare(delta)
        await write(connection, self._order.writes, work)
        for memory, delta in remembering:
            memory.note(delta)

    async def _load(
        self, connection: AsyncConnection[Any], batch: Sequence[Waiting[C]], *, locking: bool
    ) -> tuple[Work, C]:
        """Load everything the batch needs, with the configuration of the revision that the database has."""
        application_id = batch[0].command.application_id
        while True:
            configuration = await self._configurations.get(connection, application_id)
            work = Work(configuration.owner)
            await self._load_rows(connection, batch, work, configuration, locking=locking)
            if work[REVISIONS].current == configuration.revision:
                break
            await self._configurations.reload(connection, application_id)
        for aggregate, ahead in self._ids_ahead:
            work.ids[aggregate] = await self._ids.take(connection, aggregate.name, ahead * len(batch))
        return work, configuration

    async def _load_rows(
        self,
        connection: AsyncConnection[Any],
        batch: Sequence[Waiting[C]],
        work: Work,
        configuration: C,
        *,
        locking: bool,
    ) -> None:
        """Round by round: what the requests name, then what those rows name. Most batches need one round."""
        needs = Needs()
        for waiting in batch:
            waiting.command.first(needs, configuration)
            if waiting.command.repeat_key is not None:
                needs[ANSWER_KEYS].add(waiting.command.repeat_key)
        fresh = needs.beyond(work.asked)
        while True:
            await load(connection, self._order.loads, fresh, work, locking=locking)
            more = Needs()
            for waiting in batch:
                waiting.command.follow(more, work, configuration)
            fresh = more.beyond(work.asked)
            if not fresh:
                break

    async def _decide_once(
        self,
        connection: AsyncConnection[Any],
        waiting: Waiting[C],
        work: Work,
        configuration: C,
    ) -> Answer | BaseException:
        """Decide, note whether that took long, and let go at once of what would take as long each time."""
        began = time.perf_counter()
        answer = await self._decide(connection, waiting, work, configuration)
        waiting.is_costly = time.perf_counter() - began >= COSTLY_DECISION_SECONDS
        if isinstance(answer, TooCostlyError):
            _log.warning("rules need too much computation", request_id=waiting.origin.request_id)
            metrics.TOO_COSTLY.inc()
            waiting.fail(answer)
        return answer

    async def _decide(
        self,
        connection: AsyncConnection[Any],
        waiting: Waiting[C],
        work: Work,
        configuration: C,
    ) -> Answer | BaseException:
        command, repeat_key = waiting.command, waiting.command.repeat_key
        known = remembered(work, repeat_key, command.now) if repeat_key is not None else None
        if known is not None:
            return known
        while True:
            draft = Draft(work)
            try:
                answer = command.decide(draft, configuration)
            except IdsExhausted as exhausted:
                stock = work.ids.setdefault(exhausted.aggregate, [])
                name = exhausted.aggregate.name
                stock.extend(await self._ids.take(connection, name, 2 * len(stock) + 10))
                continue
            except TercelError as error:
                return error
            except Exception as error:  # noqa: BLE001  # one broken command must not take the others with it
                _log.exception(
                    "command failed", command=type(command).__name__, request_id=waiting.origin.request_id
                )
                return error
            if repeat_key is not None:
                remember(draft, repeat_key, answer, command.now)
            draft.merge()
            return answer


async def _with_breaks(batch: Sequence[Waiting[C]]) -> AsyncIterator[Waiting[C]]:
    """Yield the commands one by one; where that takes long, let the event loop serve other tasks in between."""
    began = time.perf_counter()
    for waiting in batch:
        if time.perf_counter() - began > _UNBROKEN_S:
            await asyncio.sleep(0)
            began = time.perf_counter()
        yield waiting


def _unanswered(batch: Sequence[Waiting[C]]) -> list[Waiting[C]]:
    return [waiting for waiting in batch if not waiting.is_answered]


def _request_ids(batch: Sequence[Waiting[C]]) -> list[str]:
    return [waiting.origin.request_id for waiting in batch]


def _deliver(batch: Sequence[Waiting[C]], answers: Sequence[Answer | BaseException]) -> None:
    for waiting, answer in zip(batch, answers, strict=True):
        if isinstance(answer, Answer):
            waiting.answer(answer)
        else:
            waiting.fail(answer)


def _fail_all(batch: Sequence[Waiting[C]], error: BaseException) -> None:
    for waiting in batch:
        waiting.fail(error)
