"""A tree back into JSON data, and into an English sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence
from tercel.language.values.values import decimal_text

_ENTITIES = {
    "advocateprofile": "advocate profile",
    "cartitems": "cart items",
    "loyaltycard": "loyalty card",
    "value_map_items": "items of the value map",
}
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def to_data(node: Node) -> Any:
    """Return the JSON data of a tree; reading it gives an equal tree."""
    match node:
        case Literal(value=value):
            return value
        case Read(segments=segments):
            return [".", *map(to_data, segments)]
        case Lambda(parameter=parameter, body=body):
            return [[parameter], to_data(body)]
        case Sequence(nodes=nodes):
            return [to_data(part) for part in nodes]
        case Call(name="kv", arguments=arguments):
            data = [to_data(argument) for argument in arguments]
            return ["kv", *map(list, zip(data[::2], data[1::2], strict=True))]
        case Call(name=name, arguments=arguments):
            return [name, *map(to_data, arguments)]


def sentence(node: Node) -> str:
    """Put an expression into words for people: a condition, an effect or a value."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case Read(segments=segments):
            return _read(segments)
        case Lambda(body=body):
            return sentence(body)
        case Sequence(nodes=nodes):
            return ", then ".join(map(sentence, nodes))
        case Call():
            return _call(node)


