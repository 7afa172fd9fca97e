"""Equality of values of any shape, and groups of equal ones (behaviour/language 8).

What is visited is charged. Lists and maps that several values share are visited once: a value may unfold to far more than
it holds, as ``a`` does after ``a = (list a a)`` forty times.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

from tercel.base.limits import VALUE_DEPTH_MAX
from tercel.language.errors import RangeError, TimeError
from tercel.language.running.run import Run
from tercel.language.values.costs import steps_of_text
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import Kind
from tercel.language.values.times import instant, parse_rfc3339
from tercel.language.values.values import are_equal_atoms, kind_of_value, plain_decimal

_PLAIN = frozenset({Decimal, str, bool})


def is_equal(run: Run, left: Any, right: Any) -> bool:
    """Equality of behaviour/language 8.

    Raises:
        TimeError: a text beside a time is no time.
        RangeError: the values are nested too deeply.
    """
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return bool(left == right)
    return Comparison(run).are_equal(left, right)


class Comparison:
    """Compares values with each other, and remembers what became of each pair of lists and maps.

    Invariant: the owner of a comparison keeps the values alive, because they are known by their identity.
    """

    __slots__ = ("_known", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[tuple[int, int], bool] = {}

    def are_equal(self, left: Any, right: Any, depth: int = 0) -> bool:
        """Tell whether two values are equal.

        Raises:
            TimeError: a text beside a time is no time.
            RangeError: the values are nested too deeply.
        """
        if isinstance(left, list):
            if not isinstance(right, list) or len(left) != len(right):
                return False
        elif isinstance(left, dict):
            if not isinstance(right, dict) or left.keys() != right.keys():
                return False
        else:
            self._run.spend(_text_steps(left) + _text_steps(right))
            return are_equal_atoms(left, right)
        if left is right:
            return True
        pair = id(left), id(right)
        known = self._known.get(pair)
        if known is None:
            known = self._known[pair] = self._are_equal_inside(left, right, depth + 1)
        return known

    def _are_equal_inside(self, left: Any, right: Any, depth: int) -> bool:
        require_depth(depth)
        self._run.spend(1 + len(left))
        lefts, rights = left, right
        if isinstance(left, dict):
            lefts, rights = left.values(), map(right.__getitem__, left)
        return all(map(self.are_equal, lefts, rights, repeat(depth)))


class Groups:
    """Values put together with those that they equal.

    Equality is not transitive: the number 1 equals both texts ``"1"`` and ``"1.0"``, which differ. So values are put into
    classes that equal values share, and compared only within their class. A text that is no time is just another value
    beside a time here.

    Invariant: the owner of the groups keeps the values alive, because they are known by their identity.
    """

    __slots__ = ("_by_identity", "_comparison", "_count", "_members", "_numbers", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._comparison = Comparison(run)
        self._numbers: dict[Hashable, int] = {}
        self._by_identity: dict[int, int] = {}
        self._members: dict[int, list[tuple[int, Any]]] = {}
        self._count = 0

    def place(self, value: Any) -> int:
        """Return the number of the first group whose first value equals this one; start a new group where there is
        none.

        Raises:
            RangeError: the value is nested too deeply.
        """
        members = self._members.setdefault(self._class_of(value), [])
        for number, first in members:
            if self._equals(first, value):
                return number
        members.append((self._count, value))
        self._count += 1
        return self._count - 1

    def add(self, value: Any) -> None:
        """Let a value be found, whether it equals others or not.

        Raises:
            RangeError: the value is nested too deeply.
        """
        members = self._members.setdefault(self._class_of(value), [])
        if not any(first is value for _, first in members[:1]):
            members.append((self._count, value))
        self._count += 1

    def find_all(self, value: Any) -> Iterator[int]:
        """Yield the numbers of all groups whose first value equals this one.

        Raises:
            RangeError: the value is nested too deeply.
        """
        for number, first in self._members.get(self._class_of(value), ()):
            if self._equals(first, value):
                yield number

    def has(self, value: Any) -> bool:
        """Tell whether a value that was placed or added equals this one.

        Raises:
            RangeError: the value is nested too deeply.
        """
        return next(self.find_all(value), None) is not None

    def _equals(self, first: Any, value: Any) -> bool:
        self._run.spend(1)
        try:
            return self._comparison.are_equal(first, value)
        except TimeError:
            return False

    def _class_of(self, value: Any, depth: int = 0) -> int:
        """Return a number that equal values share; the number of a list or map follows from those of its elements."""
        if not isinstance(value, list | dict):
            self._run.spend(_text_steps(value))
            return self._numbered(_class_of_atom(value))
        known = self._by_identity.get(id(value))
        if known is None:
            require_depth(depth + 1)
            self._run.spend(1 + len(value))
            inside = value.values() if isinstance(value, dict) else value
            numbers = []
            for each in inside:
                numbers.append(self._class_of(each, depth + 1))  # noqa: PERF401  # a level costs one frame
            if isinstance(value, dict):
                known = self._numbered(frozenset(zip(value, numbers, strict=True)))
            else:
                known = self._numbered(tuple(numbers))
            self._by_identity[id(value)] = known
        return known

    def _numbered(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _class_of_atom(value: Any) -> Hashable:
    if isinstance(value, str):
        number = plain_decimal(value)
        if number is not None:
            return Kind.NUMBER, number
        try:
            return Kind.TIME, instant(parse_rfc3339(value))
        except TimeError:
            return Kind.STRING, value
    if isinstance(value, bool):
        return Kind.STRING, "true" if value else "false"
    if isinstance(value, Decimal):
        return Kind.NUMBER, value
    if isinstance(value, datetime):
        return Kind.TIME, instant(value)
    return (kind_of_value(value), id(value)) if isinstance(value, Entity) else (kind_of_value(value), value)


def _text_steps(value: Any) -> int:
    return steps_of_text(len(value)) if isinstance(value, str) else 0


def require_depth(depth: int) -> None:
    """Refuse a value that cannot be walked.

    Raises:
        RangeError: it is nested too deeply.
    """
    if depth > VALUE_DEPTH_MAX:
        raise RangeError(f"the value is nested deeper than {VALUE_DEPTH_MAX} levels")
