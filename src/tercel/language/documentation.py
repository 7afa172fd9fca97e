"""The reference of the language, written from the catalogue."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family, Function
from tercel.language.catalogue.signature import Argument
from tercel.language.functions.all import FAMILIES

_INTRODUCTION = """# The rule language

This file is made from the catalogue of functions by `tercel language docs`. Do not edit it. New to rules? Begin with
[how rules are built](campaigns/index.md); what can be read is listed in [names](campaigns/names.md), and the
[cookbook](campaigns/cookbook/index.md) has whole rule sets.

An entry reads like this: the name, its arguments with the kinds they take, an arrow and the kind of the result; then what it does, the
errors it may raise, and examples with their values. `tercel language eval '["+", 1, 2]'` computes one.

Expressions are JSON. A list is a call: `["name", argument, …]`; texts, numbers, `true`, `false` and `null` stand for
themselves. `[".", "Session", "Total"]` reads a name and walks into its value; a name or field that is unset raises
`missing`. A block, where a function takes one, is written `[["Item"], body]`, as a name and a body in two arguments, or
as a bare body whose parameter has the name shown below. A list of lists computes its elements in order and gives the
last value.

Arguments: `?` may be left out, `…` may be repeated, `*` may be repeated or left out.
"""


def document() -> str:
    """Write the whole reference as Markdown."""
    return "\n".join([_INTRODUCTION, *(_family(family) for family in FAMILIES)])


def _family(family: Family) -> str:
    return "\n".join([f"## {family.title}\n", *(_function(function) for function in family.functions)])


def _function(function: Function) -> str:
    signature = " ".join([f"**`{function.name}`**", *map(_argument, function.arguments)])
    lines = [f"### `{function.name}`\n", f"{signature} → {function.result}\n", f"{function.doc}\n"]
    if function.aliases:
        lines.append("Also called " + ", ".join(f"`{alias}`" for alias in function.aliases) + ".\n")
    notes = _notes(function)
    if notes:
        lines.append(" ".join(notes) + "\n")
    if function.examples:
        shown = "\n".join(f"{example.expression} → {example.value}" for example in function.examples)
        lines.append(f"```text\n{shown}\n```\n")
    return "\n".join(lines)


def _notes(function: Function) -> list[str]:
    notes = []
    if function.is_effect:
        notes.append("An effect.")
    if function.is_special:
        notes.append("Decides itself which arguments are computed.")
    if function.is_refused_when_stored:
        notes.append("Refused in stored rules.")
    if function.errors:
        notes.append("Errors: " + ", ".join(f"`{name}`" for name in function.errors) + ".")
    return notes


def _argument(argument: Argument) -> str:
    mark = ""
    if argument.is_repeated:
        mark = "*" if argument.is_optional else "…"
    elif argument.is_optional:
        mark = "?"
    return f"`{argument.name}`{mark} ({argument.kind_text})"
