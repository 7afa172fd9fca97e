"""How often each key came up in the current window of time, summed over the processes that share the memory.

A table has one row per process. A process writes only its own row and reads all of them, so no lock is needed and no
count is lost; two processes that count at the very same instant may each miss the other's last step. A row has a
fixed number of slots: under a flood of different keys the least counted is forgotten first.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

_SLOTS = 8_192
_PROBES = 8
_WORDS_PER_SLOT = 2  # a fingerprint of the key; the window's number above 32 bits of count
_ROW_WORDS = _SLOTS * _WORDS_PER_SLOT
_WORD_BYTES = 8
_HALF = 32
_LOW = (1 << _HALF) - 1

ROW_BYTES = _ROW_WORDS * _WORD_BYTES


class Counts:
    """One table of counts.

    Args:
        memory: ``ROW_BYTES`` for each process, zero at first.
        row: which of them is this process's own.
        window_s: length of a window; counts begin anew with each.
    """

    def __init__(self, memory: memoryview, row: int, window_s: int) -> None:
        self._words = memory.cast("Q")
        self._rows = len(self._words) // _ROW_WORDS
        self._own = row
        self._window_s = window_s

    @classmethod
    def private(cls, window_s: int) -> Counts:
        """Make a table that no other process sees."""
        return cls(memoryview(bytearray(ROW_BYTES)), 0, window_s)

    def add(self, key: bytes, now: datetime, amount: int = 1) -> int:
        """Count, and tell what all processes have counted in this window."""
        mark, window = _mark(key), self.window(now)
        slot = self._slot_to_write(mark, window)
        word = self._words[slot + 1]
        count = (word & _LOW) if self._words[slot] == mark and word >> _HALF == window else 0
        self._words[slot] = mark
        self._words[slot + 1] = window << _HALF | min(count + amount, _LOW)
        return self._sum(mark, window)

    def total(self, key: bytes, now: datetime) -> int:
        """Return what all processes have counted in this window."""
        return self._sum(_mark(key), self.window(now))

    def window(self, now: datetime) -> int:
        """Return the number of the current window."""
        return int(now.timestamp()) // self._window_s & _LOW

    def seconds_left(self, now: datetime) -> int:
        """Return how long the current window lasts, at least 1."""
        return self._window_s - int(now.timestamp()) % self._window_s

    def _sum(self, mark: int, window: int) -> int:
        return sum(self._count(row, mark, window) for row in range(self._rows))

    def _count(self, row: int, mark: int, window: int) -> int:
        for slot in _slots(row, mark):
            if self._words[slot] == mark:
                word = self._words[slot + 1]
                if word >> _HALF == window:
                    return word & _LOW
        return 0

    def _slot_to_write(self, mark: int, window: int) -> int:
        """Return the key's slot, else one of a past window, else the least counted one."""
        best, fewest = 0, _LOW + 1
        for slot in _slots(self._own, mark):
            word = self._words[slot + 1]
            if self._words[slot] == mark and word >> _HALF == window:
                return slot
            count = word & _LOW if word >> _HALF == window else -1
            if count < fewest:
                best, fewest = slot, count
        return best


def _slots(row: int, mark: int) -> list[int]:
    start = row * _ROW_WORDS
    return [start + (mark + probe) % _SLOTS * _WORDS_PER_SLOT for probe in range(_PROBES)]


def _mark(key: bytes) -> int:
    return int.from_bytes(blake2b(key, digest_size=_WORD_BYTES).digest()) or 1
