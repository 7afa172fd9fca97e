"""Shorter ways for ``=``, ``!=`` and the orders, between two values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tercel.language.compiler.reads import CompileNode, bare_getter
from tercel.language.errors import TalangError, located
from tercel.language.running.equality import is_equal
from tercel.language.running.run import Compiled, Run
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Literal, Node
from tercel.language.values.values import comparable

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def fast_comparison(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """Compile an order between two values, fastest against a literal number."""
    if len(call.arguments) != 2:
        return None
    left, right = call.arguments
    holds, at = _ORDERS[call.name], call.at

    def general(first: Any, second: Any) -> bool:
        try:
            return holds(*comparable(first, second))
        except TalangError as error:
            located(error, at)
            raise

    read_left = compile_node(left, scope)
    if isinstance(right, Literal) and type(right.value) is Decimal:
        return _against_number(left, read_left, right.value, holds, general=general, scope=scope)
    read_right = compile_node(right, scope)

    def compare(run: Run) -> bool:
        first, second = read_left(run), read_right(run)
        if type(first) is Decimal and type(second) is Decimal:
            return holds(first, second)
        return general(first, second)

    return compare


def _against_number(
    left: Node,
    read_left: Compiled,
    number: Decimal,
    holds: Callable[[Any, Any], bool],
    *,
    general: Callable[[Any, Any], bool],
    scope: Scope,
) -> Compiled:
    get = bare_getter(left, scope) or read_left

    def compare_with_number(run: Run) -> bool:
        try:
            value = get(run)
        except AttributeError:
            value = None
        if type(value) is Decimal:
            return holds(value, number)
        return general(read_left(run) if value is None else value, number)

    return compare_with_number


def fast_equality(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """Equality of two values, fastest against a literal text or number."""
    if len(call.arguments) != 2:
        return None
    left, right = call.arguments
    if isinstance(left, Literal) and not isinstance(right, Literal):
        # Because: equality is symmetric, and of a literal and something else only the latter can fail.
        left, right = right, left
    wanted, at = call.name == "=", call.at

    def general(run: Run, first: Any, second: Any) -> bool:
        try:
            return is_equal(run, first, second) is wanted
        except TalangError as error:
            located(error, at)
            raise

    read_left = compile_node(left, scope)
    if isinstance(right, Literal) and type(right.value) in {Decimal, str}:
        return _equals_literal(left, read_left, right.value, general, scope, wanted=wanted)
    read_right = compile_node(right, scope)

    def compare(run: Run) -> bool:
        first = read_left(run)
        second = read_right(run)
        return general(run, first, second)

    return compare


def _equals_literal(
    left: Node,
    read_left: Compiled,
    literal: Any,
    general: Callable[[Run, Any, Any], bool],
    scope: Scope,
    *,
    wanted: bool,
) -> Compiled:
    get = bare_getter(left, scope) or read_left
    kind = type(literal)
    holds: Callable[[Any, Any], bool] = operator.eq if wanted else operator.ne

    def equals_literal(run: Run) -> bool:
        try:
            value = get(run)
        except AttributeError:
            value = None
        if type(value) is kind:
            return holds(value, literal)
        return general(run, read_left(run) if value is None else value, literal)

    return equals_literal
