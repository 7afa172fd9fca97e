"""A tree into Python closures ``Run -> value``.

Plain functions compute their arguments, check the kinds and call the implementation. Special forms get their
arguments compiled and make their own closure. The hottest operators have shorter ways in ``fast_*``, which give the
same values and errors.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

from tercel.base.numbers import ENGINE_CONTEXT
from tercel.language.blocks import BlockCode, BoundBlock
from tercel.language.catalogue import Argument, Function
from tercel.language.catalogue_all import find_function
from tercel.language.errors import (
    ArityError,
    RangeError,
    TalangError,
    TypeMismatchError,
    UnknownFunctionError,
    located,
)
from tercel.language.fast import specialise
from tercel.language.fold import fold
from tercel.language.kinds import Kind
from tercel.language.reads import compile_read
from tercel.language.run import Compiled, Run
from tercel.language.scope import Scope
from tercel.language.shapes import parameter_shape
from tercel.language.site import Site
from tercel.language.templates import expand
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, size, walk
from tercel.language.values import expect


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
        site = Site(call, scope, _records_effects(call), lambda part: compile_node(part, scope))
        made: Compiled = function.implementation(site, *parts)
        return made
    return _plain_call(call, function, scope)


def _problem(call: Call, function: Function | None, scope: Scope) -> TalangError | None:
    if function is None:
        return UnknownFunctionError(f"there is no function `{call.name}`")
    if not function.accepts(len(call.arguments)):
        return ArityError(f"`{call.name}` takes {function.arity_text} arguments, got {len(call.arguments)}")
    if function.is_effect and not scope.allows_effects:
        return TypeMismatchError(f"the effect `{call.name}` may not stand here")
    if function.is_refused_when_stored and not scope.free:
        return UnknownFunctionError(f"`{call.name}` is not allowed in rules")
    return None


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
    scope = scope.with_effects(False)
    arguments = [_value_of(call, function, index, scope) for index in range(len(call.arguments))]
    implementation = function.implementation
    match arguments:
        case [one]:

            def call_one(run: Run) -> Any:
                try:
                    return implementation(run, one(run))
                except (TalangError, ArithmeticError) as error:
                    raise _own_error(error, call) from None

            return call_one
        case [one, two]:

            def call_two(run: Run) -> Any:
                try:
                    return implementation(run, one(run), two(run))
                except (TalangError, ArithmeticError) as error:
                    raise _own_error(error, call) from None

            return call_two

    def call_many(run: Run) -> Any:
        try:
            return implementation(run, *[argument(run) for argument in arguments])
        except (TalangError, ArithmeticError) as error:
            raise _own_error(error, call) from None

    return call_many


def _own_error(error: TalangError | ArithmeticError, call: Call) -> TalangError:
    if isinstance(error, TalangError):
        return located(error, call.at)
    return located(RangeError(f"the result of `{call.name}` is out of range"), call.at)


def _value_of(call: Call, function: Function, index: int, scope: Scope) -> Compiled:
    argument, node = function.argument_at(index), call.arguments[index]
    assert argument is not None, "the number of arguments was compared before"
    if isinstance(node, Lambda):
        code = compile_block(call, function, index, scope)
        return lambda run: BoundBlock(run, code)
    compiled = compile_node(node, scope)
    if not argument.kinds:
        return compiled
    return _checked(compiled, node, argument)


def _checked(compiled: Compiled, node: Node, argument: Argument) -> Compiled:
    check = expect(argument.kinds, argument.name)
    if isinstance(node, Literal):
        try:
            value = check(node.value)
        except TalangError:
            pass
        else:
            return lambda _run: value
    usual = _PLAIN_TYPES.get(min(argument.kinds)) if len(argument.kinds) == 1 else None

    def checked(run: Run) -> Any:
        value = compiled(run)
        return value if type(value) is usual else check(value)

    return checked


#: The Python types that need no closer look.
_PLAIN_TYPES: dict[Kind, type] = {
    Kind.NUMBER: Decimal,
    Kind.STRING: str,
    Kind.BOOLEAN: bool,
    Kind.LIST: list,
    Kind.MAP: dict,
}
