"""Constant folding: calls of plain functions over literals are computed once, before the run."""

from __future__ import annotations

from datetime import UTC, datetime

from tercel.language.catalogue.catalogue import Function
from tercel.language.errors import TalangError
from tercel.language.functions.all import find_function
from tercel.language.running.run import Run
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence


def fold(node: Node) -> Node:
    """Replace the constant parts of an expression by their values; a part that fails is left to fail in the run."""
    match node:
        case Literal():
            return node
        case Read(segments=segments):
            folded = _fold_all(segments)
            return node if folded is segments else Read(folded, node.at)
        case Lambda(parameter=parameter, body=body):
            inner = fold(body)
            return node if inner is body else Lambda(parameter, inner, node.at)
        case Sequence(nodes=nodes):
            folded = _fold_all(nodes)
            return node if folded is nodes else Sequence(folded, node.at)
        case Call(name=name, arguments=arguments):
            folded = _fold_all(arguments)
            return _fold_call(node if folded is arguments else Call(name, folded, node.at))


def _fold_all(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Fold each node; return the same tuple when nothing changed, which is usual."""
    folded = tuple(map(fold, nodes))
    return nodes if all(new is old for new, old in zip(folded, nodes, strict=True)) else folded


def _fold_call(call: Call) -> Node:
    function = find_function(call.name)
    if function is None or not function.is_foldable or function.is_special:
        return call
    if not function.accepts(len(call.arguments)):
        return call
    literals = [argument for argument in call.arguments if isinstance(argument, Literal)]
    if len(literals) != len(call.arguments):
        return call
    run = Run(now=datetime(2000, 1, 1, tzinfo=UTC), zone=UTC)
    try:
        values = [_checked(function, index, literal) for index, literal in enumerate(literals)]
        return Literal(function.implementation(run, *values), call.at)
    except (TalangError, ArithmeticError):
        return call


def _checked(function: Function, index: int, literal: Literal) -> object:
    argument = function.argument_at(index)
    assert argument is not None, "the number of arguments was compared before"
    check = argument.check()
    return literal.value if check is None else check(literal.value)
