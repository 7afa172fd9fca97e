"""The program that a call or a name means, where the linter is told of it."""

from __future__ import annotations

from decimal import Decimal

from tercel.language.tree import Call, Literal, Node, Read
from tercel.language.values.values import decimal_text
from tercel.rules.lint.setting import LoyaltyProgram
from tercel.rules.lint.view import View


def program_of(call: Call, view: View) -> LoyaltyProgram | None:
    """Return the program that is the first argument of a call; None when it is computed, or not known."""
    return _program(call.arguments[0], view) if call.arguments else None


def read_program(read: Read, view: View) -> LoyaltyProgram | None:
    """Return the program of a path such as ``Loyalty.club.Tier``; None when the path leads elsewhere, or the program is not known."""
    match read.segments:
        case (Literal(value=str() as entity), name, *_) if entity.lower() == "loyalty":
            is_hidden = any(binding.name == entity for binding in view.bindings())
            return None if is_hidden else _program(name, view)
    return None


def _program(node: Node, view: View) -> LoyaltyProgram | None:
    match node:
        case Literal(value=str() as name):
            return view.setting.programs.get(name)
        case Literal(value=Decimal() as number):
            return view.setting.programs.get(decimal_text(number))
    return None
