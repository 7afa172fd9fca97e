"""How the embedded server is sized for its machine: a pure function, explained in docs/postgresql.md.

The workers of Tercel live on the same machine, so the server plans with half of the memory, not with all of it.
"""

from __future__ import annotations

from tercel.database.server.machine import Machine

_CONNECTIONS_MIN = 100
_CONNECTIONS_OF_COMMANDS = 32  # keys, backup, verify and whatever else runs beside the workers


def max_connections(workers: int, connections_per_worker: int) -> int:
    """Return how many connections the server allows: those of all workers, and some for commands."""
    return max(_CONNECTIONS_MIN, workers * connections_per_worker + _CONNECTIONS_OF_COMMANDS)


def tune(machine: Machine, connections: int) -> dict[str, str]:
    """Options that follow from memory, cores and disk. ``connections`` is what ``max_connections`` returns."""
    memory = machine.memory_mb
    log = _within(64, min(memory // 4, machine.disk_mb // 10), 4096)
    return {
        "max_connections": str(connections),
        "shared_buffers": _megabytes(_within(32, memory // 4, 8192)),
        "effective_cache_size": _megabytes(max(64, memory // 2)),
        # A quarter of the memory for all connections together, if every one sorted at once.
        "work_mem": _megabytes(_within(4, memory // 4 // connections, 32)),
        "maintenance_work_mem": _megabytes(_within(16, memory // 16, 512)),
        # How much log a crash leaves to replay: a checkpoint comes at the latest when this much was written.
        "max_wal_size": _megabytes(log),
        "min_wal_size": _megabytes(_within(32, log // 4, 1024)),
        "max_parallel_workers": str(machine.cores),
        "max_parallel_maintenance_workers": str(_within(0, machine.cores // 2, 4)),
        "autovacuum_max_workers": str(_within(2, machine.cores // 2, 6)),
    }


def _within(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def _megabytes(number: int) -> str:
    return f"{number}MB"
