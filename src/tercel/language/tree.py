"""The tree of an expression: what the reader makes and everything else walks.

Nodes are frozen. Two nodes are equal when they mean the same, wherever they were written: ``at``, the JSON pointer of
the node in its document, is left out of the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: number, string, boolean or null; folding also makes lists, maps and times."""

    value: Any
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Read:
    """``[".", segment, …]``: a name, and a walk into what it stands for."""

    segments: tuple[Node, ...]
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or special form, by its canonical name when the catalogue knows it.

    The pairs of ``kv`` are flattened: a literal key, then its value, then the next key.
    """

    name: str
    arguments: tuple[Node, ...]
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Lambda:
    """A block: one parameter and a body that sees it."""

    parameter: str
    body: Node
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of expressions, computed in order; the last gives the value."""

    nodes: tuple[Node, ...]
    at: str = field(default="", compare=False)


Node: TypeAlias = Literal | Read | Call | Lambda | Sequence


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node."""
    match node:
        case Literal():
            return ()
        case Read(segments=nodes) | Call(arguments=nodes) | Sequence(nodes=nodes):
            return nodes
        case Lambda(body=body):
            return (body,)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, parents first, in order of writing."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if type(current) is not Literal:  # Because: most nodes are, and nothing is below them.
            waiting.extend(reversed(children(current)))


def size(node: Node) -> int:
    """Count the nodes of a tree: the steps that one computation is charged (behaviour/evaluation 12)."""
    count, waiting = 0, [node]
    while waiting:
        count += 1
        current = waiting.pop()
        if type(current) is not Literal:
            waiting += children(current)
    return count


def depth(node: Node) -> int:
    """Count the levels of nodes of a tree, at least one."""
    return 1 + max((depth(child) for child in children(node)), default=0)
