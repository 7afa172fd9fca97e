"""What makes two expressions surely the same value within the conditions of a rule."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from tercel.language.compiler.reads import static_path
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence
from tercel.language.values.values import decimal_text

Identity = Hashable

#: Conditions that have the same truth whatever their arguments, which only say whether to redeem.
_WITHOUT_ARGUMENTS = {"couponValid", "referralValid"}


def identity(node: Node, scope: Scope | None) -> Identity:
    """Equal for expressions that mean the same: reads by what they lead to, not by how it is spelled.

    Without a scope, as inside of blocks, names count as written.
    """
    match node:
        case Literal(value=value):
            return _constant(value)
        case Read(segments=segments):
            path = None if scope is None else static_path(node, scope)
            if path is not None:
                return ("path", path.root, path.attributes, path.key)
            return (".", *(identity(segment, scope) for segment in segments))
        case Lambda(parameter=parameter, body=body):
            return ("block", parameter, identity(body, None))
        case Sequence(nodes=nodes):
            return ("sequence", *(identity(part, scope) for part in nodes))
        case Call(name="now", arguments=()) if scope is not None:
            return identity(Read((Literal("Now"),)), scope)
        case Call(name=name) if name in _WITHOUT_ARGUMENTS:
            return (name,)
        case Call(name=name, arguments=arguments):
            return (name, *(identity(argument, scope) for argument in arguments))


def _constant(value: Any) -> Identity:
    if isinstance(value, Decimal):
        return ("number", decimal_text(value))
    if isinstance(value, list):
        return ("list", *map(_constant, value))
    if isinstance(value, dict):
        return ("map", *((key, _constant(each)) for key, each in value.items()))
    return (type(value).__name__, value if isinstance(value, Hashable) else repr(value))
