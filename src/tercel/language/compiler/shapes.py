"""What can be known of a value before it is computed: its kind and its entity.

Used by the compiler to read attributes directly, and by the checker to compare kinds.
"""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Function
from tercel.language.catalogue.signature import Argument
from tercel.language.functions.all import find_function
from tercel.language.running.scope import (
    UNKNOWN,
    Binding,
    Global,
    Parameter,
    Scope,
    Shape,
)
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    ENTITY,
    LIST,
    NUMBER,
    Kind,
)
from tercel.language.values.values import kind_of_value


def kind_of(node: Node, scope: Scope) -> Kind:
    """Return the kind that an expression will have; ``any`` when it depends on the run."""
    return shape_of(node, scope).kind


def shape_of(node: Node, scope: Scope) -> Shape:
    """Kind and entity of an expression, as far as they are known."""
    match node:
        case Literal(value=value):
            return Shape(kind_of_value(value))
        case Read():
            return _shape_of_read(node, scope)
        case Call():
            function = find_function(node.name)
            return UNKNOWN if function is None else _shape_of_call(node, function, scope)
        case Sequence(nodes=nodes):
            return shape_of(nodes[-1], scope)
        case Lambda():
            return UNKNOWN


def _shape_of_read(read: Read, scope: Scope) -> Shape:
    if not read.segments or not isinstance(read.segments[0], Literal):
        return UNKNOWN
    name = str(read.segments[0].value)
    found = scope.find(name)
    if found is None:
        counted = len(read.segments) == 1 and scope.find_counted(name)
        return Shape(NUMBER) if counted else UNKNOWN
    shape = shape_of_name(found)
    for segment in read.segments[1:]:
        field = static_field(shape, segment)
        shape = UNKNOWN if field is None else Shape(field.kind, field.entity)
    return shape


def shape_of_name(found: Binding | Parameter | Global) -> Shape:
    """Return the shape of the value that a name is bound to."""
    return Shape(found.kind, found.entity) if isinstance(found, Global) else found.shape


def lists_all_fields(shape: Shape) -> bool:
    """Tell whether a value of the shape is an entity that has the fields of its class and no others."""
    return shape.kind is ENTITY and shape.entity is not None and shape.entity.find is Entity.find


def static_field(shape: Shape, segment: Node) -> Field | None:
    """Return the field that a segment names, if the entity is known and lists all its fields, else None."""
    if not lists_all_fields(shape) or shape.entity is None:
        return None
    if not isinstance(segment, Literal) or not isinstance(segment.value, str):
        return None
    return shape.entity.find_field(segment.value)


def _shape_of_call(call: Call, function: Function, scope: Scope) -> Shape:
    rule, _, index = function.result_rule.partition(" ")
    if not rule:
        return Shape(function.result)
    if rule == "items":
        return items_shape(scope)
    if int(index) >= len(call.arguments):
        return UNKNOWN
    argument = call.arguments[int(index)]
    if rule == "join":
        return _joined(call, int(index), scope)
    if rule == "like":
        return shape_of(argument, scope)
    if rule == "element":
        return shape_of(argument, scope).element
    body = _shape_of_body(call, function, int(index), scope)
    return Shape(LIST, body.entity) if rule == "map" else body


def _joined(call: Call, first: int, scope: Scope) -> Shape:
    if call.name == "if" and len(call.arguments) == 2:
        return UNKNOWN
    shapes = {shape_of(argument, scope) for argument in call.arguments[first:]}
    if len(shapes) == 1:
        return shapes.pop()
    kinds = {shape.kind for shape in shapes}
    return Shape(kinds.pop()) if len(kinds) == 1 and kinds != {ENTITY} else UNKNOWN


def _shape_of_body(call: Call, function: Function, index: int, scope: Scope) -> Shape:
    block = call.arguments[index]
    if not isinstance(block, Lambda):
        return UNKNOWN
    inner, _ = scope.with_parameter(block.parameter, parameter_shape(call, function, index, scope))
    return shape_of(block.body, inner)


def items_shape(scope: Scope) -> Shape:
    """Return the shape of a list of cart items: that of ``Session.CartItems``."""
    return shape_of(Read((Literal("Session"), Literal("CartItems"))), scope)


def parameter_shape(call: Call, function: Function, index: int, scope: Scope) -> Shape:
    """Return the shape of a block's parameter: an element of the nearest list before the block, else the first
    argument."""
    for before in reversed(range(index)):
        argument: Argument | None = function.argument_at(before)
        if argument is not None and LIST in argument.kinds:
            return shape_of(call.arguments[before], scope).element
    return shape_of(call.arguments[0], scope) if index > 0 else UNKNOWN
