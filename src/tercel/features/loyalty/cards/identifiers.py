"""Identifiers of new cards: drawn from the pattern of the program, of the request, or of all codes (behaviour/loyalty 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tercel.base.errors import InvalidError, NotFoundError, Problem
from tercel.base.limits import CARD_IDENTIFIER_LENGTH_MAX
from tercel.database.tables.loyalty import loyalty_programs
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.features.common.patterns.choose import check_capacity, check_length, choose_pattern
from tercel.features.common.patterns.pattern import BLANK, CodePattern
from tercel.features.common.scope import Scope
from tercel.features.loyalty.scope import ProgramScope

PATTERN = "/cardCodeSettings/couponPattern"
_CHARACTERS = "/cardCodeSettings/validCharacters"
_USABLE = re.compile(r"[A-Za-z0-9._%+@-]*")


async def code_settings_of(tx: Transaction, scope: ProgramScope) -> Mapping[str, Any] | None:
    """Return how a program's identifiers look, or None; the program is not deleted before this transaction ends.

    Raises:
        NotFoundError: it was deleted a moment ago.
    """
    table = loyalty_programs
    statement = select(table.c.card_code_settings).where(
        *Scope.holds(scope, table), table.c.id == scope.program.id
    )
    row = await tx.one_or_none(statement.with_for_update(read=True, key_share=True))
    if row is None:
        raise NotFoundError(f"there is no loyalty program `{scope.program.id}`")
    found: Mapping[str, Any] | None = row.card_code_settings
    return found


def pattern_of(settings: Mapping[str, Any], own: CodeGeneratorSettings | None, count: int) -> CodePattern:
    """Return the pattern of so many new identifiers: the request's own, else that of the program, else that of all codes.

    Raises:
        InvalidError: it makes no identifiers, or too few.
    """
    pattern = choose_pattern(
        text=None if own is None else own.coupon_pattern,
        alphabet=None if own is None else own.valid_characters,
        settings=settings,
        pointer=PATTERN,
        alphabet_pointer=_CHARACTERS,
    )
    problems = []
    if not _USABLE.fullmatch(pattern.text.replace(BLANK, "")):
        problems.append(_unusable(PATTERN))
    if not _USABLE.fullmatch("".join(pattern.alphabet)):
        problems.append(_unusable(_CHARACTERS))
    if problems:
        raise InvalidError(*problems)
    check_length(pattern, CARD_IDENTIFIER_LENGTH_MAX, PATTERN)
    check_capacity(pattern, count, PATTERN)
    return pattern


def _unusable(pointer: str) -> Problem:
    details = "identifiers of cards have letters without accents, digits and `._%+@-` only"
    return Problem(title="pattern", details=details, pointer=pointer)
