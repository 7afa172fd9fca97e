"""JSON data into a tree (behaviour/language 2), within the limits of depth, size and length."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from tercel.base.limits import EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX, STRING_LENGTH_MAX
from tercel.base.numbers import ENGINE_CONTEXT
from tercel.language.catalogue.catalogue import Function
from tercel.language.catalogue.signature import Argument
from tercel.language.functions.all import find_function
from tercel.language.textual import read_text
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence

__all__ = ["ReadError", "read", "read_text"]

_LITERALS = (str, int, Decimal, type(None))  # bool is an int


class ReadError(Exception):
    """The data is no expression. ``pointer`` says where, ``message`` why."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(f"{pointer or '/'}: {message}")
        self.pointer = pointer
        self.message = message


def read(data: Any, at: str = "") -> Node:
    """Read decoded JSON; ``at`` is the pointer of the expression in its document.

    Raises:
        ReadError: the data is no expression, or it is too deep, too large or holds too long a text.
    """
    return _Reader().node(data, at, 1)


class _Reader:
    def __init__(self) -> None:
        self.nodes_left = EXPRESSION_NODES_MAX

    def node(self, data: Any, at: str, depth: int) -> Node:
        self._count(at)
        if isinstance(data, list):
            return self._list(data, at, depth)
        if isinstance(data, dict):
            raise ReadError(at, "an object is not part of the language; build a map with `kv`")
        return Literal(self._literal(data, at), at)

    def _count(self, at: str) -> None:
        self.nodes_left -= 1
        if self.nodes_left < 0:
            raise ReadError(at, f"the expression has more than {EXPRESSION_NODES_MAX} nodes; split it up")

    def _literal(self, data: Any, at: str) -> Any:
        if not isinstance(data, _LITERALS):
            raise ReadError(at, f"a {type(data).__name__} is not part of the language")
        if isinstance(data, str) and len(data) > STRING_LENGTH_MAX:
            raise ReadError(at, f"the text is longer than {STRING_LENGTH_MAX} characters")
        if isinstance(data, str) and not _is_unicode(data):
            raise ReadError(at, "the text holds half a character (a lone surrogate)")
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            return data
        try:
            number = ENGINE_CONTEXT.create_decimal(data)
        except (InvalidOperation, Overflow):
            number = Decimal("NaN")
        if not number.is_finite():
            raise ReadError(at, "the number is out of range")
        return number

    def _list(self, data: list[Any], at: str, depth: int) -> Node:
        if depth > EXPRESSION_DEPTH_MAX:
            raise ReadError(at, f"the expression is nested deeper than {EXPRESSION_DEPTH_MAX} levels")
        if not data:
            raise ReadError(at, "empty term: a list starts with the name of a function")
        name = data[0]
        if isinstance(name, list):
            return Sequence(tuple(self.node(part, f"{at}/{i}", depth + 1) for i, part in enumerate(data)), at)
        if not isinstance(name, str):
            raise ReadError(
                f"{at}/0", "a list starts with the name of a function; write a list value as `list`"
            )
        if name == ".":
            return Read(tuple(self._plain(data, at, depth)), at)
        function = find_function(name)
        if function is None:
            return Call(name, tuple(self._plain(data, at, depth)), at)
        return Call(function.name, tuple(self._arguments(function, data, at, depth)), at)

    def _plain(self, data: list[Any], at: str, depth: int) -> list[Node]:
        return [self.node(part, f"{at}/{i}", depth + 1) for i, part in enumerate(data[1:], 1)]

    def _arguments(self, function: Function, data: list[Any], at: str, depth: int) -> list[Node]:
        if not any(argument.is_block or argument.is_pair for argument in function.arguments):
            return self._plain(data, at, depth)
        nodes: list[Node] = []
        position = 1
        while position < len(data):
            pointer = f"{at}/{position}"
            argument = function.argument_at(len(nodes))
            if argument is None or not (argument.is_block or argument.is_pair):
                nodes.append(self.node(data[position], pointer, depth + 1))
            elif argument.is_pair:
                nodes.extend(self._pair(data[position], pointer, depth))
            elif isinstance(data[position], str):
                nodes.append(self._named_block(data, position, at, depth))
                position += 1
            else:
                nodes.append(self._block(argument, data[position], pointer, depth))
            position += 1
        return nodes

    def _pair(self, data: Any, at: str, depth: int) -> tuple[Node, Node]:
        if not (isinstance(data, list) and len(data) == 2 and isinstance(data[0], _LITERALS)):
            raise ReadError(at, "an entry is a pair of a literal key and an expression")
        self._count(at)
        key = self._literal(data[0], f"{at}/0")
        text = (
            {True: "true", False: "false", None: "null"}[key]
            if not isinstance(key, str | Decimal)
            else str(key)
        )
        return Literal(text, f"{at}/0"), self.node(data[1], f"{at}/1", depth + 1)

    def _named_block(self, data: list[Any], position: int, at: str, depth: int) -> Node:
        self._count(at)
        if position + 1 >= len(data):
            raise ReadError(f"{at}/{position}", f"the block with parameter `{data[position]}` has no body")
        body = self.node(data[position + 1], f"{at}/{position + 1}", depth + 1)
        return Lambda(data[position], body, f"{at}/{position}")

    def _block(self, argument: Argument, data: Any, at: str, depth: int) -> Node:
        self._count(at)
        if not (isinstance(data, list) and data and _are_texts(data[0])):
            return Lambda(argument.parameter, self.node(data, at, depth + 1), at)
        if len(data) != 2 or len(data[0]) != 1:
            raise ReadError(at, "a block is a pair of a list with one parameter and a body")
        return Lambda(data[0][0], self.node(data[1], f"{at}/1", depth + 1), at)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _are_texts(data: Any) -> bool:
    return isinstance(data, list) and len(data) > 0 and all(isinstance(part, str) for part in data)
