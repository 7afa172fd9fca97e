"""Which functions use a name of a module: what a statement outside functions does is seen where its name is used.

Coverage cannot tell: such a line runs once, when its module is imported.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.mutants.source import Function, Source, bound_names, statements_of

#: A name in a module.
Name = tuple[str, str]
#: First and last line of a function in a file.
Span = tuple[str, int, int]


class Uses:
    """The uses of every top-level name of these files."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._functions: dict[Name, set[Span]] = defaultdict(set)
        self._names: dict[Name, set[Name]] = defaultdict(set)
        for source in sources:
            self._read(source)

    def of(self, path: str, name: str) -> set[Span]:
        """The functions that use a name, or a name that is made of it, and so on."""
        waiting, seen, found = [(path, name)], set[Name](), set[Span]()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                found |= self._functions[each]
                waiting += self._names[each]
        return found

    def _read(self, source: Source) -> None:
        imported = dict(_imports(source))
        for statement in source.tree.body:
            bound = [(source.path, name) for name in bound_names(statement)]
            for holder, used in _mentions(statement):
                span = (source.path, holder.body[0].lineno, holder.end_lineno or 0) if holder else None
                for name in used:
                    key = imported.get(name, (source.path, name.split(".")[0]))
                    if span is not None:
                        self._functions[key].add(span)
                    else:
                        self._names[key] |= set(bound) - {key}
            if isinstance(statement, ast.ClassDef):
                self._functions[source.path, statement.name] |= {
                    (source.path, each.body[0].lineno, each.end_lineno or 0)
                    for each in statement.body
                    if isinstance(each, Function)
                }


def _imports(source: Source) -> Iterator[tuple[str, Name]]:
    """What each imported name of the project stands for; a module's own names come after a dot."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tercel"):
            place = "src/" + (node.module or "").replace(".", "/")
            for alias in node.names:
                yield alias.asname or alias.name, (f"{place}.py", alias.name)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = [each for each in _modules(source) if each[0] == node.value.id]
            for word, place in found:
                yield f"{word}.{node.attr}", (f"{place}.py", node.attr)


def _modules(source: Source) -> Iterator[tuple[str, str]]:
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tercel"):
            for alias in node.names:
                yield alias.asname or alias.name, f"src/{(node.module or '').replace('.', '/')}/{alias.name}"


def _mentions(statement: ast.stmt) -> Iterator[tuple[Function | None, set[str]]]:
    """What each function in a statement mentions, and what the statement mentions outside of functions."""
    outside: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            yield node, _words(node)
        elif isinstance(node, ast.stmt):
            inner = list(statements_of(node))
            waiting += inner
            waiting += [each for each in ast.iter_child_nodes(node) if each not in inner]
        else:
            outside |= _words(node)
    yield None, outside


def _words(node: ast.AST) -> set[str]:
    words = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            words.add(each.id)
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            words.add(f"{each.value.id}.{each.attr}")
    return words
