"""A source file that faults are put into, and one such fault."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from tests.mutants.tree import digest

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.ClassDef


@dataclass(frozen=True)
class Change:
    """A piece of a text, ``start`` to ``end``, that becomes another; ``operator`` says by which kind of mistake."""

    operator: str
    start: int
    end: int
    becomes: str


@dataclass(frozen=True)
class Mutant:
    """A change of one file. ``place`` is the function it is in, or the name that the statement of a module binds."""

    path: str
    place: str
    line: int
    change: Change
    is_sql: bool
    key: str
    """Stays the same as long as the statement it is in does, wherever in the file that stands."""

    @property
    def operator(self) -> str:
        return self.change.operator

    @property
    def package(self) -> str:
        """Of the packages of features and of HTTP each one counts, of the others the whole."""
        parts = Path(self.path).parts[2:-1]
        return "/".join(parts[:2] if parts[:1] in (("features",), ("http",)) else parts[:1]) or "tercel"


@dataclass(frozen=True)
class Source:
    """One file with its syntax tree."""

    path: str
    text: str
    tree: ast.Module = field(repr=False)

    @classmethod
    def read(cls, root: Path, path: str) -> Source:
        text = (root / path).read_text(encoding="utf-8")
        return cls(path, text, ast.parse(text))

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, in characters."""
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends in the text."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        """Python counts columns in bytes."""
        content = self.lines[line - 1] if line <= len(self.lines) else ""
        return self._starts[line - 1] + len(content.encode()[:column].decode())

    def piece(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def mutants(self, changes: Iterator[Change], *, is_sql: bool) -> Iterator[Mutant]:
        """The changes as mutants, each with a key of its own."""
        taken: dict[str, int] = {}
        for change in changes:
            line = self.line_of(change.start)
            place, statement = self._places(line)
            words = f"{self.path} {place} {change.operator} {statement} {self.text[change.start : change.end]} {change.becomes}"
            taken[words] = taken.get(words, 0) + 1
            yield Mutant(self.path, place, line, change, is_sql, digest(f"{words} {taken[words]}"))

    def changed(self, change: Change) -> str:
        """The text with a change."""
        return self.text[: change.start] + change.becomes + self.text[change.end :]

    def difference(self, change: Change) -> str:
        """The lines that a change touches, before and after."""
        pairs = difflib.unified_diff(self.lines, self.changed(change).splitlines(), n=0, lineterm="")
        return "\n".join(line for line in pairs if not line.startswith(("---", "+++", "@@")))

    def is_program(self, change: Change) -> bool:
        """Whether a change leaves a program, and another one than before."""
        try:
            return ast.dump(ast.parse(self.changed(change))) != ast.dump(self.tree)
        except SyntaxError:
            return False

    @cached_property
    def _places(self) -> Callable[[int], tuple[str, str]]:
        return cache(self._place)

    def _place(self, line: int) -> tuple[str, str]:
        """The qualified name of what a line is in, and the text of its innermost simple statement or header."""
        names: list[str] = []
        body: list[ast.stmt] = self.tree.body
        statement = ""
        while inner := next((each for each in body if _first(each) <= line <= (each.end_lineno or 0)), None):
            body = [
                child for child in statements_of(inner) if _first(child) <= line <= (child.end_lineno or 0)
            ]
            if isinstance(inner, Scope):
                names.append(inner.name)
            statement = self.piece(inner) if not body else ""
            if not body and isinstance(inner, Scope | ast.If | ast.For | ast.While | ast.With | ast.Try):
                statement = self.lines[line - 1].strip()
            if not names:
                names = [*bound_names(inner)][:1]
        return ".".join(names) or "<module>", statement


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value to."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name


def statements_of(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements directly inside one."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def _first(statement: ast.stmt) -> int:
    """The first line, decorators included."""
    decorators = statement.decorator_list if isinstance(statement, Scope) else []
    return min([statement.lineno, *(each.lineno for each in decorators)])
