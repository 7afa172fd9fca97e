"""Lists of the cart: value maps, collections, bundles, filters of the application (behaviour/evaluation 10; behaviour/discounts 7)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tercel.base.limits import LIST_LENGTH_MAX
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.host.desk import Desk
from tercel.language.errors import MissingError, RangeError, TypeMismatchError
from tercel.language.values.entity import Entity


class CartDesk(Desk):
    """Lists that need more than the cart itself."""

    __slots__ = ()

    def in_collection(self, value: str, collection: Any) -> bool:
        """Tell whether a collection holds the text: the campaign's own first, then the account's."""
        name = str(collection)
        members = self.campaign.facts.collections.get(name)
        if members is None:
            members = self.snapshot.collections.get(name)
        if members is None:
            raise MissingError(f"there is no collection `{name}`")
        return value in members

    def application_filter(self, name: Any) -> list[Any]:
        """Return the items that a filter of the application selects."""
        compiled = self.program.filters.get(str(name))
        if compiled is None:
            raise MissingError(f"the application has no cart item filter `{name}`")
        items: list[Any] = compiled(self.run)
        return items

    def value_map_items(self, items: list[Any], value_map: Any) -> list[Any]:
        """Return the items found in a value map by their SKU, each with its value."""
        values = self.snapshot.value_maps.get(str(value_map))
        if values is None:
            raise MissingError(f"there is no value map `{value_map}`")
        self.run.spend(len(items))
        return _mapped(items, values)

    def own_value_map_items(self) -> list[Item] | None:
        """Return the cart's items found in the campaign's value map; None without a value map."""
        name = self.campaign.facts.value_map
        values = None if name is None else self.snapshot.value_maps.get(name)
        if values is None or self.session is None:
            return None
        items = self.session.cart_items
        self.run.spend(len(items))
        return _mapped(items, values)

    def form_bundles(
        self, name: str, parts: Sequence[tuple[list[Any], int]], by: Sequence[Sequence[str]]
    ) -> list[Entity]:
        """Form as many bundles as the parts allow, taken greedily in list order (behaviour/discounts 7)."""
        if any(count < 1 for _, count in parts):
            raise RangeError("a part of a bundle takes at least one item")
        groups: dict[Any, list[list[Item]]] = {}
        for number, (items, _) in enumerate(parts):
            self.run.spend(len(items) * (1 + len(by)))
            for item in items:
                key = _bundling_key(item, by)
                self.run.spend(sum(len(part) for part in key or () if isinstance(part, tuple)))
                if key is not None:
                    groups.setdefault(key, [[] for _ in parts])[number].append(item)
        bundles: list[Entity] = []
        used: set[int] = set()
        counts = [count for _, count in parts]
        self.run.spend(len(groups) * len(parts))
        for lists in groups.values():
            waiting = [deque(items) for items in lists]
            while members := _take_bundle(waiting, counts, used):
                self.run.spend(len(members))
                bundles.append(Bundle(name, len(bundles), members))
                if len(bundles) > LIST_LENGTH_MAX:
                    raise RangeError(f"more than {LIST_LENGTH_MAX} bundles")
        return bundles


def _mapped(items: Iterable[Any], values: Mapping[str, Any]) -> list[Item]:
    mapped = []
    for item in items:
        if not isinstance(item, Item):
            raise TypeMismatchError("a value map takes a list of items")
        if item.sku in values:
            mapped.append(item.with_mapped_value(values[item.sku]))
    return mapped


def _bundling_key(item: Any, by: Sequence[Sequence[str]]) -> tuple[Any, ...] | None:
    if not isinstance(item, Item):
        raise TypeMismatchError("the parts of a bundle are lists of items")
    key = tuple(_walk(item, path) for path in by)
    return None if any(value is None for value in key) else key


def _walk(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if isinstance(value, Entity):
            value = value.find(name)
        elif isinstance(value, Mapping):
            value = value.get(name)
        else:
            return None
    parts = value if isinstance(value, list) else (value,)
    if any(isinstance(part, list | Mapping) for part in parts):
        raise TypeMismatchError(
            "the items of a bundle agree in a plain value or a list of such, not in a map"
        )
    return tuple(value) if isinstance(value, list) else value


def _take_bundle(lists: list[deque[Item]], counts: list[int], used: set[int]) -> list[Item]:
    """Take the units of the next bundle and mark them as used; return none when a part lacks units: then no bundle
    follows."""
    members: list[Item] = []
    for items, count in zip(lists, counts, strict=True):
        taken = 0
        while taken < count:
            if not items:
                used.difference_update(item.index for item in members)
                return []
            item = items.popleft()
            if item.index not in used:
                used.add(item.index)
                members.append(item)
                taken += 1
    return members
