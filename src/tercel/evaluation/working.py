"""The working state of one evaluation, with a journal so that a failed rule leaves no trace (rules.md 5.2).

What was done since a mark can also be taken out as a piece and be put back later, perhaps after other pieces: so
campaigns compete from the same starting state, and only what was chosen stays (integration.md 5.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from tercel.effects.effect import Effect
from tercel.evaluation.cart import Item
from tercel.evaluation.outcome import LedgerEntry
from tercel.evaluation.snapshot import CounterKey

#: A discount that moves the discounted amounts once its rule has succeeded: amount, unit, whether it is on the items.
Granted = tuple[Decimal, Item | None, bool]

#: A point to go back to: the lengths of effects, entries, granted, notes and undo. Plain, because every rule takes one.
Mark = tuple[int, int, int, int, int]

ABSENT: Any = object()


class Change(NamedTuple):
    """What happened to an entry of a dictionary, or to an attribute of any other object."""

    target: Any
    key: Any
    before: Any
    after: Any


class Piece(NamedTuple):
    """Part of an evaluation, taken out of the working state. Entries count their effects from the piece's first."""

    effects: list[Effect]
    entries: list[LedgerEntry]
    granted: list[Granted]
    notes: list[Any]
    changes: list[Change]


class Working:
    """Lists only grow at their end and are cut back; everything else is changed through ``put`` and ``assign``.

    ``notes`` are the changes beside the entries (attributes, codes, audiences …). ``taken`` is what this evaluation
    took of the limited counters. ``memory`` holds what else rules may see of earlier effects, by (topic, id). ``undo``
    tells what every change replaced, as (target, key, value).
    """

    __slots__ = ("effects", "entries", "granted", "memory", "notes", "taken", "undo")

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.entries: list[LedgerEntry] = []
        self.granted: list[Granted] = []
        self.notes: list[Any] = []
        self.taken: dict[CounterKey, Decimal] = {}
        self.memory: dict[tuple[Any, ...], Any] = {}
        self.undo: list[tuple[Any, Any, Any]] = []

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
            _set(*self.undo.pop())

    def cut(self, mark: Mark) -> Piece:
        """Take out what was done since the mark; everything is as it was then."""
        effects, entries, granted, notes, undo = mark
        changes = []
        for target, key, before in reversed(self.undo[undo:]):
            changes.append(Change(target, key, before, _get(target, key)))
            _set(target, key, before)
        del self.undo[undo:]
        piece = Piece(
            effects=self.effects[effects:],
            entries=[_counted(entry, -effects) for entry in self.entries[entries:]],
            granted=self.granted[granted:],
            notes=self.notes[notes:],
            changes=changes[::-1],
        )
        self.roll_back(mark)
        return piece

    def paste(self, piece: Piece) -> None:
        """Put a piece after what is there, as if it happened now."""
        self.entries += [_counted(entry, len(self.effects)) for entry in piece.entries]
        self.effects += piece.effects
        self.granted += piece.granted
        self.notes += piece.notes
        for change in piece.changes:
            now = _get(change.target, change.key)
            self.undo.append((change.target, change.key, now))
            _set(change.target, change.key, _merged(now, change))

    def put(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        """Set an entry of a mapping, remembering what it was."""
        self.undo.append((mapping, key, mapping.get(key, ABSENT)))
        mapping[key] = value

    def remember(self, key: tuple[Any, ...], value: Any) -> None:
        """Set an entry of the memory."""
        self.put(self.memory, key, value)

    def assign(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute of an object, remembering what it was."""
        self.undo.append((target, name, getattr(target, name)))
        setattr(target, name, value)


def _get(target: Any, key: Any) -> Any:
    return target.get(key, ABSENT) if type(target) is dict else getattr(target, key)


def _set(target: Any, key: Any, value: Any) -> None:
    if type(target) is not dict:
        setattr(target, key, value)
    elif value is ABSENT:
        target.pop(key, None)
    else:
        target[key] = value


def _counted(entry: LedgerEntry, offset: int) -> LedgerEntry:
    """The entry with its effect so many places further."""
    assert entry.effect_index is not None, "entries of effects know them"
    return replace(entry, effect_index=entry.effect_index + offset)


def _merged(now: Any, change: Change) -> Any:
    """The value after a change that began with another value than there is now: a number moves by as much, a mapping
    takes what is new, anything else is replaced."""
    before, after = change.before, change.after
    if now is before or now == before:
        return after
    if type(after) is Decimal or type(after) is int:
        return (0 if now is ABSENT else now) + after - (0 if before is ABSENT else before)
    if all(isinstance(value, Mapping) for value in (now, before, after)):
        new = {key: value for key, value in after.items() if key not in before or before[key] != value}
        return {**now, **new}
    return after
