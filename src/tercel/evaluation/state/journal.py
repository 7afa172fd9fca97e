"""The working state of one evaluation, kept so that a failed rule can be rolled back (behaviour/evaluation 3).

All changes since a checkpoint can also be cut out as a segment and pasted later, perhaps after other segments. This is how
campaigns compete from the same starting state (behaviour/groups 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from tercel.effects.effect import Effect
from tercel.evaluation.entities.cart import Item
from tercel.evaluation.outcome import LedgerEntry
from tercel.evaluation.snapshot import CounterKey
from tercel.evaluation.state.caps import Base
from tercel.points.tiers.replay import Standing

#: A discount that moves the discounted amounts once its rule has succeeded: amount, unit, whether it is on the items, and
#: what it is taken from where the application caps discounts.
Granted = tuple[Decimal, Item | None, bool, Base | None]

#: A point to go back to: the lengths of effects, entries, granted, notes and undo, and of all texts. Plain, because every
#: rule takes one.
Checkpoint = tuple[int, int, int, int, int, int]

ABSENT: Any = object()

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Change(NamedTuple):
    """A journal record: a change of an entry of a dictionary, or of an attribute of any other object."""

    target: Any
    key: Any
    before: Any
    after: Any


class Segment(NamedTuple):
    """A segment of an evaluation, cut out of the working state.

    Entries count their effects from the first of the segment; ``text_length`` is the number of characters of its effects and notes.
    """

    effects: list[Effect]
    entries: list[LedgerEntry]
    granted: list[Granted]
    notes: list[Any]
    changes: list[Change]
    text_length: int = 0


class Journal:
    """The state. Lists only grow at their end and are truncated; everything else is changed through ``put`` and ``assign``.

    ``notes`` are the changes beside the entries (attributes, codes, audiences …). ``text_length`` is the number of characters of
    effects and notes. ``taken`` holds what this evaluation took from the limited counters, and the rest what later effects must know
    of earlier ones: ``capped`` what discounts took from each amount, ``points``, ``spent_points`` and ``tiers`` by program and
    subledger, ``giveaways`` by pool, ``reserved`` by coupon, ``progress`` and ``states`` by achievement, ``created``
    the codes by what they were created for. ``undo`` is the journal.
    """

    __slots__ = (
        "capped", "created", "effects", "entries", "giveaways", "granted", "notes", "points", "progress", "reserved", "spent_points",
        "states", "taken", "text_length", "tiers", "undo",
    )  # fmt: skip

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.entries: list[LedgerEntry] = []
        self.granted: list[Granted] = []
        self.notes: list[Any] = []
        self.text_length = 0
        self.taken: dict[CounterKey, Decimal] = {}
        self.capped: dict[Base, Decimal] = {}
        self.points: dict[tuple[int, str], Decimal] = {}
        self.spent_points: dict[tuple[int, str], Decimal] = {}
        self.tiers: dict[tuple[int, str], Standing] = {}
        self.giveaways: dict[int, int] = {}
        self.reserved: dict[int, bool] = {}
        self.progress: dict[int, Decimal] = {}
        self.states: dict[int, str] = {}
        self.created: dict[str, int] = {}
        self.undo: list[tuple[Any, Any, Any]] = []

    def checkpoint(self) -> Checkpoint:
        """Return a checkpoint."""
        return (
            len(self.effects), len(self.entries), len(self.granted), len(self.notes), len(self.undo), self.text_length
        )  # fmt: skip

    def roll_back(self, checkpoint: Checkpoint) -> None:
        """Undo all changes since a checkpoint."""
        effects, entries, granted, notes, undo, self.text_length = checkpoint
        del self.effects[effects:]
        del self.entries[entries:]
        del self.granted[granted:]
        del self.notes[notes:]
        while len(self.undo) > undo:
            _set(*self.undo.pop())

    def cut(self, checkpoint: Checkpoint) -> Segment:
        """Cut out all changes since a checkpoint as a segment."""
        effects, entries, granted, notes, undo, text_length = checkpoint
        changes = []
        for target, key, before in reversed(self.undo[undo:]):
            changes.append(Change(target, key, before, _get(target, key)))
            _set(target, key, before)
        del self.undo[undo:]
        segment = Segment(
            effects=self.effects[effects:],
            entries=[_counted(entry, -effects) for entry in self.entries[entries:]],
            granted=self.granted[granted:],
            notes=self.notes[notes:],
            changes=changes[::-1],
            text_length=self.text_length - text_length,
        )
        self.roll_back(checkpoint)
        return segment

    def paste(self, segment: Segment) -> None:
        """Append a segment to the current state."""
        self.entries += [_counted(entry, len(self.effects)) for entry in segment.entries]
        self.effects += segment.effects
        self.granted += segment.granted
        self.notes += segment.notes
        self.text_length += segment.text_length
        for change in segment.changes:
            now = _get(change.target, change.key)
            self.undo.append((change.target, change.key, now))
            _set(change.target, change.key, _merged(now, change))

    def put(self, mapping: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        """Set an entry of a mapping, with a journal record."""
        self.undo.append((mapping, key, mapping.get(key, ABSENT)))
        mapping[key] = value

    def assign(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute of an object, with a journal record."""
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
    """Shift the effect index of an entry by an offset."""
    assert entry.effect_index is not None, "entries of effects know them"
    return replace(entry, effect_index=entry.effect_index + offset)


def _merged(now: Any, change: Change) -> Any:
    """Return the value of a slot after a change that was made from another starting value.

    Numbers move by the difference, mappings take the new keys, sets gain and lose the same elements, other values are
    replaced.
    """
    before, after = change.before, change.after
    if now is before or now == before:
        return after
    if type(after) is Decimal or type(after) is int:
        return (0 if now is ABSENT else now) + after - (0 if before is ABSENT else before)
    if all(isinstance(value, Mapping) for value in (now, before, after)):
        new = {key: value for key, value in after.items() if key not in before or before[key] != value}
        return {**now, **new}
    if all(isinstance(value, frozenset) for value in (now, before, after)):
        return (now | (after - before)) - (before - after)
    return after
