"""The mistakes of statements that are put together with SQLAlchemy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import Change, Source

#: Methods of statements whose every argument is a condition or a key of an order.
_LISTS = {
    "where": "dropped condition",
    "order_by": "order",
    "and_": "dropped condition",
    "or_": "dropped condition",
}
_DROPPED = {"desc": "order", "distinct": "distinct", "order_by": "order"}
_RENAMED = {
    "outerjoin": ("join", "outerjoin", "join"),
    "join": ("join", "join", "outerjoin"),
    "is_": ("is null", "is_", "is_not"),
    "is_not": ("is null", "is_not", "is_"),
    "and_": ("and/or", "and_", "or_"),
    "or_": ("and/or", "or_", "and_"),
    "greatest": ("any/all, min/max", "greatest", "least"),
}


def queries(source: Source) -> Iterator[Change]:
    """Every mistake that the statements of this file could have."""
    if "sqlalchemy" not in source.text:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield from _without_one(source, node, name)
            yield from _without_call(source, node, name)
            yield from _renamed(source, node, name)


def _without_one(source: Source, node: ast.Call, name: str) -> Iterator[Change]:
    """A list of conditions without one of them. The last one of a list stays, as ``true``."""
    if name not in _LISTS or not node.args:
        return
    start, end = source.span(node.args[0])[0], source.span(node.args[-1])[1]
    pieces = [source.piece(each) for each in node.args]
    if len(pieces) == 1:
        if name == "where" and not isinstance(node.args[0], ast.Starred):
            yield Change(_LISTS[name], start, end, "True")
        return
    for index in range(len(pieces)):
        yield Change(_LISTS[name], start, end, ", ".join(pieces[:index] + pieces[index + 1 :]))


def _without_call(source: Source, node: ast.Call, name: str) -> Iterator[Change]:
    if name in _DROPPED and isinstance(node.func, ast.Attribute):
        start, end = source.span(node)
        yield Change(_DROPPED[name], start, end, source.piece(node.func.value))


def _renamed(source: Source, node: ast.Call, name: str) -> Iterator[Change]:
    if name not in _RENAMED or (name == "join" and not _is_statement(node)):
        return
    operator, old, new = _RENAMED[name]
    end = source.span(node.func)[1]
    yield Change(operator, end - len(old), end, new)


def _is_statement(node: ast.Call) -> bool:
    """Texts are joined too: a statement is joined with a table ``on`` something."""
    return isinstance(node.func, ast.Attribute) and not isinstance(
        node.func.value, ast.Constant | ast.JoinedStr
    )
