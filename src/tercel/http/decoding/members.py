"""The members that objects of a document may have, by place: what a second, careful look at a body goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import inspect

from tercel.http.decoding.shapes import Kind, options, shape_of


@dataclass(slots=True)
class Place:
    """What may stand at one place of a document.

    ``kinds`` holds the members of its objects by the value of ``tag``, the member that tells them apart; objects of one kind
    are under None. Without kinds nothing is known about members. ``items`` describes what lists and maps hold.
    """

    takes_null: bool = False
    is_whole: bool = False  # numbers here are integers
    tag: str | None = None
    kinds: dict[object, dict[str, Member]] = field(default_factory=dict)
    items: Place | None = None

    def members(self, document: Mapping[str, object]) -> dict[str, Member] | None:
        """Return the members that this object may have; None when they are not known."""
        return self.kinds.get(None if self.tag is None else document.get(self.tag))


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object."""

    place: Place
    is_required: bool


@lru_cache
def place_of(kind: Kind) -> Place:
    """Return the members that a document of this type may have, at each place."""
    return _place(shape_of(kind), {})


def _place(shape: inspect.Type, known: dict[type, dict[str, Member]]) -> Place:
    """Read a description; ``known`` has the structs on the way, which may hold themselves."""
    place = Place()
    kinds = options(shape)
    numbers = [
        each for each in kinds if isinstance(each, (inspect.IntType, inspect.DecimalType, inspect.FloatType))
    ]
    place.is_whole = bool(numbers) and all(isinstance(each, inspect.IntType) for each in numbers)
    for each in kinds:
        if isinstance(each, (inspect.NoneType, inspect.AnyType)):
            place.takes_null = True
        elif isinstance(each, inspect.StructType):
            place.tag = each.tag_field
            place.kinds[each.tag] = _members(each, known)
        elif isinstance(each, inspect.ListType):
            place.items = _place(each.item_type, known)
        elif isinstance(each, inspect.DictType):
            place.items = _place(each.value_type, known)
    return place


def _members(struct: inspect.StructType, known: dict[type, dict[str, Member]]) -> dict[str, Member]:
    found = known.get(struct.cls)
    if found is None:
        found = known[struct.cls] = {}
        if struct.tag_field is not None:
            found[struct.tag_field] = Member(Place(), is_required=True)
        for each in struct.fields:
            found[each.encode_name] = Member(_place(each.type, known), is_required=each.required)
    return found
