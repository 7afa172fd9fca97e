"""The working state of one evaluation, with a journal so that a failed rule leaves no trace (rules.md 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tercel.effects.effect import Effect
from tercel.evaluation.cart import Item
from tercel.evaluation.outcome import LedgerEntry
from tercel.evaluation.snapshot import CounterKey

#: A discount that moves the discounted amounts once its rule has succeeded: amount, unit, whether it is on the items.
Granted = tuple[Decimal, Item | None, bool]

#: A point to go back to: the lengths of effects, entries, granted, notes and undo. Plain, because every rule takes one.
Mark = tuple[int, int, int, int, int]


_ABSENT = object()


class Working:
    """Lists only grow at their end and are cut back; everything else is changed through ``put`` and ``assign``.

    ``notes`` are the changes beside the entries (attributes, codes, audiences …). ``taken`` is what this evaluation
    took of the limited counters. ``memory`` holds what else rules may see of earlier effects, by (topic, id).
    """

    __slots__ = ("effects", "entries", "granted", "memory", "notes", "taken", "undo")

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.entries: list[LedgerEntry] = []
        self.granted: list[Granted] = []
        self.notes: list[Any] = []
        self.taken: dict[CounterKey, Decimal] = {}
        self.memory: dict[tuple[Any, ...], Any] = {}
        self.undo: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def mark(self) -> Mark:
        """The state now."""
        return len(self.effects), len(self.entries), len(self.granted), len(self.notes), len(self.undo)

    def roll_back(self, mark: Mark) -> None:
        """Make everything as it was at the mark."""
        effects, entries, granted, notes, undo = mark
        del self.effects[effects:]
        del self.entries[entries:]
        del self.granted[granted:]
        del self.notes[notes:]
        while len(self.undo) > undo:
            function, arguments = self.undo.pop()
            function(*arguments)

    def put(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        """Set an entry of a mapping, remembering what it was."""
        before = mapping.get(key, _ABSENT)
        if before is _ABSENT:
            self.undo.append((mapping.pop, (key, None)))
        else:
            self.undo.append((mapping.__setitem__, (key, before)))
        mapping[key] = value

    def remember(self, key: tuple[Any, ...], value: Any) -> None:
        """Set an entry of the memory."""
        self.put(self.memory, key, value)

    def assign(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute of an object, remembering what it was."""
        self.undo.append((setattr, (target, name, getattr(target, name))))
        setattr(target, name, value)
