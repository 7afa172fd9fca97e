"""The mistakes of statements in SQL, which stand in the source as texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.mutants.source import Change, Source

_OPENING = re.compile(r"[a-zA-Z]*(\"\"\"|'''|\"|')")
_STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|JOIN|ON CONFLICT)\b[^a-z]")
#: Placeholders of f-strings, quoted texts and names, words with dots and casts, signs.
_TOKENS = re.compile(
    r"(?P<hole>\{[^{}]*\})|(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<word>[%\w.]+(?:::\w+)?)|(?P<sign><=|>=|<>|\|\||->>?|::|[^\s\w])"
)
#: What ends a condition, beside brackets.
_ENDS = {
    "AND", "OR", "WHERE", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "UNION", "FOR", "RETURNING", "JOIN", "LEFT", "CROSS",
    "ON", "THEN", "ELSE", "END", "WHEN", "DO", "SET", "FROM", "SELECT", "USING", "WINDOW",
}  # fmt: skip
_BEGINS = {"WHERE", "AND", "OR", "ON", "HAVING"}
_COMPARISONS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "=": "<>", "<>": "="}
_WORDS = (
    ("join", r"\bLEFT JOIN\b", "JOIN"),
    ("join", r"(?<!LEFT )(?<!CROSS )\bJOIN\b", "LEFT JOIN"),
    ("is null", r"\bIS NULL\b", "IS NOT NULL"),
    ("is null", r"\bIS NOT NULL\b", "IS NULL"),
    ("is null", r"\bNOT EXISTS\b", "EXISTS"),
    ("order", r"\bDESC\b", "ASC"),
    ("distinct", r"\bSELECT DISTINCT\b", "SELECT"),
    ("any/all, min/max", r"\bgreatest\(", "least("),
    ("any/all, min/max", r"\bmax\(", "min("),
    ("any/all, min/max", r"\bmin\(", "max("),
    ("arithmetic", r"(?<= )\+(?= )", "-"),
    ("arithmetic", r"(?<= )-(?= )", "+"),
    ("and/or", r"\bAND\b", "OR"),
    ("and/or", r"\bOR\b", "AND"),
    ("constant", r"\btrue\b", "false"),
    ("constant", r"\bfalse\b", "true"),
)


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


def statements(source: Source) -> Iterator[Change]:
    """Every mistake that the statements in this file could have."""
    for node in _texts(source.tree):
        start, end = source.span(node)
        text = source.text[start:end]
        if _STATEMENT.search(text):
            for change in _mistakes(text):
                yield Change(change.operator, start + change.start, start + change.end, change.becomes)


def _texts(tree: ast.AST) -> Iterator[ast.expr]:
    """Texts and f-strings, but no docstrings."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.JoinedStr) or (
            isinstance(child, ast.Constant) and isinstance(child.value, str)
        ):
            yield child
        else:
            yield from _texts(child)


def _mistakes(text: str) -> Iterator[Change]:
    opening = _OPENING.match(text)
    quotes = opening.group(1) if opening else ""
    inside = _TOKENS.finditer(text, opening.end() if opening else 0, len(text) - len(quotes))
    tokens = [_Token(found.group(), found.start(), found.end()) for found in inside]
    for first, last in _conditions(tokens):
        yield from _of_condition(tokens, first, last)
    for first, last in _orders(tokens):
        yield Change("order", tokens[first].start, tokens[last].end, "")
    for operator, pattern, becomes in _WORDS:
        for found in re.finditer(pattern, text):
            if not _is_range(tokens, found.start()):
                yield Change(operator, found.start(), found.end(), becomes)


def _conditions(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """First and last token of each condition."""
    for index, token in enumerate(tokens):
        last = _end(tokens, index + 1)
        if last <= index:
            continue
        after = tokens[last + 1].text if last + 1 < len(tokens) else ""
        if token.text == "(":
            begins = after in ("AND", "OR")
        else:
            begins = (
                token.text in _BEGINS
                and tokens[index + 1].text != "CONFLICT"
                and not _is_range(tokens, token.start)
            )
        if begins:
            yield index + 1, last


def _orders(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """First and last token of each order."""
    for index, (one, two) in enumerate(pairwise(tokens)):
        if (one.text, two.text) == ("ORDER", "BY"):
            yield index, _end(tokens, index + 2)


def _end(tokens: Sequence[_Token], first: int) -> int:
    """The last token of the condition that begins at one."""
    depth = 0
    for index in range(first, len(tokens)):
        text = tokens[index].text
        if text == "(":
            depth += 1
        elif text == ")":
            depth -= 1
            if depth < 0:
                return index - 1
        elif depth == 0 and text in _ENDS and not _is_range(tokens, tokens[index].start):
            return index - 1
    return len(tokens) - 1


def _of_condition(tokens: Sequence[_Token], first: int, last: int) -> Iterator[Change]:
    beside = {tokens[first - 1].text, tokens[last + 1].text if last + 1 < len(tokens) else ""}
    is_choice = "OR" in beside and "AND" not in beside
    yield Change("dropped condition", tokens[first].start, tokens[last].end, "false" if is_choice else "true")
    depth = 0
    for token in tokens[first : last + 1]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.text in _COMPARISONS:
            yield Change("comparison", token.start, token.end, _COMPARISONS[token.text])


def _is_range(tokens: Sequence[_Token], place: int) -> bool:
    """Whether an AND belongs to a BETWEEN."""
    before = [token.text for token in tokens if token.start < place][-2:]
    return "BETWEEN" in before and next((each.text for each in tokens if each.start >= place), "") == "AND"
