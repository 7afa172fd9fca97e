"""Memory that the processes of one server share: a file in a directory of theirs, and in it a row for each of them."""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

from tercel.features.access.throttles.counts import ROW_BYTES, Counts


class SharedMemory:
    """A process's place among those that share a directory; without one it counts by itself.

    The place is a lock on one byte of a file, which the kernel drops when the process dies, however it dies: the
    process that is started in its stead finds its counts.
    """

    def __init__(self, directory: Path | None, processes: int) -> None:
        self._directory = directory
        self._processes = processes
        self._places = -1
        self._row: int | None = None
        if directory is not None:
            self._places = os.open(directory / "places", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._row = _take_place(self._places, processes)

    def counts(self, name: str, window_s: int) -> Counts:
        """Return the table of that name."""
        if self._directory is None or self._row is None:
            return Counts.private(window_s)
        file = os.open(self._directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = ROW_BYTES * self._processes
            os.ftruncate(file, size)  # a file with holes: only what is written takes space
            mapped = mmap.mmap(file, size)
        finally:
            os.close(file)
        return Counts(memoryview(mapped), self._row, window_s)

    def close(self) -> None:
        """Leave the place to others."""
        if self._places >= 0:
            os.close(self._places)
            self._places = -1


def _take_place(file: int, places: int) -> int | None:
    for row in range(places):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
        except OSError:
            continue
        return row
    return None
