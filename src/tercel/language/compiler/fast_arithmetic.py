"""Shorter ways for arithmetic on two numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tercel.language.compiler.reads import CompileNode
from tercel.language.errors import RangeError, TalangError, located
from tercel.language.functions.all import find_function
from tercel.language.running.run import Compiled, Run
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal
from tercel.language.values.values import expect

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def fast_arithmetic(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """Compile arithmetic of two numbers; other kinds, and whatever goes wrong, take the general way."""
    if len(call.arguments) != 2:
        return None
    operation, general = _OPERATIONS[call.name], _general(call)
    left, right = call.arguments
    read_left = compile_node(left, scope)
    if isinstance(right, Literal) and type(right.value) is Decimal:
        return _with_number(read_left, right.value, operation, general)
    read_right = compile_node(right, scope)

    def compute(run: Run) -> Any:
        first, second = read_left(run), read_right(run)
        if type(first) is Decimal and type(second) is Decimal:
            try:
                return operation(first, second)
            except ArithmeticError:
                return general(run, first, second)
        return general(run, first, second)

    return compute


def _with_number(
    read_left: Compiled,
    number: Decimal,
    operation: Callable[[Any, Any], Any],
    general: Callable[[Run, Any, Any], Any],
) -> Compiled:
    def compute_with_number(run: Run) -> Any:
        value = read_left(run)
        if type(value) is Decimal:
            try:
                return operation(value, number)
            except ArithmeticError:
                return general(run, value, number)
        return general(run, value, number)

    return compute_with_number


def _general(call: Call) -> Callable[[Run, Any, Any], Any]:
    function, at = find_function(call.name), call.at
    assert function is not None, "the operators are in the catalogue"
    implementation = function.implementation
    checks = [expect(argument.kinds, argument.name) for argument in function.arguments]

    def compute(run: Run, first: Any, second: Any) -> Any:
        try:
            return implementation(run, checks[0](first), checks[1](second))
        except TalangError as error:
            located(error, at)
            raise
        except ArithmeticError:
            raise located(RangeError(f"`{call.name}`: the result is out of range"), at) from None

    return compute
