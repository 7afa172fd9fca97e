"""Conditions in words, with the values that they read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from tercel.base.limits import SENTENCE_LENGTH_MAX, VALUE_LENGTH_MAX
from tercel.base.numbers import tidy
from tercel.evaluation.explain.site import Site, path_of, quiet
from tercel.evaluation.explanation import ConditionTrace, Reading
from tercel.language.errors import MissingError, TalangError
from tercel.language.printer import is_condition, sentence
from tercel.language.tree import Call, Lambda, Literal, Node, Read
from tercel.language.values.values import truth

#: How many values of one condition are told.
READINGS_MAX = 8

_MONEY = ("total", "price")


def in_words(node: Node) -> str:
    """Return an expression in words, cut at a readable length."""
    return shortened(sentence(node), SENTENCE_LENGTH_MAX)


def shortened(text: str, length: int) -> str:
    """Cut a text to a length."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def explain_condition(site: Site, index: int) -> ConditionTrace:
    """Describe a condition of the rule in its current state."""
    node = quiet(site.source.conditions[index])
    problem = None
    holds: bool | None
    try:
        value = site.value(node)
        holds = value is True or truth(value)
    except TalangError as error:
        holds, problem = None, str(error)
    found = islice(_readings(site, node), READINGS_MAX)
    readings = [Reading(of=each.of, value=_plain(each.value)) for each in found]
    return ConditionTrace(
        condition_index=index, sentence=in_words(node), holds=holds, readings=readings, problem=problem
    )


def tell_failed_condition(site: Site, index: int, problem: str) -> str:
    """Describe why a condition failed, such as ``the session total is at least 50: it is 41.60``.

    ``problem`` is the message of the error that stopped it, empty without one.
    """
    node = quiet(site.source.conditions[index])
    text = in_words(node)
    if problem:
        return f"{text}: {problem}"
    found = list(islice(_readings(site, node), READINGS_MAX))
    if not found:
        return in_words(Call("not", (node,)))
    if len(found) == 1 and text.startswith(found[0].of):
        return f"{text}: it is {found[0].told}"
    return f"{text}: " + ", ".join(f"{each.of} is {each.told}" for each in found)


def tell_failed_effect(site: Site, index: int, problem: str) -> str:
    """Describe why an effect could not be applied; the acceptance of a code counts to the first one."""
    effects = site.source.effects
    return f"{in_words(effects[index])}: {problem}" if index < len(effects) else problem


def gives(site: Site) -> list[str]:
    """Describe the effects of the rule."""
    return [in_words(effect) for effect in site.source.effects]


def money(site: Site, amount: Decimal) -> str:
    """Format an amount with the digits of the currency, or with more if it has more."""
    whole, _, fraction = f"{tidy(amount):f}".partition(".")
    digits = _places(site.money_step)
    return f"{whole}.{fraction.ljust(digits, '0')}" if fraction or digits else whole


class Told(NamedTuple):
    """An operand in words, with its value (None when unset) and the value in words."""

    of: str
    value: Any
    told: str


def _readings(site: Site, node: Node) -> Iterator[Told]:
    """Return the operands of a condition that have a plain value or none, each once."""
    seen: set[str] = set()
    for operand in _operands(node):
        of = in_words(operand)
        if of in seen:
            continue
        seen.add(of)
        try:
            value = site.value(operand)
        except MissingError:
            yield Told(of, None, "not set")
            continue
        except TalangError:
            continue
        if isinstance(value, Decimal) and _is_money(operand):
            yield Told(of, value, money(site, value))
        elif isinstance(value, bool | str | Decimal | datetime):
            yield Told(of, value, shortened(sentence(Literal(value)), VALUE_LENGTH_MAX))


def _operands(node: Node) -> Iterator[Node]:
    match node:
        case Literal() | Lambda():
            return
        case Call(name="couponValid" | "referralValid"):
            return
        case Call(name="catch", arguments=(_, inner)):
            yield from _operands(inner)
        case Call(name=name, arguments=arguments) if name in {"and", "or", "not"} or is_condition(node):
            for argument in arguments:
                yield from _operands(argument)
        case Call(name="list", arguments=arguments) if all(isinstance(each, Literal) for each in arguments):
            return
        case Read() | Call():
            yield node


def _is_money(node: Node) -> bool:
    match node:
        case Call(name="sum" | "min" | "max" | "average", arguments=(*_, Lambda(body=body))):
            return _is_money(body)
    names = path_of(node)
    return bool(names) and names[-1].lower().endswith(_MONEY)


def _places(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return shortened(value, VALUE_LENGTH_MAX)
    return tidy(value) if isinstance(value, Decimal) else value
