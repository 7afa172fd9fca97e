"""The forms that functions declare for themselves: one call, shown as one block.

A declaration is the block's type and how it shows each argument, in order: ``field:codec``, or ``field`` where the
signature says how (a reference by its topic, one of its words); ``?`` and a default as JSON, or a plain text, where it may
be left out. ``!true`` stands for an argument that must be that constant, ``partial`` for options of which the block knows
no other. ``name=word`` are the constants of the block; after a bar stands the word for the negated call.
"""

from __future__ import annotations

import re
from typing import Any

from tercel.base.codec import decode_any
from tercel.language.catalogue.budgets import BUDGETS, RESERVED_COUPONS
from tercel.language.catalogue.catalogue import Function
from tercel.language.catalogue.signature import Argument
from tercel.language.functions.all import FAMILIES
from tercel.rules.blocks.codecs import (
    AMOUNT,
    DIGITS,
    FLAG,
    NUMBER,
    PARAMETERS,
    PATH,
    TEXT,
    VALUE,
    absent_as,
    choice,
)
from tercel.rules.blocks.families.references import REFERENCES
from tercel.rules.blocks.forms import ABSENT, Codec, Entries, Form, Hole

#: The options that blocks show: false means "as the application says".
PARTIAL = Entries({"partial": Hole("partial", absent_as(FLAG, shown=False))}, is_optional=True)

_ACTIONS = tuple(
    action
    for budget in BUDGETS
    if budget is not RESERVED_COUPONS
    for action in (budget.action, budget.occurrences)
    if action
)
_CODECS = {
    "amount": AMOUNT,
    "budget": choice(*_ACTIONS),
    "digits": DIGITS,
    "flag": FLAG,
    "number": NUMBER,
    "parameters": absent_as(PARAMETERS),
    "path": PATH,
    "text": TEXT,
    "value": VALUE,
}

_HOLE = re.compile(r"(\w+)(?::(\w+))?(?:(\?)(.*))?$")


def declared_forms(*, effects: bool) -> list[Form]:
    """Return the forms of all effects, or of all other functions, in order of declaration; those of negated calls
    last."""
    functions = [each for family in FAMILIES for each in family.functions if each.is_effect is effects]
    forms = [_form(function, block) for function in functions for block in function.blocks]
    return [form for form, _ in forms] + [negated for _, negated in forms if negated is not None]


def _form(function: Function, declaration: str) -> tuple[Form, Form | None]:
    block_type, *tokens = declaration.split()
    fields: dict[str, Any] = {"type": block_type}
    negated: dict[str, Any] = {}
    pattern: list[Any] = [function.name]
    for token in tokens:
        name, is_constant, word = token.partition("=")
        if is_constant:
            fields[name], _, other = word.partition("|")
            negated |= {name: other} if other else {}
        else:
            pattern.append(_part(token, function.argument_at(len(pattern) - 1)))
    form = Form(fields, pattern)
    return form, Form({**fields, **negated}, ["not", pattern]) if negated else None


def _part(token: str, argument: Argument | None) -> Any:
    assert argument is not None, f"no argument for {token}"
    if token.startswith("!"):
        return decode_any(token[1:])
    if argument.is_options:
        assert token == "partial", "blocks know no other option"  # noqa: S105  # a word of the declaration
        return PARTIAL
    match = _HOLE.match(token)
    assert match is not None, f"not a field: {token}"
    path, codec, is_optional, default = match.groups()
    return Hole(path, _codec(argument, codec), _default(default) if is_optional else ABSENT)


def _codec(argument: Argument, name: str | None) -> Codec:
    if name is not None:
        return _CODECS[name]
    return REFERENCES[argument.topic] if argument.topic else choice(*argument.words)


def _default(text: str) -> Any:
    return text if not text or text[0].isupper() else decode_any(text)


def words_of(function: Function, name: str) -> tuple[str, ...]:
    """Return the words that an argument takes."""
    return function.arguments[function.index_of(name)].words
