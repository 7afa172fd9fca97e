"""A tree into Python closures ``Run -> value``.

Plain functions compute their arguments, check the kinds and call the implementation. Special forms get their
arguments compiled and make their own closure. The hottest operators have shorter ways in ``fast_*``, which give the
same values and errors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any, NamedTuple

from tercel.base.near import did_you_mean
from tercel.base.numbers import ENGINE_CONTEXT
from tercel.language.catalogue.catalogue import Function
from tercel.language.compiler.fast import specialise
from tercel.language.compiler.fold import fold
from tercel.language.compiler.reads import compile_read
from tercel.language.compiler.shapes import parameter_shape
from tercel.language.errors import (
    ArityError,
    RangeError,
    TalangError,
    TypeMismatchError,
    UnknownFunctionError,
    located,
)
from tercel.language.functions.all import CATALOGUE, find_function
from tercel.language.running.blocks import BlockCode, BoundBlock
from tercel.language.running.hosted import Implementation, hosted, method_of
from tercel.language.running.run import UNSET, Compiled, Run
from tercel.language.running.scope import Scope
from tercel.language.running.site import Site
from tercel.language.templates import expand
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, size, walk
from tercel.language.values.kinds import Kind


def compile_expression(node: Node, scope: Scope) -> Compiled:
    """Compile a condition, a binding or any other expression that may not record effects."""
    return _compile(node, scope.with_effects(False))


def compile_effect(node: Node, scope: Scope) -> Compiled:
    """Compile an expression of a rule's ``effects``."""
    return _compile(node, scope.with_effects(True))


def _compile(node: Node, scope: Scope) -> Compiled:
    with localcontext(ENGINE_CONTEXT):
        return compile_node(fold(expand(node, scope.templates)), scope)


def compile_node(node: Node, scope: Scope) -> Compiled:
    """Compile one node within a scope that already says whether effects are allowed."""
    match node:
        case Literal(value=value):
            return lambda _run: value
        case Read():
            return compile_read(node, scope.with_effects(False), compile_node)
        case Sequence(nodes=nodes):
            return _in_order([compile_node(part, scope) for part in nodes])
        case Lambda():
            return _raiser(TypeMismatchError("a block is not a value"), node.at)
        case Call():
            return _compile_call(node, scope)


def _in_order(parts: list[Compiled]) -> Compiled:
    def run_all(run: Run) -> Any:
        value = None
        for part in parts:
            value = part(run)
        return value

    return run_all


def _raiser(error: TalangError, at: str) -> Compiled:
    kind, message = type(error), str(error)

    def fail(_run: Run) -> Any:
        raise located(kind(message), at)

    return fail


def _compile_call(call: Call, scope: Scope) -> Compiled:
    function = find_function(call.name)
    problem = _problem(call, function, scope)
    if problem is not None:
        return _raiser(problem, call.at)
    assert function is not None, "an unknown function is a problem"
    short = specialise(call, scope, compile_node)
    if short is not None:
        return short
    if function.is_special:
        parts = [_compile_part(call, function, index, scope) for index in range(len(call.arguments))]
        made: Compiled = function.implementation(
            Site(call, scope, scope.allows_effects and _records_effects(call)), *parts
        )
        return made
    return _plain_call(call, function, scope)


def _problem(call: Call, function: Function | None, scope: Scope) -> TalangError | None:
    if function is None:
        return UnknownFunctionError(f"there is no function `{call.name}`{_nearest(call.name)}")
    if not function.accepts(len(call.arguments)):
        return ArityError(f"`{call.name}` takes {function.arity_text}, got {len(call.arguments)}")
    if function.is_effect and not scope.allows_effects:
        return TypeMismatchError(f"the effect `{call.name}` may not stand here")
    if function.is_refused_when_stored and not scope.free:
        return UnknownFunctionError(f"`{call.name}` is not allowed in rules")
    return None


@lru_cache(maxsize=256)
def _nearest(name: str) -> str:
    return did_you_mean(name, CATALOGUE)


def _records_effects(call: Call) -> bool:
    for node in walk(call):
        if isinstance(node, Call):
            function = find_function(node.name)
            if function is not None and function.is_effect:
                return True
    return False


def _compile_part(call: Call, function: Function, index: int, scope: Scope) -> Compiled | BlockCode:
    node, argument = call.arguments[index], function.argument_at(index)
    assert argument is not None, "the number of arguments was compared before"
    inner = scope.with_effects(argument.allows_effects(here=scope.allows_effects))
    if isinstance(node, Lambda):
        return compile_block(call, function, index, inner)
    return compile_node(node, inner)


