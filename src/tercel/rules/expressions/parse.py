"""Texts into the data of the rule language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.base.limits import EXPRESSION_DEPTH_MAX
from tercel.rules.expressions.tokens import ExpressionError, Token, next_token

#: Every level of a tree is written with at most one level of brackets, and the whole stands in none.
_DEPTH_MAX = EXPRESSION_DEPTH_MAX + 1
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_expression(text: str) -> Any:
    """Return the data of an expression such as ``$Session.Total * 0.1``.

    Raises:
        ExpressionError: the text is no expression.
    """
    parser = _Parser(text, 0)
    data = parser.expression()
    parser.expect_end()
    return data


def parse_template(text: str) -> Any:
    """Return the data of a text with expressions between double braces: the text itself when there are none, the
    expression when there is nothing else, ``concat`` otherwise.

    Raises:
        ExpressionError: what stands between the braces is no expression, or they are not closed.
    """
    parts: list[Any] = []
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            parts.append(text[position:start])
        parser = _Parser(text, start + 2)
        parts.append(parser.expression())
        position = parser.expect_braces()
    if not parts:
        return text
    if position < len(text):
        parts.append(text[position:])
    return parts[0] if len(parts) == 1 else ["concat", *parts]


class _Parser:
    """Recursive descent; each method reads what it is named after and moves on."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.depth = 0
        self.token = next_token(text, position)

    def advance(self) -> Token:
        token = self.token
        self.token = next_token(self.text, token.stop)
        return token

    def take(self, sign: str) -> bool:
        if self.token.kind == "sign" and self.token.text == sign:
            self.advance()
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.unexpected(f"expected `{sign}`")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected("expected the end")

    def expect_braces(self) -> int:
        """Return the position after two closing braces, without reading the text that follows them."""
        start = self.token.start
        if self.text[start : start + 2] != "}}":
            raise self.unexpected("expected `}}`")
        return start + 2

    def unexpected(self, wanted: str) -> ExpressionError:
        found = f"found `{self.token.text[:20]}`" if self.token.kind != "end" else "the text ends"
        return ExpressionError(f"{wanted} at character {self.token.start}, {found}")

    def expression(self) -> Any:
        self.depth += 1
        if self.depth > _DEPTH_MAX:
            raise ExpressionError(f"the expression is nested deeper than {EXPRESSION_DEPTH_MAX} levels")
        data = self.comparison()
        self.depth -= 1
        return data

    def comparison(self) -> Any:
        left = self.sum()
        if self.token.kind == "sign" and self.token.text in _COMPARISONS:
            return [self.advance().text, left, self.sum()]
        return left

    def sum(self) -> Any:
        return self.chain({"+", "-"}, self.product)

    def product(self) -> Any:
        return self.chain({"*", "/"}, self.signed)

    def chain(self, signs: set[str], operand: Callable[[], Any]) -> Any:
        data = operand()
        running = ""
        while self.token.kind == "sign" and self.token.text in signs:
            sign = self.advance().text
            if sign == running:
                data.append(operand())
            else:
                data, running = [sign, data, operand()], sign
        return data

    def signed(self) -> Any:
        if not self.take("-"):
            return self.primary()
        if self.token.kind == "number":
            return _number(self.advance().text).copy_negate()
        self.depth += 1
        if self.depth > _DEPTH_MAX:
            raise ExpressionError(f"the expression is nested deeper than {EXPRESSION_DEPTH_MAX} levels")
        data = ["-", self.signed()]
        self.depth -= 1
        return data

    def primary(self) -> Any:
        kind = self.token.kind
        if kind == "number":
            return _number(self.advance().text)
        if kind == "text":
            return _text(self.advance().text)
        if kind in {"word", "name"}:
            return self.named()
        if self.take("$"):
            return self.path()
        if self.take("("):
            return self.bracketed()
        if self.take("{"):
            return ["kv", *self.until("}", self.entry)]
        raise self.unexpected("expected a value")

    def named(self) -> Any:
        is_word = self.token.kind == "word"
        name = self.name()
        if is_word and name in _CONSTANTS:
            return _CONSTANTS[name]
        if self.take("=>"):
            return [[name], self.expression()]
        if self.take("("):
            return [name, *self.until(")", self.expression)]
        raise self.unexpected(f"`{name[:50]}` is neither a call nor a text: write `{name[:50]}(…)` or `$…`;")

    def name(self) -> str:
        if self.token.kind == "name":
            return self.advance().text[1:-1].replace("``", "`")
        if self.token.kind == "word":
            return self.advance().text
        raise self.unexpected("expected a name")

    def path(self) -> Any:
        segments = [self.computed() if self.take("[") else self.name()]
        while True:
            if self.take("."):
                segments.append(self.name())
            elif self.take("["):
                segments.append(self.computed())
            else:
                return [".", *segments]

    def computed(self) -> Any:
        data = self.expression()
        self.expect("]")
        return data

    def bracketed(self) -> Any:
        """Read a group, or expressions computed one after another."""
        parts = [self.expression()]
        if not self.take(";"):
            self.expect(")")
            return parts[0]
        while not self.take(")"):
            parts.append(self.expression())
            if not self.take(";") and self.token.text != ")":
                raise self.unexpected("expected `;` or `)`")
        return parts

    def entry(self) -> Any:
        key = _text(self.advance().text) if self.token.kind == "text" else self.name()
        self.expect(":")
        return [key, self.expression()]

    def until(self, closing: str, part: Callable[[], Any]) -> list[Any]:
        """Parts with commas between them, up to a closing sign."""
        parts: list[Any] = []
        if self.take(closing):
            return parts
        while True:
            parts.append(part())
            if self.take(closing):
                return parts
            self.expect(",")


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise ExpressionError(f"the number {digits[:50]} is out of range") from error


def _text(quoted: str) -> str:
    """Return the content of a quoted text, with the escapes of JSON."""
    if quoted.startswith("'"):
        body = quoted[1:-1].replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
        quoted = f'"{body}"'
    try:
        content: str = decode_any(quoted)
    except msgspec.DecodeError as error:
        raise ExpressionError(f"the text {quoted[:50]} is not written as in JSON: {error}") from error
    return content
