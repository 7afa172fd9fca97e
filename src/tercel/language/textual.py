"""The textual notation, for people: ``(+ 1 (. Session Total))`` (behaviour/language 2).

Texts stand in single or double quotes with backslash escapes. A word without quotes is a boolean, a decimal or else a
text. ``;`` starts a comment that ends with the line.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from tercel.base.limits import EXPRESSION_DEPTH_MAX, STRING_LENGTH_MAX
from tercel.language.errors import TypeMismatchError

_TOKEN = re.compile(
    r"""\s+|;[^\n]*|(?P<open>\()|(?P<close>\))|"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<word>[^\s()"';]+)""",
    re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class NotationError(TypeMismatchError):
    """The text is not in the notation."""


def read_text(text: str) -> Any:
    """Return the JSON data of an expression in the textual notation.

    Raises:
        NotationError: brackets or quotes do not match, or there is more or less than one expression.
    """
    if len(text) > 16 * STRING_LENGTH_MAX:
        raise NotationError("the text is too long")
    levels: list[list[Any]] = [[]]
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotationError(f"a quote at character {position} is not closed")
        position = match.end()
        _take(match, levels)
    if len(levels) != 1:
        raise NotationError("a bracket is not closed")
    if len(levels[0]) != 1:
        raise NotationError(f"expected one expression, found {len(levels[0])}")
    return levels[0][0]


def _take(match: re.Match[str], levels: list[list[Any]]) -> None:
    match match.lastgroup:
        case "open":
            if len(levels) > EXPRESSION_DEPTH_MAX:
                raise NotationError(f"nested deeper than {EXPRESSION_DEPTH_MAX} levels")
            inner: list[Any] = []
            levels[-1].append(inner)
            levels.append(inner)
        case "close":
            levels.pop()
            if not levels:
                raise NotationError("a bracket closes nothing")
        case "double" | "single":
            levels[-1].append(re.sub(r"\\(.)", _unescape, match[match.lastgroup], flags=re.DOTALL))
        case "word":
            levels[-1].append(_word(match["word"]))


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[1])


def _word(word: str) -> Any:
    if word in {"true", "false"}:
        return word == "true"
    if word == "null":
        return None
    return Decimal(word) if _NUMBER.match(word) else word