def compile_block(call: Call, function: Function, index: int, scope: Scope) -> BlockCode:
    """Compile the block that is the argument of that index."""
    block = call.arguments[index]
    assert isinstance(block, Lambda), "the reader makes blocks where blocks are taken"
    shape = parameter_shape(call, function, index, scope)
    inner, slot = scope.with_parameter(block.parameter, shape)
    return BlockCode(slot, compile_node(block.body, inner), size(block.body))


def _plain_call(call: Call, function: Function, scope: Scope) -> Compiled:
    """Compile a call whose arguments are all computed before the first kind is compared (behaviour/language 6)."""
    scope = scope.with_effects(False)
    implementation = function.implementation
    if function.is_hosted:
        implementation = hosted(function.name, len(call.arguments))
    operands = [_operand(call, function, index, scope) for index in range(len(call.arguments))]
    match operands:
        case [one]:
            return _call_one(call, implementation, one)
        case [one, two] if function.is_hosted and one.known is not UNSET:
            return _ask_with_known(call, one.known, two)
        case [one, two]:
            return _call_two(call, implementation, one, two)

    def call_many(run: Run) -> Any:
        try:
            values = [operand.compute(run) for operand in operands]
            return implementation(run, *map(_checked, operands, values))
        except (TalangError, ArithmeticError) as error:
            raise _own_error(error, call) from None

    return call_many


def _call_one(call: Call, implementation: Implementation, operand: _Operand) -> Compiled:
    compute, usual, check, _ = operand

    def call_one(run: Run) -> Any:
        try:
            value = compute(run)
            return implementation(run, value if type(value) is usual else check(value))
        except (TalangError, ArithmeticError) as error:
            raise _own_error(error, call) from None

    return call_one


def _ask_with_known(call: Call, first: Any, two: _Operand) -> Compiled:
    """Compile a call of the host whose first argument is a literal, as the name of most effects is."""
    compute, usual, check, _ = two
    method = method_of(call.name)

    def ask_with_known(run: Run) -> Any:
        try:
            value = compute(run)
            if type(value) is not usual:
                value = check(value)
            return getattr(run.host or run.need_host(), method)(first, value)
        except (TalangError, ArithmeticError) as error:
            raise _own_error(error, call) from None

    return ask_with_known


def _call_two(call: Call, implementation: Implementation, one: _Operand, two: _Operand) -> Compiled:
    compute_first, first_usual, check_first, _ = one
    compute_second, second_usual, check_second, _ = two

    def call_two(run: Run) -> Any:
        try:
            first, second = compute_first(run), compute_second(run)
            if type(first) is not first_usual:
                first = check_first(first)
            if type(second) is not second_usual:
                second = check_second(second)
            return implementation(run, first, second)
        except (TalangError, ArithmeticError) as error:
            raise _own_error(error, call) from None

    return call_two


def _own_error(error: TalangError | ArithmeticError, call: Call) -> TalangError:
    if isinstance(error, TalangError):
        return located(error, call.at)
    return located(RangeError(f"the result of `{call.name}` is out of range"), call.at)


class _Operand(NamedTuple):
    """An argument: how it is computed, the Python type that needs no closer look, and the closer look. A literal is
    ``known`` before the run."""

    compute: Compiled
    usual: type | None
    check: Callable[[Any], Any]
    known: Any = UNSET


def _operand(call: Call, function: Function, index: int, scope: Scope) -> _Operand:
    argument, node = function.argument_at(index), call.arguments[index]
    assert argument is not None, "the number of arguments was compared before"
    check = argument.check()
    if isinstance(node, Lambda):
        code = compile_block(call, function, index, scope)
        if check is None:
            return _Operand(lambda run: BoundBlock(run, code), BoundBlock, _anything)
        return _Operand(lambda run: BoundBlock(run, code), None, check)
    compiled = compile_node(node, scope)
    if check is None:
        return _Operand(compiled, None, _anything)
    if isinstance(node, Literal):
        return _constant(node, check)
    needs_a_closer_look = len(argument.kinds) > 1 or argument.words or argument.is_options
    usual = None if needs_a_closer_look else _PLAIN_TYPES.get(min(argument.kinds))
    return _Operand(compiled, usual, check)


def _constant(node: Literal, check: Callable[[Any], Any]) -> _Operand:
    """Return a literal as an operand that is checked once, now: a text that writes a time is not parsed in every run."""
    value = node.value
    with suppress(TalangError):
        value = check(value)
        return _Operand(lambda _run: value, type(value), check, value)
    return _Operand(lambda _run: value, None, check)


def _anything(value: Any) -> Any:
    return value


def _checked(operand: _Operand, value: Any) -> Any:
    return value if type(value) is operand.usual else operand.check(value)


#: The Python types that need no closer look.
_PLAIN_TYPES: dict[Kind, type] = {
    Kind.NUMBER: Decimal,
    Kind.STRING: str,
    Kind.BOOLEAN: bool,
    Kind.LIST: list,
    Kind.MAP: dict,
}
