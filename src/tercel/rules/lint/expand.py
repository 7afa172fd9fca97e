"""Expressions with their named parts written out, so that they can be compared and folded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import localcontext

from tercel.base.limits import EXPRESSION_DEPTH_MAX
from tercel.base.numbers import ENGINE_CONTEXT
from tercel.language.compiler.fold import fold
from tercel.language.compiler.shapes import kind_of
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, depth, size, walk
from tercel.language.values.kinds import ANY, NULL

#: Larger bindings stay names: what is written out grows with every use.
_NODES_MAX = 100


def expanded(node: Node, bindings: Mapping[str, Node]) -> Node:
    """Return the expression with bindings in place of their names and constants computed; ``bindings`` are already
    expanded.

    An expression that would become too deep keeps its names.
    """
    written_out = _expand(node, bindings, frozenset())
    with localcontext(ENGINE_CONTEXT):
        return fold(written_out if depth(written_out) <= EXPRESSION_DEPTH_MAX else node)


def can_be_written_out(node: Node, scope: Scope) -> bool:
    """Tell whether a binding's name may be replaced by its expression.

    Not if it may be null: reading a name of null fails, the expression itself does not.
    """
    return size(node) <= _NODES_MAX and (isinstance(node, Read) or kind_of(node, scope) not in {ANY, NULL})


def _expand(node: Node, bindings: Mapping[str, Node], hidden: frozenset[str]) -> Node:
    match node:
        case Read(segments=(Literal(value=str() as name),)) if name in bindings and name not in hidden:
            meaning = bindings[name]
            return node if hidden & names_in(meaning) else meaning
        case Read(segments=segments):
            return replace(node, segments=tuple(_expand(each, bindings, hidden) for each in segments))
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(_expand(each, bindings, hidden) for each in arguments))
        case Sequence(nodes=nodes):
            return replace(node, nodes=tuple(_expand(each, bindings, hidden) for each in nodes))
        case Lambda(parameter=parameter, body=body):
            return replace(node, body=_expand(body, bindings, hidden | {parameter}))
        case Literal():
            return node


def names_in(node: Node) -> frozenset[str]:
    """Return the first segments of all reads in an expression."""
    return frozenset(
        part.segments[0].value
        for part in walk(node)
        if isinstance(part, Read)
        and part.segments
        and isinstance(part.segments[0], Literal)
        and isinstance(part.segments[0].value, str)
    )