def _literal(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return f"“{value}”"


def _read(segments: tuple[Node, ...]) -> str:
    names = [part.value if isinstance(part, Literal) else None for part in segments]
    if not names or not all(isinstance(name, str) for name in names):
        return "…" if not names else " of ".join(sentence(part) for part in reversed(segments))
    first, *rest = [str(name) for name in names]
    if not rest:
        return _ENTITIES.get(first.lower(), f"“{first}”") if first.lower() != "item" else "the item"
    words = [_ENTITIES.get(first.lower(), first.lower() if first.isalpha() else f"“{first}”")]
    for name, before in zip(rest, [first, *rest], strict=False):
        words.append(
            f"attribute “{name}”" if before == "Attributes" else "" if name == "Attributes" else _spoken(name)
        )
    return "the " + " ".join(word for word in words if word)


def _spoken(name: str) -> str:
    words = _WORDS.findall(name) if name.isalnum() else [f"“{name}”"]
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def _call(call: Call) -> str:
    special = _SPECIAL.get(call.name)
    if special is not None:
        return special(call.arguments)
    if is_condition(call):
        return _condition(call, negated=False)
    phrases = _phrases(call)
    if not phrases:
        inner = ", ".join(map(sentence, call.arguments))
        return f"{_spoken(call.name)} of {inner}" if inner else _spoken(call.name)
    return _fill(phrases, call.arguments)


def is_condition(call: Call) -> bool:
    """Tell whether a call asks a question that its function has words for."""
    function = find_function(call.name)
    return function is not None and function.is_condition


def _phrases(call: Call) -> tuple[str, ...]:
    function = find_function(call.name)
    return () if function is None else function.phrases


def _condition(call: Call, *, negated: bool) -> str:
    phrases = []
    for phrase in _phrases(call):
        positive, bar, negative = phrase.partition("|")
        if negated and not bar:
            return f"it is not true that {_condition(call, negated=False)}"
        phrases.append(negative if negated else positive)
    return _fill(tuple(phrases), call.arguments)


def _fill(phrases: tuple[str, ...], arguments: tuple[Node, ...]) -> str:
    """Fill the longest phrase that the arguments suffice for; arguments that it does not use follow in brackets."""
    needs = [len(set(re.findall(r"\{(\d)\}", phrase))) for phrase in phrases]
    fitting = [(need, phrase) for need, phrase in zip(needs, phrases, strict=True) if need <= len(arguments)]
    if not fitting:
        return f"{phrases[0].split(' {')[0]} …"
    need, phrase = fitting[-1]
    text = phrase.format(*map(sentence, arguments[:need]))
    rest = ", ".join(map(sentence, arguments[need:]))
    return f"{text} ({rest})" if rest else text


def _joined(word: str, empty: str) -> Callable[[tuple[Node, ...]], str]:
    def join(arguments: tuple[Node, ...]) -> str:
        parts = [_grouped(argument) if len(arguments) > 1 else sentence(argument) for argument in arguments]
        return f" {word} ".join(parts) if parts else empty

    return join


def _grouped(node: Node) -> str:
    is_group = isinstance(node, Call) and node.name in {"and", "or"} and len(node.arguments) > 1
    return f"({sentence(node)})" if is_group else sentence(node)


def _not(arguments: tuple[Node, ...]) -> str:
    inner = arguments[0] if arguments else Literal(None)
    if isinstance(inner, Call) and is_condition(inner):
        return _condition(inner, negated=True)
    return f"it is not true that {_grouped(inner)}"


def _catch(arguments: tuple[Node, ...]) -> str:
    if len(arguments) != 2:
        return "…"
    default, expression = arguments
    is_quiet = isinstance(default, Literal) and default.value is False
    is_quiet = is_quiet or (isinstance(default, Call) and default.name == "noop")
    return (
        sentence(expression) if is_quiet else f"{sentence(expression)} (or {sentence(default)} if that fails)"
    )


def _if(arguments: tuple[Node, ...]) -> str:
    condition, then, *other = map(sentence, arguments) if len(arguments) > 1 else ("…", "…")
    return f"if {condition}: {then}" + (f", otherwise: {other[0]}" if other else "")


def _product(arguments: tuple[Node, ...]) -> str:
    for index, argument in enumerate(arguments):
        percent = _percent(argument)
        if percent and len(arguments) == 2:
            return f"{percent} of {_operand(arguments[1 - index])}"
    return " × ".join(map(_operand, arguments))  # noqa: RUF001  # the sign people write


def _quotient(arguments: tuple[Node, ...]) -> str:
    percent = _percent(Call("/", arguments))
    return percent or " ÷ ".join(map(_operand, arguments))


def _percent(node: Node) -> str:
    match node:
        case Call(name="/", arguments=(Literal(value=Decimal() as share), Literal(value=Decimal() as whole))):
            return f"{decimal_text(share)} %" if whole == 100 else ""
    return ""


def _operand(node: Node) -> str:
    is_sum = isinstance(node, Call) and node.name in {"+", "-", "*", "/"} and not _percent(node)
    return f"({sentence(node)})" if is_sum else sentence(node)


def _sum(sign: str) -> Callable[[tuple[Node, ...]], str]:
    return lambda arguments: f" {sign} ".join(map(_operand, arguments))


def _difference(arguments: tuple[Node, ...]) -> str:
    return f"minus {_operand(arguments[0])}" if len(arguments) == 1 else " − ".join(map(_operand, arguments))  # noqa: RUF001  # the sign people write


def _list(arguments: tuple[Node, ...]) -> str:
    return ", ".join(map(sentence, arguments)) or "an empty list"


def _map(arguments: tuple[Node, ...]) -> str:
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    entries = [f"{key.value if isinstance(key, Literal) else '…'} {sentence(value)}" for key, value in pairs]
    return ", ".join(entries) or "nothing"


def _bundle(arguments: tuple[Node, ...]) -> str:
    name, *parts = arguments or (Literal(None),)
    return f"bundles {sentence(name)} of " + " and ".join(map(sentence, parts))


def _on_failure(arguments: tuple[Node, ...]) -> str:
    condition, *effects = map(sentence, arguments or (Literal(None),))
    return f"{condition} (or else {', '.join(effects)})"


def _on_error(arguments: tuple[Node, ...]) -> str:
    if len(arguments) != 2:
        return "…"
    return f"{sentence(arguments[1])} (on error: {sentence(arguments[0])})"


_SPECIAL: dict[str, Callable[[tuple[Node, ...]], str]] = {
    "and": _joined("and", "always"),
    "or": _joined("or", "never"),
    "not": _not,
    "catch": _catch,
    ".|": _catch,
    "if": _if,
    "*": _product,
    "/": _quotient,
    "+": _sum("+"),
    "-": _difference,
    "list": _list,
    "kv": _map,
    "bundle": _bundle,
    "onFailure": _on_failure,
    "onError": _on_error,
}
