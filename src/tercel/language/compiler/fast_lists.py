"""Shorter ways for loops over items: tests of one attribute by an index, sums of one attribute at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from tercel.base.numbers import ZERO
from tercel.language.compiler.indexed import NOTHING, IndexedList
from tercel.language.compiler.late import Late
from tercel.language.compiler.reads import (
    CompileNode,
    Path,
    bare_getter,
    shared_getter,
    static_path,
)
from tercel.language.compiler.shapes import parameter_shape
from tercel.language.functions.all import find_function
from tercel.language.running.blocks import BlockCode
from tercel.language.running.run import Compiled, Run
from tercel.language.running.scope import Parameter, Scope
from tercel.language.running.site import Site
from tercel.language.tree import Call, Lambda, Literal, Node, Read, size
from tercel.language.values.kinds import NUMBER, STRING


class _Test(NamedTuple):
    """``Item.<attribute> = text``; ``drops_unset`` when items without the attribute simply do not match."""

    attribute: str
    text: str
    drops_unset: bool


def fast_selection(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """``filter``, ``exists``, ``every`` or ``countIf`` with a test of one text attribute: one look-up in an index."""
    if len(call.arguments) != 2:
        return None
    source, block = call.arguments
    test = _attribute_test(call, block, scope)
    if test is None or not isinstance(block, Lambda):
        return None
    read_source, cost = compile_node(source, scope), size(block.body)
    get = bare_getter(source, scope) or read_source
    scan = Late(partial(_scan, call, read_source, scope, compile_node))
    is_existence, answer = call.name == "exists", _ANSWERS.get(call.name)
    attribute, text, drops_unset = test

    def select(run: Run) -> Any:
        try:
            items = get(run)
            groups = items.groups[attribute]
        except (AttributeError, KeyError):  # not grouped by it yet, or nothing that is ever grouped
            items = _find_indexed(get, run)
            if items is None:
                return scan(run)
            groups = items.by(attribute)
        if not drops_unset and None in groups:
            return scan(run)
        run.steps -= len(items) * cost  # as `spend` does, without the call
        if run.steps < 0:
            run.look_at_limits()
        if is_existence:
            return text in groups
        found = groups.get(text, NOTHING)
        return found if answer is None else answer(items, found)

    return select


def _find_indexed(get: Compiled, run: Run) -> IndexedList | None:
    try:
        items = get(run)
    except AttributeError:
        return None
    return items if type(items) is IndexedList else None


#: What the other functions than ``filter`` and ``exists`` make of the items found.
_ANSWERS: dict[str, Callable[[IndexedList, IndexedList], Any]] = {
    "every": lambda items, found: len(found) == len(items),
    "countIf": lambda _, found: Decimal(len(found)),
}


def _scan(call: Call, read_source: Compiled, scope: Scope, compile_node: CompileNode) -> Compiled:
    function, block = find_function(call.name), call.arguments[1]
    assert function is not None
    assert isinstance(block, Lambda)
    inner, slot = scope.with_parameter(block.parameter, parameter_shape(call, function, 1, scope))
    code = BlockCode(slot, compile_node(block.body, inner), size(block.body))
    scan: Compiled = function.implementation(Site(call, scope, False), read_source, code)
    return scan


def _attribute_test(call: Call, block: Node, scope: Scope) -> _Test | None:
    if not isinstance(block, Lambda):
        return None
    body, drops_unset = block.body, False
    match body:
        case Call(name="catch", arguments=(Literal(value=False), inner)):
            body, drops_unset = inner, True
    match body:
        case Call(name="=", arguments=(Read() as read, Literal(value=str(text)))):
            pass
        case Call(name="=", arguments=(Literal(value=str(text)), Read() as read)):
            pass
        case _:
            return None
    path = _parameter_path(call, block, read, scope)
    if path is None or path.shape.kind is not STRING:
        return None
    return _Test(path.attributes[0], text, drops_unset)


def _parameter_path(call: Call, block: Lambda, read: Node, scope: Scope) -> Path | None:
    """Return the path of a read of one attribute of the block's own parameter; None for any other read."""
    function = find_function(call.name)
    assert function is not None
    inner, slot = scope.with_parameter(block.parameter, parameter_shape(call, function, 1, scope))
    path = static_path(read, inner) if isinstance(read, Read) else None
    if path is None or not isinstance(path.root, Parameter) or path.root.slot != slot:
        return None
    return path if path.key is None and len(path.attributes) == 1 else None


def fast_sum(call: Call, scope: Scope, compile_node: CompileNode) -> Compiled | None:
    """Compile the sum of one number attribute over a list of items; return None for any other sum."""
    if len(call.arguments) != 2:
        return None
    source, block = call.arguments
    path = _parameter_path(call, block, block.body, scope) if isinstance(block, Lambda) else None
    if path is None or path.shape.kind is not NUMBER:
        return None
    read_source = compile_node(source, scope)
    general = Late(partial(_scan, call, read_source, scope, compile_node))
    attribute, cost = path.attributes[0], size(block) - 1
    read_number, is_fixed = shared_getter(attribute), path.is_fixed

    def sum_attribute(run: Run) -> Any:
        items = read_source(run)
        if not isinstance(items, list):
            return general(run)
        run.steps -= len(items) * cost  # as `spend` does, without the call
        if run.steps < 0:
            run.look_at_limits()
        try:
            if is_fixed and type(items) is IndexedList:
                return items.sum_of(attribute, read_number)
            return sum(map(read_number, items), ZERO)
        except (AttributeError, TypeError, ArithmeticError):
            return general(run)

    return sum_attribute
