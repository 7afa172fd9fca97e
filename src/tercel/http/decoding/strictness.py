"""Members of a body and parameters of a query that no operation reads, such as misspelt ones.

They are ignored, as published clients expect, and named in the header ``X-Tercel-Ignored``. Testing keys, which are for the
developers of shops, are refused instead, with the nearest right name (ADR 0030).

A body is decoded once more into structs that have the names of its type and nothing else. Their members stay undecoded, so
this costs about half of the decoding proper, and only when it complains the whole document is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic, thread_time
from types import GenericAlias
from urllib.parse import quote

import msgspec
from msgspec import inspect

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import CHECK_ERRORS_MAX, IGNORED_NAMES_LENGTH_MAX
from tercel.base.near import did_you_mean
from tercel.http.decoding.members import Place, place_of
from tercel.http.decoding.query import parse_pairs
from tercel.http.decoding.shapes import (
    Kind,
    escape,
    options,
    shape_of,
)
from tercel.http.decoding.skeleton import Bytes

HEADER = "X-Tercel-Ignored"
_LOOKED_THROUGH_MAX = 64 * 1024
"""Bytes of a body whose unknown members are told; of a larger one none are, unless it will be refused."""
_REST_SECONDS = 0.001
"""After a body in which all members are known: of a busy server some bodies are looked at, of any other all."""
_REST = 50
_REST_SECONDS_MAX = 0.01
"""After looking through a body it rests so many times as long as that took: a fiftieth of the time goes into it at most."""
_NAME_LENGTH_MAX = 100
#: Members of the published contract that nothing reads yet: ignored like others, but no mistake.
UNUSED = frozenset(
    {
        "adjustmentEffectiveFrom",
        "adjustmentEffectiveUntil",
        "adjustmentReferenceId",
        "allowedSubscriptions",
        "catalogItemID",
        "hasAllowedList",
        "prices",
        "selectedPriceType",
    }
)


class Unknown(msgspec.Struct, frozen=True):
    """A member or parameter that is not read: where it is, and the names that are known there."""

    steps: tuple[str | int, ...]
    known: Iterable[str]
    is_parameter: bool = False

    @property
    def name(self) -> str:
        """The name, with those of the members around it; elements of lists are all called alike."""
        path = "".join(
            "[]" if isinstance(step, int) else f".{step[:_NAME_LENGTH_MAX]}" for step in self.steps
        )
        return path.removeprefix(".")

    @property
    def is_mistake(self) -> bool:
        """Whether the name is a mistake: not a published member that is merely not used yet."""
        return self.steps[-1] not in UNUSED

    def problem(self) -> Problem:
        """Return the problem that a refusal names."""
        name = str(self.steps[-1])
        details = f"`{name[:_NAME_LENGTH_MAX]}` is not known here{did_you_mean(name, self.known)}"
        if self.is_parameter:
            return Problem(title="Unknown", details=details, parameter=name)
        pointer = "".join(f"/{escape(str(step))}" for step in self.steps)
        return Problem(title="additionalProperties", details=details, pointer=pointer)


class UnknownMembers:
    """Finds members of bodies that their type does not have."""

    def __init__(self, kind: Kind) -> None:
        self._place = place_of(kind)
        names = _names_of(shape_of(kind), ())
        self._decoder = None if names is None else msgspec.json.Decoder(names)
        self._rests_until = 0.0

    def find(self, raw: Bytes, *, is_whole: bool) -> list[Unknown]:
        """List the unknown members of a body that was decoded.

        Unless ``is_whole``, a large body is not looked at, nor one that comes too soon after another: callers who
        send unknown members with every request learn of them now and then.
        """
        if not is_whole and (len(raw) > _LOOKED_THROUGH_MAX or monotonic() < self._rests_until):
            return []
        try:
            if self._decoder is not None:
                self._decoder.decode(raw)
                self._rests_until = monotonic() + _REST_SECONDS
                return []
        except msgspec.ValidationError:
            pass
        if is_whole:
            return self._look_through(raw)
        began = thread_time()
        found = self._look_through(raw)
        self._rests_until = monotonic() + min(_REST * (thread_time() - began), _REST_SECONDS_MAX)
        return found

    def _look_through(self, raw: Bytes) -> list[Unknown]:
        try:
            return list(_unknown(decode_any(raw), self._place, ()))
        except msgspec.DecodeError:  # of a number, in a member that was skipped
            return []


def unknown_parameters(raw: bytes, known: Iterable[str]) -> list[Unknown]:
    """List the parameters of a query that are not known."""
    names = dict.fromkeys(name for name, _ in parse_pairs(raw))
    return [Unknown((name,), known, is_parameter=True) for name in names if name not in known]


def refuse(found: Iterable[Unknown]) -> None:
    """Tell a developer what is misspelt.

    Raises:
        InvalidError: something is.
    """
    problems = [each.problem() for each in found if each.is_mistake]
    if problems:
        raise InvalidError(*problems[:CHECK_ERRORS_MAX])


def header_of(found: Iterable[Unknown]) -> str:
    """Write the names for the header, each once; of too many names, the number of the others."""
    names = list(dict.fromkeys(quote(each.name, safe="[]$@:!'()*+=/") for each in found))
    text, told = "", 0
    for name in names:
        longer = f"{text}, {name}" if text else name
        if len(longer) > IGNORED_NAMES_LENGTH_MAX:
            break
        text, told = longer, told + 1
    return text if told == len(names) else f"{text}, and {len(names) - told} more"


def _unknown(value: object, place: Place, steps: tuple[str | int, ...]) -> Iterator[Unknown]:
    if isinstance(value, list):
        if place.items is not None:
            for index, each in enumerate(value):
                yield from _unknown(each, place.items, (*steps, index))
    elif isinstance(value, dict):
        members = place.members(value)
        for name, each in value.items():
            if members is None:
                if place.items is not None:
                    yield from _unknown(each, place.items, (*steps, name))
            elif name in members:
                yield from _unknown(each, members[name].place, (*steps, name))
            else:
                yield Unknown((*steps, name), members)


def _names_of(shape: inspect.Type, around: tuple[type, ...]) -> Kind:
    """Make a type that has the names of a shape and takes anything for their values.

    None when no type can say it: kinds that a tag tells apart, and structs that hold themselves.
    """
    for kind in options(shape):
        if isinstance(kind, inspect.StructType):
            if kind.tag_field is not None or kind.cls in around:
                return None
            fields = []
            for each in kind.fields:
                inner = _names_of(each.type, (*around, kind.cls))
                if inner is None:
                    return None
                fields.append((each.name, inner, msgspec.field(name=each.encode_name, default=None)))
            names = msgspec.defstruct(kind.cls.__name__, fields, forbid_unknown_fields=True, gc=False)
            return names | None
        if isinstance(kind, inspect.ListType):
            return _holding(_names_of(kind.item_type, around), lambda held: GenericAlias(list, held))
        if isinstance(kind, inspect.DictType):
            return _holding(_names_of(kind.value_type, around), lambda held: GenericAlias(dict, (str, held)))
    return msgspec.Raw


def _holding(held: Kind, holder: Callable[[Kind], Kind]) -> Kind:
    """Wrap a type with names in a list or map; a type without names needs no decoding and is returned as it is."""
    return held if held is None or held is msgspec.Raw else holder(held) | None
