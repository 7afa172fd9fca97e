"""Which tests reach a line, nearest first.

Lines are those of the sources as they were measured. Where a source has changed since, its lines are matched with the old
ones; a test that is missed so costs a kill, never a false one.
"""

from __future__ import annotations

import ast
import difflib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

from coverage import CoverageData

from tests.mutants.measure import Measured, data_file, directories, load, text_of
from tests.mutants.source import Function, Mutant, Source
from tests.mutants.tracing import PROCESS
from tests.mutants.uses import Uses

_FILES_AHEAD = 4  # how many more tests of a file are tried for each name that it shares with the source


class Reach:
    """What is known about tests: which lines they execute, how long they take, how much they execute at all."""

    def __init__(self, sources: dict[str, Source], without: Collection[str] = ()) -> None:
        self._sources = sources
        self._uses = Uses(sources.values())
        self._slices = [_Slice(name, measured) for name in directories(without) if (measured := load(name))]
        self.seconds = {test: took for each in self._slices for test, took in each.measured.seconds.items()}

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that reach a mutant, nearest first; then those that reach its file, which may see it too."""
        source = self._sources[mutant.path]
        exact = self._reaching(_lines(source, mutant))
        if not exact:
            spans = self._uses.of(mutant.path, mutant.place.split(".")[0])
            exact = self._reaching(
                (path, line) for path, first, last in spans for line in range(first, last + 1)
            )
        whole = self._reaching((mutant.path, line) for line in _lines_of_functions(source))
        return [*self._nearest_first(exact, mutant), *self._nearest_first(whole - exact, mutant)]

    def _reaching(self, lines: Iterable[tuple[str, int]]) -> set[str]:
        wanted: dict[str, set[int]] = defaultdict(set)
        for path, line in lines:
            wanted[path].add(line)
        return {
            test
            for path, numbers in wanted.items()
            if path in self._sources
            for each in self._slices
            for test in each.reaching(self._sources[path], numbers)
            if test in self.seconds
        }

    def _nearest_first(self, tests: set[str], mutant: Mutant) -> list[str]:
        breadth = {
            test: count for each in self._slices for test, count in each.breadth.items() if test in tests
        }

        def closeness(test: str) -> tuple[float, str]:
            # A test that executes few files looks at them more closely; a slow one is tried after quick ones.
            return breadth.get(test, 0) / 10 + self.seconds[test], test

        # A few of each file come before many of the same, which often look at the same thing.
        places: dict[str, int] = {}
        taken: Counter[str] = Counter()
        for test in sorted(tests, key=closeness):
            file = test.split("::", maxsplit=1)[0]
            places[test] = taken[file] - _FILES_AHEAD * _nearness(mutant.path, test)
            taken[file] += 1
        return sorted(tests, key=lambda test: (places[test], closeness(test)))


class _Slice:
    """What was measured of one directory of tests."""

    def __init__(self, name: str, measured: Measured) -> None:
        self.measured = measured
        self._data = CoverageData(str(data_file(name)))
        self._data.read()
        self._files = {path.split("/trees/measured/", 1)[-1]: path for path in self._data.measured_files()}
        self.breadth = _breadth(data_file(name))
        self._of_file: dict[str, list[str]] = defaultdict(list)
        for test in measured.seconds:
            self._of_file[test.split("::")[0]].append(test)
        self._contexts = cache(self._contexts_by_line)
        self._matched = cache(self._match)

    def reaching(self, source: Source, lines: set[int]) -> Iterator[str]:
        """The tests of the directory that execute one of these lines of today's text."""
        if source.path not in self._files:
            return
        lines = {old for line in lines for old in self._matched(source).get(line, ())}
        contexts = self._contexts(source.path)
        for context in {each for line in lines for each in contexts.get(line, ())}:
            if context.startswith(PROCESS):
                # Whoever started it, the other tests of the file may ask it too.
                yield from self._of_file[context.removeprefix(PROCESS).split("::")[0]]
            elif context:
                yield context.split("|")[-1]

    def _contexts_by_line(self, path: str) -> dict[int, list[str]]:
        return self._data.contexts_by_lineno(self._files[path])

    def _match(self, source: Source) -> dict[int, list[int]]:
        """The measured lines that stand for each line of today."""
        version = self.measured.sources.get(source.path)
        old = text_of(version).splitlines() if version else []
        matched: dict[int, list[int]] = {}
        for _, first, last, start, end in difflib.SequenceMatcher(
            None, old, source.lines, autojunk=False
        ).get_opcodes():
            same = last - first == end - start
            for number in range(start, end):
                numbers = [first + number - start] if same else range(max(0, first - 1), last + 1)
                matched[number + 1] = [each + 1 for each in numbers]
        return matched


def _breadth(path: Path) -> dict[str, int]:
    """How many files each test executes."""
    question = (
        "SELECT c.context, count(*) FROM line_bits JOIN context AS c ON c.id = context_id GROUP BY c.context"
    )
    with sqlite3.connect(path) as connection:
        return dict(connection.execute(question))


def _lines(source: Source, mutant: Mutant) -> set[tuple[str, int]]:
    """The lines of a mutant's innermost statement in a function; none outside of functions."""
    found: set[int] = set()
    size = len(source.lines) + 1
    for node in ast.walk(source.tree):
        if isinstance(node, Function) and node.body[0].lineno <= mutant.line <= (node.end_lineno or 0):
            for each in ast.walk(node):
                if isinstance(each, ast.stmt | ast.ExceptHandler) and each is not node:
                    first, last = each.lineno, each.end_lineno or 0
                    if first <= mutant.line <= last and last - first < size:
                        size, found = last - first, set(range(first, last + 1))
    return {(mutant.path, line) for line in found}


def _lines_of_functions(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield from range(node.body[0].lineno, (node.end_lineno or 0) + 1)


def _nearness(path: str, test: str) -> int:
    """How many names of a source's path a test's path has in common with it."""
    words = path.removeprefix("src/tercel/").removesuffix(".py").split("/")
    *directories, file = test.split("::", maxsplit=1)[0].removeprefix("tests/").split("/")
    return 2 * len(set(words[:-1]) & set(directories)) + (words[-1].rstrip("s") in file)
