"""Counts in memory: windows, keys, floods of keys, and processes that share."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tercel.features.access.throttles.addresses import network_of
from tercel.features.access.throttles.counts import ROW_BYTES, Counts
from tercel.features.access.throttles.memory import SharedMemory
from tercel.features.access.throttles.rates import Rates, TooManyRequestsError
from tercel.features.access.throttles.strangers import Strangers

NOW = datetime(2030, 1, 1, tzinfo=UTC)
_PROCESSES = multiprocessing.get_context("spawn")


def test_a_key_is_counted_within_its_window() -> None:
    counts = Counts.private(60)
    assert [counts.add(b"a", NOW), counts.add(b"a", NOW, 3), counts.add(b"b", NOW)] == [1, 4, 1]
    assert counts.total(b"a", NOW + timedelta(seconds=59)) == 4
    assert counts.total(b"a", NOW + timedelta(seconds=60)) == 0
    assert counts.add(b"a", NOW + timedelta(seconds=60)) == 1


@pytest.mark.parametrize(("seconds", "left"), [(0, 60), (1, 59), (59.9, 1), (60, 60)])
def test_how_long_a_window_lasts(seconds: float, left: int) -> None:
    assert Counts.private(60).seconds_left(NOW + timedelta(seconds=seconds)) == left


def test_rows_are_summed() -> None:
    memory = memoryview(bytearray(3 * ROW_BYTES))
    first, _, third = (Counts(memory, row, 60) for row in range(3))
    first.add(b"a", NOW, 2)
    assert third.add(b"a", NOW) == 3
    assert first.total(b"a", NOW) == 3


def test_a_flood_of_keys_takes_no_more_memory_and_spares_what_is_counted_most() -> None:
    counts = Counts.private(60)
    counts.add(b"often", NOW, 50)
    for number in range(20_000):
        counts.add(b"%d" % number, NOW)
    assert counts.total(b"often", NOW) == 50


def test_times_before_1970_and_long_after_are_no_trouble() -> None:
    counts = Counts.private(1)
    for at in (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        assert [counts.add(b"a", at), counts.add(b"a", at)] == [1, 2]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("/run/socket", "/run/socket"),
        ("", ""),
    ],
)
def test_addresses_are_counted_by_who_can_choose_them(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("limit", [0, 3])
def test_a_key_has_its_share_of_each_second(limit: int) -> None:
    rates = Rates(limit, Counts.private(1))
    for key in (b"one", b"two"):
        for _ in range(3):
            rates.take(key, NOW)
        if limit:
            with pytest.raises(TooManyRequestsError):
                rates.take(key, NOW)
    rates.take(b"one", NOW + timedelta(seconds=1))


def test_an_address_may_be_refused_so_often_in_each_second() -> None:
    strangers = Strangers(2, Counts.private(1))
    for _ in range(2):
        strangers.check("10.0.0.1", NOW)
        strangers.refused("10.0.0.1", NOW)
    with pytest.raises(TooManyRequestsError):
        strangers.check("10.0.0.1", NOW)
    strangers.check("10.0.0.2", NOW)
    strangers.check("10.0.0.1", NOW + timedelta(seconds=1))


def _count(directory: Path, turns: Any, times: int) -> None:
    counts = SharedMemory(directory, 3).counts("table", 60)
    for _ in range(times):
        counts.add(b"key", NOW)
    turns.wait()  # stay until all have counted: a place that is left is taken over with its counts


def test_processes_count_together(tmp_path: Path) -> None:
    turns = _PROCESSES.Barrier(3)
    workers = [_PROCESSES.Process(target=_count, args=(tmp_path, turns, 500)) for _ in range(2)]
    for worker in workers:
        worker.start()
    memory = SharedMemory(tmp_path, 3)
    counts = memory.counts("table", 60)
    counts.add(b"key", NOW, 7)
    turns.wait(60)
    for worker in workers:
        worker.join(60)
    assert counts.total(b"key", NOW) == 1_007
    memory.close()


def test_who_finds_no_place_counts_alone(tmp_path: Path) -> None:
    memory = SharedMemory(tmp_path, 0)
    assert memory.counts("table", 60).add(b"key", NOW) == 1
    memory.close()
