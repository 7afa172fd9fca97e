"""One batch: load, decide in order, write, and what to do when somebody else was first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

import psycopg
import structlog
from psycopg import AsyncConnection

from tercel.base.errors import TercelError, UnavailableError
from tercel.base.limits import BATCH_ATTEMPTS_MAX, IDEMPOTENCY_HOURS
from tercel.database.engine import Database
from tercel.database.failures import is_passing
from tercel.database.ids import IdAllocator
from tercel.pipeline import metrics
from tercel.pipeline.activity import Activity
from tercel.pipeline.command import Answer, Command, Configuration, Configurations
from tercel.pipeline.load import load
from tercel.pipeline.lost import lost_to
from tercel.pipeline.needs import Needs
from tercel.pipeline.origin import Origin
from tercel.pipeline.rows import AnswerRow
from tercel.pipeline.stages import Stage
from tercel.pipeline.work import Draft, IdsExhausted, Work
from tercel.pipeline.write import share_revisions, write

_log = structlog.get_logger(__name__)
_IDS_AHEAD = {"sessions": 1, "events": 1, "profiles": 1}


class Waiting(Protocol):
    """A command and whoever waits for its answer."""

    command: Command
    origin: Origin

    def answer(self, answer: Answer) -> None: ...
    def fail(self, error: BaseException) -> None: ...


class Batches:
    """Runs batches over one database."""

    def __init__(self, database: Database, configurations: Configurations, ids: IdAllocator) -> None:
        self._database = database
        self._configurations = configurations
        self._ids = ids
        self._activity = Activity()

    async def run(self, batch: Sequence[Waiting]) -> None:
        """Answer every command of the batch. Never raises."""
        try:
            await self._run(batch)
        except UnavailableError as error:  # no connection: it is not one command that hinders the others
            _fail_all(batch, error)
        except TercelError as error:
            if len(batch) > 1:  # one application may be gone: the commands of others must not suffer
                await self._split(batch)
            else:
                _fail_all(batch, error)
        except Exception as error:  # noqa: BLE001  # whatever it is, every caller gets an answer
            self._give_up(batch, error)

    def _give_up(self, batch: Sequence[Waiting], error: Exception) -> None:
        if is_passing(error):
            _log.warning("batch given up", error=str(error), request_ids=_request_ids(batch))
            _fail_all(batch, UnavailableError(self._database.failures.note(error)))
        else:
            _log.error("batch failed", exc_info=error, request_ids=_request_ids(batch))
            _fail_all(batch, error)

    async def _run(self, batch: Sequence[Waiting]) -> None:
        answers = None
        for _ in range(BATCH_ATTEMPTS_MAX):
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
        if answers is None:
            await self._split(batch)
        else:
            _deliver(batch, answers)

    async def _split(self, batch: Sequence[Waiting]) -> None:
        """Smaller batches, at last single commands that take their locks first: nobody holds others up or starves."""
        metrics.SPLITS.labels("halves" if len(batch) > 1 else "locking").inc()
        if len(batch) > 1:
            middle = len(batch) // 2
            await self.run(batch[:middle])
            await self.run(batch[middle:])
            return
        async with self._database.connection() as connection, connection.transaction():
            await share_revisions(connection, {batch[0].command.application_id})
            answers = await self._attempt(connection, batch, locking=True)
        _deliver(batch, answers)

    async def _attempt(
        self, connection: AsyncConnection[Any], batch: Sequence[Waiting], *, locking: bool
    ) -> list[Answer | BaseException]:
        with Stage("pipeline.load", metrics.LOAD_SECONDS[locking]):
            work, configurations = await self._load(connection, batch, locking=locking)
        try:
            with Stage("pipeline.decide", metrics.DECIDE_SECONDS):
                answers = [await self._decide(connection, waiting, work, configurations) for waiting in batch]
            if not work.to_write.is_empty():
                work.to_write.revisions = work.revisions
                work.to_write.touched_campaigns = self._activity.due(work.to_write.touched_campaigns)
                with Stage("pipeline.write", metrics.COMMIT_SECONDS):
                    await write(connection, work.to_write)
                self._activity.note(work.to_write.touched_campaigns)
        finally:
            for name, unused in work.ids.items():
                self._ids.give_back(name, unused)
        return answers

    async def _load(
        self, connection: AsyncConnection[Any], batch: Sequence[Waiting], *, locking: bool
    ) -> tuple[Work, dict[int, Configuration]]:
        """Everything the batch needs, with configurations that are those of the database."""
        application_ids = {waiting.command.application_id for waiting in batch}
        while True:
            work = Work()
            configurations = {
                each: await self._configurations.get(connection, each) for each in application_ids
            }
            await self._load_rows(connection, batch, work, configurations, locking=locking)
            behind = [
                each for each in application_ids if work.revisions.get(each) != configurations[each].revision
            ]
            if not behind:
                break
            for each in behind:
                await self._configurations.reload(connection, each)
        for name, each in _IDS_AHEAD.items():
            work.ids[name] = await self._ids.take(connection, name, each * len(batch))
        return work, configurations

    async def _load_rows(
        self,
        connection: AsyncConnection[Any],
        batch: Sequence[Waiting],
        work: Work,
        configurations: dict[int, Configuration],
        *,
        locking: bool,
    ) -> None:
        """Round by round: what the requests name, then what those rows name. Most batches need one round."""
        needs = Needs(applications=set(configurations))
        for waiting in batch:
            waiting.command.first(needs, configurations[waiting.command.application_id])
            if waiting.command.repeat_key is not None:
                needs.answers.add(waiting.command.repeat_key)
        fresh = needs.beyond(work.asked)
        while not fresh.is_empty():
            await load(connection, fresh, work, locking=locking)
            more = Needs()
            for waiting in batch:
                waiting.command.follow(more, work, configurations[waiting.command.application_id])
            fresh = more.beyond(work.asked)
            if not fresh.is_empty():
                # Because: a budget of now must not be held against a limit of before.
                fresh.applications = set(configurations)

    async def _decide(
        self,
        connection: AsyncConnection[Any],
        waiting: Waiting,
        work: Work,
        configurations: dict[int, Configuration],
    ) -> Answer | BaseException:
        command = waiting.command
        remembered = work.answers.get(command.repeat_key) if command.repeat_key is not None else None
        if remembered is not None and remembered.created > command.now - timedelta(hours=IDEMPOTENCY_HOURS):
            return Answer(status=remembered.status, body=bytes.fromhex(remembered.body))
        while True:
            draft = Draft(work)
            try:
                answer = command.decide(draft, configurations[command.application_id])
            except IdsExhausted as exhausted:
                stock = work.ids.setdefault(exhausted.name, [])
                stock.extend(await self._ids.take(connection, exhausted.name, 2 * len(stock) + 10))
                continue
            except TercelError as error:
                return error
            except Exception as error:  # noqa: BLE001  # one broken command must not take the others with it
                _log.exception(
                    "command failed", command=type(command).__name__, request_id=waiting.origin.request_id
                )
                return error
            if command.repeat_key is not None:
                draft.changes.answers[command.repeat_key] = _remember(command, command.repeat_key, answer)
            draft.merge()
            return answer


def _remember(command: Command, key: tuple[int, str, str], answer: Answer) -> AnswerRow:
    application_id, scope, name = key
    return AnswerRow(
        application_id=application_id,
        scope=scope,
        key=name,
        status=answer.status,
        body=answer.body.hex(),
        created=command.now,
    )


def _request_ids(batch: Sequence[Waiting]) -> list[str]:
    return [waiting.origin.request_id for waiting in batch]


def _deliver(batch: Sequence[Waiting], answers: Sequence[Answer | BaseException]) -> None:
    for waiting, answer in zip(batch, answers, strict=True):
        if isinstance(answer, Answer):
            waiting.answer(answer)
        else:
            waiting.fail(answer)


def _fail_all(batch: Sequence[Waiting], error: BaseException) -> None:
    for waiting in batch:
        waiting.fail(error)
