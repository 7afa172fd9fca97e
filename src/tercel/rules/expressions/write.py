"""Trees into texts of the mini-language; reading them gives equal trees."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from tercel.base.codec import encode
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence
from tercel.rules.expressions.tokens import quoted_name

_STRENGTHS = {"=": 1, "!=": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3}
_COMPARISON = 1
_LITERAL_WORDS = {True: "true", False: "false", None: "null"}


def write_expression(node: Node) -> str:
    """Write an expression such as ``$Session.Total * 0.1``."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case Read(segments=segments):
            return _path(segments)
        case Lambda(parameter=parameter, body=body):
            return f"{quoted_name(parameter)} => {write_expression(body)}"
        case Sequence(nodes=nodes):
            return "(" + "; ".join(map(write_expression, nodes)) + ";)"
        case Call():
            return _call(node)


def write_template(node: Node) -> str:
    """Write a text with the node's value: a plain text as it is, anything else between double braces."""
    match node:
        case Literal(value=str() as text) if "{{" not in text:
            return text
        case Call(name="concat", arguments=parts) if _are_separable(parts):
            return "".join(_part(part) for part in parts)
    return "{{" + write_expression(node) + "}}"


def is_path(node: Node) -> bool:
    """Tell whether the node reads a name, or walks from a name into its value."""
    return isinstance(node, Read) and bool(node.segments)


def _part(node: Node) -> str:
    is_text = isinstance(node, Literal) and isinstance(node.value, str)
    return write_template(node) if is_text else "{{" + write_expression(node) + "}}"


def _are_separable(parts: tuple[Node, ...]) -> bool:
    """Tell whether reading the template gives these parts again: texts must not touch, nor look like braces."""
    texts = [
        part.value if isinstance(part, Literal) and isinstance(part.value, str) else None for part in parts
    ]
    if len(parts) < 2 or any(text is not None and (not text or "{{" in text) for text in texts):
        return False
    followed = pairwise(texts)
    return not any(text is not None and (text.endswith("{") or after is not None) for text, after in followed)


def _literal(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return encode(value).decode()
    return _LITERAL_WORDS[value]


def _path(segments: tuple[Node, ...]) -> str:
    if not segments:
        return "`.`()"
    written = [
        quoted_name(part.value)
        if isinstance(part, Literal) and isinstance(part.value, str)
        else f"[{write_expression(part)}]"
        for part in segments
    ]
    return "$" + written[0] + "".join(part if part.startswith("[") else f".{part}" for part in written[1:])


def _call(call: Call) -> str:
    arguments = call.arguments
    strength = _STRENGTHS.get(call.name, 0)
    if strength and (len(arguments) == 2 or (len(arguments) > 2 and strength > _COMPARISON)):
        return f" {call.name} ".join(_operand(part, strength) for part in arguments)
    if call.name == "-" and len(arguments) == 1:
        return f"-({write_expression(arguments[0])})"
    if call.name == "kv":
        pairs = zip(arguments[::2], arguments[1::2], strict=True)
        entries = [f"{write_expression(key)}: {write_expression(value)}" for key, value in pairs]
        return "{" + ", ".join(entries) + "}"
    return f"{quoted_name(call.name)}({', '.join(map(write_expression, arguments))})"


def _operand(node: Node, strength: int) -> str:
    text = write_expression(node)
    is_weaker = (
        isinstance(node, Call) and len(node.arguments) > 1 and _STRENGTHS.get(node.name, 9) <= strength
    )
    return f"({text})" if is_weaker or isinstance(node, Lambda) else text
