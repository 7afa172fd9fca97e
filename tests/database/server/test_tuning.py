"""The embedded server is sized for its machine, from the smallest to the largest."""

import pytest

from tercel.database.server.machine import Machine
from tercel.database.server.tuning import max_connections, tune

_SMALL = Machine(memory_mb=512, cores=1, disk_mb=10_000)
_USUAL = Machine(memory_mb=8_192, cores=4, disk_mb=100_000)
_LARGE = Machine(memory_mb=262_144, cores=64, disk_mb=4_000_000)


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (
            _SMALL,
            {
                "shared_buffers": "128MB",
                "effective_cache_size": "256MB",
                "work_mem": "4MB",
                "maintenance_work_mem": "32MB",
                "max_wal_size": "128MB",
                "min_wal_size": "32MB",
                "max_parallel_maintenance_workers": "0",
                "autovacuum_max_workers": "2",
            },
        ),
        (
            _USUAL,
            {
                "shared_buffers": "2048MB",
                "effective_cache_size": "4096MB",
                "work_mem": "20MB",
                "maintenance_work_mem": "512MB",
                "max_wal_size": "2048MB",
                "min_wal_size": "512MB",
                "max_parallel_maintenance_workers": "2",
                "autovacuum_max_workers": "2",
            },
        ),
        (
            _LARGE,
            {
                "shared_buffers": "8192MB",
                "effective_cache_size": "131072MB",
                "work_mem": "32MB",
                "maintenance_work_mem": "512MB",
                "max_wal_size": "4096MB",
                "min_wal_size": "1024MB",
                "max_parallel_maintenance_workers": "4",
                "autovacuum_max_workers": "6",
            },
        ),
    ],
)
def test_options_follow_the_machine(machine: Machine, expected: dict[str, str]) -> None:
    options = tune(machine, 100)
    assert {name: options[name] for name in expected} == expected


def test_the_log_leaves_room_on_a_small_disk() -> None:
    machine = Machine(memory_mb=65_536, cores=8, disk_mb=5_000)
    assert tune(machine, 100)["max_wal_size"] == "500MB"


@pytest.mark.parametrize("memory", [64, 128, 256, 512])
def test_even_a_tiny_machine_gets_what_postgresql_accepts(memory: int) -> None:
    options = tune(Machine(memory_mb=memory, cores=1, disk_mb=256), 100)
    assert int(options["shared_buffers"].removesuffix("MB")) >= 32
    assert options["max_wal_size"] == "64MB"


@pytest.mark.parametrize(
    ("workers", "expected"), [(1, 100), (2, 100), (4, 104), (16, 320), (64, 1_184)], ids=str
)
def test_connections_are_enough_for_all_workers_and_some_commands(workers: int, expected: int) -> None:
    assert max_connections(workers, 18) == expected


def test_many_connections_share_the_memory() -> None:
    assert (tune(_USUAL, 100)["work_mem"], tune(_USUAL, 320)["work_mem"]) == ("20MB", "6MB")
