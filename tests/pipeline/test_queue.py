"""The queue: what is answered has left, whatever its batch still does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tercel.base.errors import ConflictError
from tercel.base.limits import BATCH_HELD_BACK_SECONDS_MAX, IN_LINE_MAX
from tercel.pipeline.batch import Batches, Waiting
from tercel.pipeline.command import Answer, Command
from tercel.pipeline.queue import Pipeline

pytestmark = pytest.mark.anyio


class _Command:
    busy_message = "busy"
    now = datetime(2026, 7, 15, 10, tzinfo=UTC)

    def __init__(self, key: str, application_id: int) -> None:
        self.serial_key = key
        self.application_id = application_id


class _InTurn:
    """Batches that answer one command at a time, when told to."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(0)
        self.begun = asyncio.Semaphore(0)
        self.seen: list[list[str]] = []

    async def run(self, batch: Sequence[Waiting]) -> None:
        self.seen.append([str(waiting.command.serial_key) for waiting in batch])
        self.begun.release()
        for waiting in batch:
            await self.turns.acquire()
            waiting.answer(Answer(status=200, body=b""))


def _pipeline() -> tuple[Pipeline, _InTurn]:
    batches = _InTurn()
    return Pipeline(cast("Batches", batches)), batches


def _submit(pipeline: Pipeline, key: str, application_id: int = 1) -> asyncio.Task[Any]:
    return asyncio.create_task(pipeline.submit(cast("Command", _Command(key, application_id))))


async def test_an_answered_command_makes_room_while_its_batch_goes_on() -> None:
    pipeline, batches = _pipeline()
    first, _ = _submit(pipeline, "a"), _submit(pipeline, "b")
    await asyncio.sleep(0)
    batches.turns.release()
    await first
    further = [_submit(pipeline, "a") for _ in range(IN_LINE_MAX)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in further)
    with pytest.raises(ConflictError):
        await _submit(pipeline, "a")
    for _ in range(1 + len(further)):
        batches.turns.release()
    await pipeline.close()


async def test_commands_of_one_key_run_one_after_the_other() -> None:
    pipeline, batches = _pipeline()
    tasks = [_submit(pipeline, key) for key in ("a", "a", "b")]
    for _ in tasks:
        batches.turns.release()
    await asyncio.gather(*tasks)
    assert batches.seen == [["a", "b"], ["a"]]
    await pipeline.close()


async def test_a_batch_is_of_one_application() -> None:
    pipeline, batches = _pipeline()
    tasks = [_submit(pipeline, f"{place} of {shop}", shop) for place, shop in enumerate((1, 2, 1, 3, 2))]
    for _ in tasks:
        batches.turns.release()
    await asyncio.gather(*tasks)
    assert batches.seen == [["0 of 1", "2 of 1"], ["1 of 2", "4 of 2"], ["3 of 3"]]
    await pipeline.close()


async def test_who_gives_up_in_line_lets_nobody_past_the_one_that_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.IN_LINE_SECONDS_MAX", 0)
    pipeline, batches = _pipeline()
    running, impatient = _submit(pipeline, "a"), _submit(pipeline, "a")
    with pytest.raises(ConflictError):
        await impatient
    monkeypatch.setattr("tercel.pipeline.queue.IN_LINE_SECONDS_MAX", 60)
    later = await _queued(pipeline, "ab")
    batches.turns.release()
    await asyncio.wait([running])
    assert batches.seen[0] == ["a"]
    assert not any("a" in batch for batch in batches.seen[1:2]), "two of one key ran at once"
    for _ in later:
        batches.turns.release()
    await asyncio.gather(*later)
    await pipeline.close()


async def _queued(pipeline: Pipeline, keys: str) -> list[asyncio.Task[Any]]:
    """Commands in the queue, and the batches begun that it is willing to begin."""
    tasks = [_submit(pipeline, key) for key in keys]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_beside_a_batch_another_begins_only_when_it_is_no_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_HELD_BACK_SECONDS_MAX", 60)
    pipeline, batches = _pipeline()
    tasks = [*await _queued(pipeline, "abc"), *await _queued(pipeline, "de")]
    assert batches.seen == [["a", "b", "c"]]
    tasks += await _queued(pipeline, "f")
    assert batches.seen == [["a", "b", "c"], ["d", "e", "f"]]
    for _ in tasks:
        batches.turns.release()
    await asyncio.gather(*tasks)
    await pipeline.close()


async def test_what_was_held_back_begins_when_the_batch_before_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_HELD_BACK_SECONDS_MAX", 60)
    pipeline, batches = _pipeline()
    tasks = [*await _queued(pipeline, "abc"), *await _queued(pipeline, "d")]
    for _ in tasks:
        batches.turns.release()
    await asyncio.gather(*tasks)
    assert batches.seen == [["a", "b", "c"], ["d"]]
    await pipeline.close()


async def test_nobody_is_held_back_by_a_batch_that_takes_its_time() -> None:
    pipeline, batches = _pipeline()
    tasks = await _queued(pipeline, "abc")
    began = time.perf_counter()
    tasks += await _queued(pipeline, "d")
    for _ in range(2):
        await asyncio.wait_for(batches.begun.acquire(), 60)
    assert time.perf_counter() - began > BATCH_HELD_BACK_SECONDS_MAX / 2
    assert batches.seen == [["a", "b", "c"], ["d"]]
    assert not any(task.done() for task in tasks)
    for _ in tasks:
        batches.turns.release()
    await asyncio.gather(*tasks)
    await pipeline.close()
