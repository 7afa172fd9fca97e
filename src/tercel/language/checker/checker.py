"""What is wrong with an expression, found before it runs; everything at once (behaviour/language 12)."""

from __future__ import annotations

from decimal import Decimal

from tercel.base.limits import CHECK_ERRORS_MAX
from tercel.base.near import did_you_mean
from tercel.language.catalogue.catalogue import Function
from tercel.language.catalogue.signature import Argument
from tercel.language.checker.findings import Finding
from tercel.language.checker.form_checks import check_form
from tercel.language.compiler.shapes import (
    kind_of,
    lists_all_fields,
    parameter_shape,
    shape_of,
    shape_of_name,
    static_field,
)
from tercel.language.errors import TalangError
from tercel.language.functions.all import CATALOGUE, find_function
from tercel.language.running.scope import Scope, Shape
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence
from tercel.language.values.kinds import (
    ANY,
    BOOLEAN,
    LIST,
    NUMBER,
    STRING,
    TIME,
    Kind,
)
from tercel.language.values.values import describe, expect

__all__ = ["Finding", "check", "kind_of"]

_WITHOUT_FIELDS = frozenset({NUMBER, STRING, BOOLEAN, TIME})


def check(node: Node, scope: Scope) -> list[Finding]:
    """Find everything wrong with an expression in a scope, in order of writing, up to a limit.

    ``scope.allows_effects`` says whether effects may stand at the root.
    """
    checker = _Checker()
    checker.visit(node, scope)
    return checker.findings[:CHECK_ERRORS_MAX]


class _Checker:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, pointer: str, code: str, message: str) -> None:
        self.findings.append(Finding(pointer, code, message))

    def visit(self, node: Node, scope: Scope) -> None:
        if len(self.findings) >= CHECK_ERRORS_MAX:
            return
        match node:
            case Literal():
                return
            case Read():
                self.visit_read(node, scope.with_effects(False))
            case Sequence(nodes=nodes):
                for part in nodes:
                    self.visit(part, scope)
            case Lambda():
                self.add(node.at, "type", "a block is not a value")
            case Call():
                self.visit_call(node, scope)

    def visit_read(self, read: Read, scope: Scope) -> None:
        if not read.segments:
            self.add(read.at, "arity", "`.` takes at least 1 argument")
            return
        first, *rest = read.segments
        shape = self.visit_name(first, scope)
        for segment in rest:
            if not isinstance(segment, Literal):
                self.visit(segment, scope)
                shape = Shape()
                continue
            field = static_field(shape, segment)
            problem = None if field is not None else _no_field(shape, segment)
            if problem is not None:
                self.add(segment.at, "unknownField", problem)
                return
            shape = Shape() if field is None else Shape(field.kind, field.entity)

    def visit_name(self, first: Node, scope: Scope) -> Shape:
        if not isinstance(first, Literal):
            self.visit(first, scope)
            return Shape()
        if not isinstance(first.value, str):
            self.add(first.at, "type", "a name is a text")
            return Shape()
        found = scope.find(first.value)
        if found is not None:
            return shape_of_name(found)
        if not scope.free and scope.find_counted(first.value) is None:
            known = [*scope.names, *scope.globals]
            message = f"there is nothing called `{first.value}`{did_you_mean(first.value, known)}"
            self.add(first.at, "unknownName", message)
        return Shape()

    def visit_call(self, call: Call, scope: Scope) -> None:
        function = find_function(call.name)
        if function is None:
            message = f"there is no function `{call.name}`{did_you_mean(call.name, list(CATALOGUE))}"
            self.add(f"{call.at}/0", "unknownFunction", message)
            for part in call.arguments:
                self.visit(part, scope.with_effects(False))
            return
        if function.is_refused_when_stored and not scope.free:
            self.add(call.at, "refused", f"`{call.name}` is not allowed in rules")
        if function.is_effect and not scope.allows_effects:
            self.add(call.at, "effectNotAllowed", f"the effect `{call.name}` may not stand here")
        if not function.accepts(len(call.arguments)):
            message = f"`{call.name}` takes {function.arity_text}, got {len(call.arguments)}"
            self.add(call.at, "arity", message)
        self.findings += check_form(call, function, scope)
        for index, node in enumerate(call.arguments):
            argument = function.argument_at(index)
            if argument is not None:
                self.visit_argument(call, function, argument, index, node, scope=scope)

    def visit_argument(
        self, call: Call, function: Function, argument: Argument, index: int, node: Node, *, scope: Scope
    ) -> None:
        inner = scope.with_effects(argument.allows_effects(here=scope.allows_effects))
        if isinstance(node, Lambda):
            body_scope, _ = inner.with_parameter(
                node.parameter, parameter_shape(call, function, index, scope)
            )
            self.visit(node.body, body_scope)
            return
        self.visit(node, inner)
        if argument.kinds:
            self.compare_kinds(argument, node, scope)

    def compare_kinds(self, argument: Argument, node: Node, scope: Scope) -> None:
        if isinstance(node, Literal):
            try:
                expect(argument.kinds, argument.name)(node.value)
            except TalangError as error:
                self.add(node.at, error.name, str(error))
            return
        kind = shape_of(node, scope).kind
        if kind is not ANY and not _fits(kind, argument):
            message = f"`{argument.name}` takes a {describe(argument.kinds)}, this gives a {kind}"
            self.add(node.at, "type", message)


def _no_field(shape: Shape, segment: Literal) -> str | None:
    """Explain why a value of a shape cannot have the field that a segment names; return None when it may have it."""
    name = str(segment.value)[:100]
    if shape.kind is LIST and not isinstance(segment.value, Decimal):
        return f"a list has no field `{name}`; read it from each element with `map`, or add it up with `sum`"
    if shape.kind in _WITHOUT_FIELDS:
        return f"a {shape.kind} has no field `{name}`"
    if lists_all_fields(shape) and shape.entity is not None:
        return f"there is no field `{name}`{did_you_mean(name, shape.entity.FIELDS)}"
    return None


def _fits(kind: Kind, argument: Argument) -> bool:
    return kind in argument.kinds or (kind is STRING and TIME in argument.kinds)
