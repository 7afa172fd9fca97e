"""Function templates: ``["!", name, a0, …]`` stands for the template's body with ``["#", i]`` replaced (behaviour/language 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from tercel.base.limits import EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, depth, walk


def expand(node: Node, templates: Mapping[str, Node]) -> Node:
    """Write out the calls of known templates in an expression; calls of unknown ones stay, and fail in the run.

    A template that would make the expression deeper or larger than the limits stays unexpanded too; templates do not
    call templates, so that there is no recursion.
    """
    if not templates:
        return node
    expanded = _rewrite(node, templates, ())
    return expanded if _is_small(expanded) else node


def _is_small(node: Node) -> bool:
    # Because: nested templates share their arguments, so the walk may be far longer than the memory is large.
    if sum(1 for _ in islice(walk(node), EXPRESSION_NODES_MAX + 1)) > EXPRESSION_NODES_MAX:
        return False
    return depth(node) <= EXPRESSION_DEPTH_MAX


def _rewrite(node: Node, templates: Mapping[str, Node], arguments: tuple[Node, ...]) -> Node:
    match node:
        case Literal():
            return node
        case Read(segments=segments):
            return replace(node, segments=tuple(_rewrite(part, templates, arguments) for part in segments))
        case Lambda(body=body):
            return replace(node, body=_rewrite(body, templates, arguments))
        case Sequence(nodes=nodes):
            return replace(node, nodes=tuple(_rewrite(part, templates, arguments) for part in nodes))
        case Call():
            return _rewrite_call(node, templates, arguments)


def _rewrite_call(call: Call, templates: Mapping[str, Node], arguments: tuple[Node, ...]) -> Node:
    written = tuple(_rewrite(argument, templates, arguments) for argument in call.arguments)
    first = call.arguments[0].value if call.arguments and isinstance(call.arguments[0], Literal) else None
    if call.name == "!" and isinstance(first, str) and first in templates:
        return _rewrite(templates[first], {}, written[1:])
    if call.name == "#" and isinstance(first, Decimal) and first in range(len(arguments)):
        return arguments[int(first)]
    return replace(call, arguments=written)
