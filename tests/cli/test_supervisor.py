"""How workers are watched."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from tercel.base import limits
from tercel.cli.serving import heartbeat
from tercel.cli.serving.heartbeat import Pulse


@pytest.fixture
def pulse() -> Iterator[tuple[Pulse, Connection]]:
    """What a supervisor hears of this very process, and the end into which it beats."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    with ours, theirs:
        yield Pulse(ours, os.getpid()), theirs


def _beat(theirs: Connection, beats: bytes = b"1") -> None:
    os.write(theirs.fileno(), beats)


def test_a_worker_may_take_its_time_to_start(pulse: tuple[Pulse, Connection]) -> None:
    heard, theirs = pulse
    assert heard.is_felt(limits.WORKER_START_SECONDS_MAX - 1)
    assert not heard.is_felt(1)
    _beat(theirs, b"00")
    assert (heard.is_felt(1), heard.is_serving) == (True, False)
    _beat(theirs, b"01")
    assert (heard.is_felt(1), heard.is_serving) == (True, True)


def test_a_worker_that_waits_may_be_silent_for_long(pulse: tuple[Pulse, Connection]) -> None:
    heard, theirs = pulse
    _beat(theirs)
    assert heard.is_felt(0.1)
    assert heard.is_felt(limits.WORKER_SILENT_SECONDS_MAX - 1)
    assert not heard.is_felt(1)
    _beat(theirs)
    assert heard.is_felt(1)


def test_a_worker_that_works_may_not(
    pulse: tuple[Pulse, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.WORKER_STUCK_SECONDS_MAX == heartbeat.WORKER_STUCK_SECONDS_MAX
    monkeypatch.setattr(heartbeat, "WORKER_STUCK_SECONDS_MAX", 0.2)
    heard, theirs = pulse
    _beat(theirs)
    assert heard.is_felt(0.1)
    assert heard.is_felt(1)
    end = time.process_time() + 0.4
    while time.process_time() < end:
        pass
    assert not heard.is_felt(1)
