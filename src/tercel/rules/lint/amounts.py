"""Amounts that are a share of something: ``10 % of Session.Total``."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import NamedTuple

from tercel.base.numbers import ENGINE_CONTEXT
from tercel.language.compiler.reads import static_path
from tercel.language.compiler.shapes import shape_of_name
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal, Node, Read


class Share(NamedTuple):
    """So many times a field of an entity, such as ``0.1`` of ``total`` of ``Session``."""

    entity: str
    field: str
    factor: Decimal


def share_of(node: Node, scope: Scope) -> Share | None:
    """Return the amount as a share of one field, or None if it is not one."""
    with localcontext(ENGINE_CONTEXT):
        return _share(node, scope)


def _share(node: Node, scope: Scope) -> Share | None:
    match node:
        case Read():
            return _whole(node, scope)
        case Call(name="*", arguments=(Literal(value=Decimal() as factor), other)):
            return _times(_share(other, scope), factor)
        case Call(name="*", arguments=(other, Literal(value=Decimal() as factor))):
            return _times(_share(other, scope), factor)
        case Call(name="/", arguments=(other, Literal(value=Decimal() as divisor))) if divisor:
            return _times(_share(other, scope), 1 / divisor)
        case Call(name="+", arguments=(first, second)):
            left, right = _share(first, scope), _share(second, scope)
            if left and right and left[:2] == right[:2]:
                return left._replace(factor=left.factor + right.factor)
    return None


def _times(share: Share | None, factor: Decimal) -> Share | None:
    return None if share is None else share._replace(factor=share.factor * factor)


def _whole(read: Read, scope: Scope) -> Share | None:
    path = static_path(read, scope)
    if path is None or path.key is not None or len(path.attributes) != 1:
        return None
    entity = shape_of_name(path.root).entity
    return None if entity is None else Share(entity.__name__, path.attributes[0], Decimal(1))
