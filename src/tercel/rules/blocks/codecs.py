"""How expressions look in the fields of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tercel.language.tree import Call, Literal, Node
from tercel.rules.blocks.forms import ABSENT, Codec, NoBlockError, Reading, Writing, is_same
from tercel.rules.expressions.parse import parse_expression, parse_template
from tercel.rules.expressions.tokens import ExpressionError
from tercel.rules.expressions.write import is_path, write_expression, write_template

_POINT_DIGITS_MAX = 15


def read_template(text: str, at: str, reading: Reading) -> Any:
    """Return the data of a text with expressions in double braces."""
    try:
        return parse_template(text)
    except ExpressionError as error:
        reading.refuse(at, "expression", str(error))
        return None


def _show_value(node: Node, at: str, writing: Writing) -> Any:
    match node:
        case Literal(value=Decimal() as number):
            return plain_number(number)
        case Literal(value=bool() | None as value):
            return value
        case Call(name="list", arguments=arguments):
            return [_show_value(argument, at, writing) for argument in arguments]
    return write_template(node)


def plain_number(number: Decimal) -> Any:
    """Return a number as JSON writes it: an int when it is whole."""
    is_whole = number == number.to_integral_value() and abs(number) < Decimal(10) ** 15
    return int(number) if is_whole else number


def _read_value(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, str):
        return read_template(value, at, reading)
    if isinstance(value, list):
        return ["list", *(_read_value(part, f"{at}/{index}", reading) for index, part in enumerate(value))]
    if isinstance(value, Mapping):
        reading.refuse(at, "type", "an object cannot stand here; write an expression between `{{` and `}}`")
        return None
    return value


#: A constant, a list, or a text with expressions.
VALUE = Codec(_show_value, _read_value)


def _show_text(node: Node, _at: str, _writing: Writing) -> str:
    if isinstance(node, Literal) and not isinstance(node.value, str):
        raise NoBlockError
    return write_template(node)


def _read_text(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, str):
        return read_template(value, at, reading)
    reading.refuse(at, "type", "must be a text, which may hold expressions between `{{` and `}}`")
    return None


#: A text, with expressions or without.
TEXT = Codec(_show_text, _read_text)


def _show_amount(node: Node, _at: str, _writing: Writing) -> Any:
    if isinstance(node, Literal):
        if isinstance(node.value, Decimal):
            return _with_point(node.value)
        raise NoBlockError
    return write_template(node)


def _with_point(number: Decimal) -> Decimal:
    """Return a number that JSON writes with a fraction, `5.0` for 5: a published client reads no other where a text
    may stand."""
    exponent = number.as_tuple().exponent
    is_written_whole = isinstance(exponent, int) and exponent >= 0 and number.adjusted() < _POINT_DIGITS_MAX
    return number.quantize(Decimal("0.1")) if is_written_whole else number


def _read_amount(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and "{{" in value:
        return read_template(value, at, reading)
    reading.refuse(at, "type", "must be a number, or an expression between `{{` and `}}`")
    return None


#: A number, or an expression.
AMOUNT = Codec(_show_amount, _read_amount)


def _show_digits(node: Node, at: str, writing: Writing) -> str:
    shown = _show_amount(node, at, writing)
    return str(plain_number(shown) if isinstance(shown, Decimal) else shown)


def _read_digits(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, str) and "{{" not in value:
        try:
            number = parse_expression(value)
        except ExpressionError:
            number = None
        if isinstance(number, Decimal):
            return number
    return _read_amount(value, at, reading)


#: A number written as a text, or an expression.
DIGITS = Codec(_show_digits, _read_digits)


def _show_path(node: Node, _at: str, _writing: Writing) -> str:
    text = write_expression(node)
    return text if is_path(node) else "{{" + text + "}}"


def _read_path(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("$"):
        try:
            return parse_expression(value)
        except ExpressionError as error:
            reading.refuse(at, "expression", str(error))
            return None
    if isinstance(value, str) and "{{" in value:
        return read_template(value, at, reading)
    reading.refuse(
        at, "format", "must be a path such as `$Session.Total`, or an expression between `{{` and `}}`"
    )
    return None


#: A path such as ``$Session.Total``, or another expression between braces.
PATH = Codec(_show_path, _read_path)


def _show_constant(kind: type) -> Any:
    def show(node: Node, _at: str, _writing: Writing) -> Any:
        if not isinstance(node, Literal) or type(node.value) is not kind:
            raise NoBlockError
        return plain_number(node.value) if isinstance(node.value, Decimal) else node.value

    return show


def _constant(kind: type, accepted: tuple[type, ...], message: str) -> Codec:
    def read(value: Any, at: str, reading: Reading) -> Any:
        if isinstance(value, accepted) and (kind is bool or not isinstance(value, bool)):
            return value
        reading.refuse(at, "type", message)
        return None

    return Codec(_show_constant(kind), read)


#: A boolean, a number or a text that is no expression.
FLAG = _constant(bool, (bool,), "must be true or false")
NUMBER = _constant(Decimal, (int, Decimal), "must be a number")
WORD = _constant(str, (str,), "must be a text")


def _show_index(node: Node, at: str, writing: Writing) -> int:
    shown = NUMBER.show(node, at, writing)
    if not isinstance(shown, int):
        raise NoBlockError
    return shown


def _read_index(value: Any, at: str, reading: Reading) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    reading.refuse(at, "type", "must be a whole number")
    return None


#: A whole number that is no expression.
INDEX = Codec(_show_index, _read_index)


def choice(*words: str) -> Codec:
    """Make a codec for one of a few constant texts."""

    def show(node: Node, _at: str, _writing: Writing) -> str:
        if isinstance(node, Literal) and isinstance(node.value, str) and node.value in words:
            return node.value
        raise NoBlockError

    def read(value: Any, at: str, reading: Reading) -> Any:
        if isinstance(value, str) and value in words:
            return value
        reading.refuse(at, "enum", f"must be one of {', '.join(f'`{word}`' for word in words)}")
        return None

    return Codec(show, read)


def absent_as(codec: Codec, shown: Any = ABSENT) -> Codec:
    """Make a codec for a value that may be left out and is then shown as ``shown``; a written ``shown`` has no block."""

    def show(node: Node | None, at: str, writing: Writing) -> Any:
        if node is None:
            return shown
        value = codec.show(node, at, writing)
        if is_same(value, shown):
            raise NoBlockError
        return value

    def read(value: Any, at: str, reading: Reading) -> Any:
        return ABSENT if value is ABSENT or is_same(value, shown) else codec.read(value, at, reading)

    return Codec(show, read, is_optional=True)


def unlike(codec: Codec, *texts: str) -> Codec:
    """Make a codec that shows no value as one of these texts, because they mean something else."""

    def show(node: Node, at: str, writing: Writing) -> Any:
        value = codec.show(node, at, writing)
        if value in texts:
            raise NoBlockError
        return value

    return Codec(show, codec.read)


def _show_parameters(node: Node | None, at: str, writing: Writing) -> Any:
    if node is None:
        return ABSENT
    if not isinstance(node, Call) or node.name != "kv":
        raise NoBlockError
    pairs = list(zip(node.arguments[::2], node.arguments[1::2], strict=True))
    shown = {key.value: _show_value(value, at, writing) for key, value in pairs if isinstance(key, Literal)}
    if len(shown) < len(pairs):
        raise NoBlockError
    return shown


def _read_parameters(value: Any, at: str, reading: Reading) -> Any:
    if value is ABSENT:
        return ABSENT
    if isinstance(value, Mapping):
        return [
            "kv",
            *([key, _read_value(part, f"{at}/{_escaped(key)}", reading)] for key, part in value.items()),
        ]
    reading.refuse(at, "type", "must be an object")
    return None


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


#: A map as an object of values.
PARAMETERS = Codec(_show_parameters, _read_parameters, is_optional=True)


def _show_checks(nodes: tuple[Node, ...], at: str, writing: Writing) -> Any:
    return writing.checks(nodes, at)


def _read_checks(value: Any, at: str, reading: Reading) -> list[Any]:
    return [] if value is ABSENT else reading.checks(value, at)


#: Conditions as a list of blocks.
CHECKS = Codec(_show_checks, _read_checks, is_optional=True)
