"""A list that remembers groupings of its elements.

Filters on one attribute are the commonest work of a rule. The entity that offers a list may offer it as an
``IndexedList``: the first filter on an attribute groups the elements, every later one looks its group up.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any


class IndexedList(list[Any]):
    """A list, never changed after it was made, with memoised groupings by attribute."""

    __slots__ = ("_groups",)

    _groups: dict[str, dict[Any, IndexedList]]

    def by(self, attribute: str) -> Mapping[Any, IndexedList]:
        """The elements grouped by the value of a Python attribute, each group in list order."""
        try:
            groups = self._groups.get(attribute)
        except AttributeError:  # the first grouping; lists that are never grouped carry no table
            self._groups = {}
            groups = None
        if groups is None:
            groups = {}
            read = attrgetter(attribute)
            for element in self:
                value = read(element)
                group = groups.get(value)
                if group is None:
                    group = groups[value] = IndexedList()
                group.append(element)
            self._groups[attribute] = groups
        return groups


_NOTHING = IndexedList()


def no_elements() -> IndexedList:
    """The empty list, shared."""
    return _NOTHING
