"""Characters into tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<name>`(?:[^`]|``)*`)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>=>|<=|>=|!=|[-+*/=<>()\[\]{},:;.$])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CONSTANTS = {"true", "false", "null"}


class ExpressionError(Exception):
    """The text is no expression; the message says what is wrong and where."""


class Token(NamedTuple):
    """``kind`` is ``number``, ``word``, ``name``, ``text``, ``sign`` or ``end``; ``text`` as written, from ``start``
    to ``stop``."""

    kind: str
    text: str
    start: int
    stop: int


def next_token(text: str, position: int) -> Token:
    """Read the token that starts at a position, after any white space.

    Raises:
        ExpressionError: nothing of the language starts there.
    """
    match = _TOKEN.match(text, position)
    if match is not None:
        kind = match.lastgroup or "end"
        return Token(kind, match[kind], match.start(kind), match.end())
    if not text[position:].strip():
        return Token("end", "", len(text), len(text))
    raise ExpressionError(f"unexpected `{text[position:].strip()[:10]}` at character {position}")


def quoted_name(name: str) -> str:
    """Write a name: a plain word as it is, any other in backticks."""
    if _WORD.match(name) and name not in _CONSTANTS:
        return name
    return "`" + name.replace("`", "``") + "`"
