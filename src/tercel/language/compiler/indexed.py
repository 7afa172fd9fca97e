"""A list that remembers groupings and sums of its elements.

Filters on one attribute, and sums of what they find, are the commonest work of a rule. The entity that offers a list may
offer it as an ``IndexedList``: the first filter on an attribute groups the elements, every later one looks its group up;
the first sum over a group adds, every later one knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from tercel.base.numbers import ZERO


class IndexedList(list[Any]):
    """A list, never changed after it was made, with memoised groupings by attribute and sums of attributes.

    ``groups`` has the groupings that were made, by attribute. Lists that are never grouped or summed carry no tables.
    """

    __slots__ = ("_sums", "groups")

    groups: dict[str, dict[Any, IndexedList]]
    _sums: dict[str, Decimal]

    def by(self, attribute: str) -> Mapping[Any, IndexedList]:
        """Group the elements by the value of a Python attribute; groups keep the order of the list and are never
        empty."""
        tables: dict[str, dict[Any, IndexedList]] | None = getattr(self, "groups", None)
        if tables is None:
            tables = self.groups = {}
        groups: dict[Any, IndexedList] = {}
        read = attrgetter(attribute)
        for element in self:
            value = read(element)
            group = groups.get(value)
            if group is None:
                group = groups[value] = IndexedList()
            group.append(element)
        tables[attribute] = groups
        return groups

    def sum_of(self, attribute: str, read: Callable[[Any], Decimal]) -> Decimal:
        """Sum a Python attribute, read with ``read``, that no evaluation changes.

        Raises:
            TypeError: an element has no number there.
            ArithmeticError: the sum is out of range.
        """
        # Because: many lists are summed once, and raising an error costs more than their sum.
        sums: dict[str, Decimal] | None = getattr(self, "_sums", None)
        if sums is None:
            sums = self._sums = {}
        found = sums.get(attribute)
        if found is None:
            found = sums[attribute] = sum(map(read, self), ZERO)
        return found


#: The empty list, shared.
NOTHING = IndexedList()
