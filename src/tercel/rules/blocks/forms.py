"""Forms: one pattern of the language with holes, and the block that it looks like.

A pattern is written like the data of the language. ``Hole`` stands for any expression that its codec can show in a
field of the block, ``Rest`` for all remaining arguments, ``Block`` for a block with a parameter of that name, ``Entries``
for a ``kv`` with some of these keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tercel.base.errors import Problem
from tercel.language.reader import read
from tercel.language.tree import Call, Lambda, Literal, Node, Read


class _Absent:
    """A field that a block does not have, or an argument that a call does not have."""


ABSENT: Final = _Absent()


class NoBlockError(Exception):
    """The expression cannot be shown in this field; another form or ``passthrough`` must serve."""


class Names:
    """What references are called: topic to records with their ``id``, ``name``, ``title`` and further fields."""

    def __init__(self, records: Mapping[str, Sequence[Mapping[str, Any]]] | None = None) -> None:
        self._records = records or {}

    def find(self, topic: str, **wanted: Any) -> Mapping[str, Any] | None:
        """Return the first record of a topic that has these fields, or None."""
        for record in self._records.get(topic, ()):
            if all(record.get(name) == value for name, value in wanted.items()):
                return record
        return None


@dataclass(frozen=True, slots=True)
class Writing:
    """What codecs may ask for when they show an expression. ``bundles`` are the names of bundle bindings; ``checks`` shows
    conditions as blocks, whose ids are derived from the place they are given."""

    names: Names
    bundles: frozenset[str]
    checks: Callable[[Sequence[Node], str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What codecs may ask for when they read a field. Problems are collected: what is refused becomes null."""

    names: Names
    problems: list[Problem]
    checks: Callable[[Any, str], list[Any]]

    def refuse(self, at: str, title: str, details: str) -> None:
        """Note a problem with the field at a pointer."""
        self.problems.append(Problem(title=title, details=details, pointer=at))


class Codec(NamedTuple):
    """How an expression looks in a field of a block.

    ``show`` takes the node, or None for an argument that may be left out and is, and the place of the field; it raises
    ``NoBlockError`` for what it cannot show. ``read`` takes the field's value, or ``ABSENT``, and its pointer; it gives data
    or ``ABSENT``. Only an optional one is asked to read ``ABSENT``.
    """

    show: Callable[[Any, str, Writing], Any]
    read: Callable[[Any, str, Reading], Any]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """An expression shown in the field at a path such as ``target/name``. One with a default may be left out at the end of
    a call."""

    path: str
    codec: Codec
    default: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Rest:
    """All remaining arguments, shown in one field."""

    path: str
    codec: Codec


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the language with a parameter of this name."""

    parameter: str
    body: Any


@dataclass(frozen=True, slots=True)
class Entries:
    """A ``kv`` whose keys are all among these; holes may be absent. An optional one may be left out of the call."""

    holes: Mapping[str, Any]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """A constant of a block that may also be left out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Form:
    """``fields`` are the constants of the block by path, ``pattern`` what it means. A further spelling that has the same
    fields as an earlier form is only ever written."""

    fields: Mapping[str, Any]
    pattern: Any

    @property
    def type(self) -> str:
        """The type of the block, such as ``checkCoupon``."""
        return str(self.fields["type"])


Found = list[tuple[Hole | Rest, Any]]


def match(pattern: Any, node: Node) -> Found | None:
    """Return the nodes at the holes of a pattern; None when the node does not match it."""
    found: Found = []
    return found if _match(pattern, node, found) else None


def _match(pattern: Any, node: Node, found: Found) -> bool:
    match pattern:
        case Hole():
            found.append((pattern, node))
            return True
        case Block(parameter=parameter, body=body):
            return isinstance(node, Lambda) and node.parameter == parameter and _match(body, node.body, found)
        case Entries(holes=holes):
            return isinstance(node, Call) and node.name == "kv" and _match_entries(holes, node, found)
        case [name, *patterns]:
            if isinstance(node, Read):
                return bool(name == ".") and _match_arguments(patterns, node.segments, found)
            return (
                isinstance(node, Call)
                and node.name == name
                and _match_arguments(patterns, node.arguments, found)
            )
    return isinstance(node, Literal) and is_same(node.value, pattern)


def _match_entries(holes: Mapping[str, Any], node: Call, found: Found) -> bool:
    pairs = list(zip(node.arguments[::2], node.arguments[1::2], strict=True))
    entries = {key.value: value for key, value in pairs if isinstance(key, Literal)}
    if len(entries) < len(pairs) or not set(entries) <= set(holes):
        return False
    for key, hole in holes.items():
        if key in entries:
            if not _match(hole, entries[key], found):
                return False
        elif isinstance(hole, Hole):
            found.append((hole, None))
        else:
            return False
    return True


def _match_arguments(patterns: Sequence[Any], nodes: tuple[Node, ...], found: Found) -> bool:
    if patterns and isinstance(patterns[-1], Rest):
        patterns, rest = patterns[:-1], patterns[-1]
        found.append((rest, nodes[len(patterns) :]))
        nodes = nodes[: len(patterns)]
    if len(nodes) > len(patterns):
        return False
    for index, pattern in enumerate(patterns):
        if index < len(nodes):
            if not _match(pattern, nodes[index], found):
                return False
        elif isinstance(pattern, Entries) and pattern.is_optional:
            found.extend((hole, None) for hole in pattern.holes.values())
        elif isinstance(pattern, Hole) and pattern.default is not ABSENT:
            found.append((pattern, read(pattern.default)))
        else:
            return False
    return True


def holes_of(pattern: Any) -> Iterator[Hole | Rest]:
    """Yield all holes of a pattern, in order of writing."""
    match pattern:
        case Hole() | Rest():
            yield pattern
        case Block(body=body):
            yield from holes_of(body)
        case Entries(holes=holes):
            for hole in holes.values():
                yield from holes_of(hole)
        case [*parts]:
            for part in parts:
                yield from holes_of(part)


def build(pattern: Any, values: Mapping[str, Any]) -> Any:
    """Return the data of a pattern with its holes filled by path. Arguments at the end that have their default are
    left out."""
    match pattern:
        case Hole(path=path, default=default):
            return default if values[path] is ABSENT else values[path]
        case Block(parameter=parameter, body=body):
            return [[parameter], build(body, values)]
        case Entries(holes=holes, is_optional=is_optional):
            entries = [
                [key, built] for key, hole in holes.items() if (built := build(hole, values)) is not ABSENT
            ]
            return ABSENT if is_optional and not entries else ["kv", *entries]
        case [name, *parts]:
            return [name, *_build_arguments(parts, values)]
    return pattern


def _build_arguments(patterns: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    rest: list[Any] = []
    if patterns and isinstance(patterns[-1], Rest):
        rest = values[patterns[-1].path]
        patterns = patterns[:-1]
    arguments = [build(pattern, values) for pattern in patterns]
    while arguments and (arguments[-1] is ABSENT or _is_default(patterns[len(arguments) - 1], arguments[-1])):
        arguments.pop()
    return [*arguments, *rest]


def _is_default(pattern: Any, data: Any) -> bool:
    return isinstance(pattern, Hole) and pattern.default is not ABSENT and is_same(data, pattern.default)


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two constants are equal and of one kind: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
