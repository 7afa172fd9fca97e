"""Codes in the lines of a file: folded, of a length, each of them once (behaviour/csv 5, 6)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tercel.base.errors import Problem
from tercel.base.keys import clean_code, fold_code
from tercel.base.limits import IMPORTED_CODE_LENGTH_MIN


class FileCodes:
    """The codes of one file, as they come."""

    def __init__(self, case_sensitivity: str, length_max: int) -> None:
        self._case_sensitivity = case_sensitivity
        self._length_max = length_max
        self._known: set[str] = set()

    def __contains__(self, code: str) -> bool:
        return code in self._known

    def fold(self, text: str) -> str:
        """Return a code as the application compares it."""
        return fold_code(clean_code(text), self._case_sensitivity)

    def add(self, code: str) -> Iterator[Problem]:
        """Remember a code, and report what is wrong with it."""
        if not IMPORTED_CODE_LENGTH_MIN <= len(code) <= self._length_max:
            title = "minLength" if len(code) < IMPORTED_CODE_LENGTH_MIN else "maxLength"
            details = f"a code has {IMPORTED_CODE_LENGTH_MIN} to {self._length_max} characters"
            yield Problem(title=title, details=details)
        if not code.isprintable():
            yield Problem(title="pattern", details="a code holds visible characters only")
        if code in self._known:
            yield Problem(title="unique", details=f"the code `{code}` is in the file twice")
        self._known.add(code)


def in_line(number: int, problem: Problem) -> Problem:
    """Return a problem with the line that it is in, instead of its place in a body."""
    return msgspec.structs.replace(problem, pointer=None, line=number)
