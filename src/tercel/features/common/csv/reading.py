"""Files as lines of cells: encoding, delimiter, header, quoting (behaviour/csv 1)."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import IMPORT_CELL_LENGTH_MAX
from tercel.base.near import did_you_mean

_QUOTED = re.compile(r'"[^"]*"')
_DELIMITERS = (",", ";", "\t")


class Line(NamedTuple):
    """A line of a file: its number, where the header has 1, and its cells by the names of their columns."""

    number: int
    cells: dict[str, str]


def read_lines(
    file: BinaryIO, columns: Collection[str], required: Collection[str]
) -> Iterator[Line | Problem]:
    """Yield the lines of a file, without those that are blank; for a line that cannot be read its problem.

    Cells of other columns are left out.

    Raises:
        InvalidError: the header misses a required column or has one twice, or the rest of the file cannot be read.
    """
    csv.field_size_limit(IMPORT_CELL_LENGTH_MAX)
    lines = _decoded(file)
    header = next(lines, "")
    delimiter = _delimiter_of(header)
    try:
        names = _names(next(csv.reader([header], delimiter=delimiter, strict=True), []), columns, required)
    except csv.Error as error:
        raise InvalidError(problem_at(1, "format", f"the header cannot be read: {error}")) from error
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            number, before = before + 2, reader.line_num
            if len(cells) > 1 or any(cells):
                yield _line(number, cells, names, columns)
    except csv.Error as error:
        raise InvalidError(problem_at(before + 2, "format", f"the line cannot be read: {error}")) from error


def problem_at(line: int, title: str, details: str) -> Problem:
    """Return a problem with a line of a file."""
    return Problem(title=title, details=details, line=line)


def _decoded(file: BinaryIO) -> Iterator[str]:
    for index, raw in enumerate(file):
        try:
            yield (raw.removeprefix(BOM_UTF8) if index == 0 else raw).decode()
        except UnicodeDecodeError:
            raise InvalidError(problem_at(index + 1, "format", "the file must be UTF-8")) from None


def _delimiter_of(header: str) -> str:
    """Return the first of the delimiters that the header has outside of quotes."""
    bare = _QUOTED.sub("", header)
    return next((each for each in _DELIMITERS if each in bare), ",")


def _names(header: Sequence[str], columns: Collection[str], required: Collection[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    if not any(names):
        wanted = ", ".join(f"`{name}`" for name in columns)
        raise InvalidError(
            problem_at(1, "required", f"the file must begin with a line of column names: {wanted}")
        )
    problems = [
        problem_at(1, "required", f"the column `{name}` is missing{did_you_mean(name, names)}")
        for name in required
        if name not in names
    ]
    problems += [
        problem_at(1, "uniqueItems", f"the column `{name}` is there twice")
        for name in columns
        if names.count(name) > 1
    ]
    if problems:
        raise InvalidError(*problems)
    return names


def _line(
    number: int, cells: Sequence[str], names: Sequence[str], columns: Collection[str]
) -> Line | Problem:
    if len(cells) != len(names):
        return problem_at(number, "format", f"the line has {len(cells)} cells, the header {len(names)}")
    return Line(number, {name: cell for name, cell in zip(names, cells, strict=True) if name in columns})
