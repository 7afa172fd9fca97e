"""Choosing the pattern of new codes: the request's own, else the campaign's, else the default (management.md 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import (
    COUPON_CODE_LENGTH_MIN,
    COUPON_PATTERN_LENGTH_MAX,
    COUPON_PATTERN_LENGTH_MIN,
    VALID_CHARACTERS_MAX,
)
from tercel.evaluation.seeded import DEFAULT_CHARACTERS, DEFAULT_PATTERN
from tercel.features.codes.pattern import CodePattern

_PATTERN = re.compile(r"[A-Za-z0-9._%+@#-]+")


def choose_pattern(
    *,
    text: str | None,
    alphabet: Sequence[str] | None,
    settings: Mapping[str, Any],
    pointer: str,
    alphabet_pointer: str = "/validCharacters",
    prefix: str = "",
) -> CodePattern:
    """The pattern to use; the pointers are where the request's own text and characters stand.

    Raises:
        InvalidError: the request's pattern or one of its characters cannot be used.
    """
    problems = [*_pattern_problems(text, pointer), *_alphabet_problems(alphabet or (), alphabet_pointer)]
    if problems:
        raise InvalidError(*problems)
    return CodePattern(
        text=text or settings.get("couponPattern") or DEFAULT_PATTERN,
        alphabet=tuple(alphabet or settings.get("validCharacters") or DEFAULT_CHARACTERS),
        prefix=prefix,
    )


def check_length(pattern: CodePattern, most: int, pointer: str) -> None:
    """Refuse to make codes that are shorter or longer than codes are."""
    if pattern.length() < COUPON_CODE_LENGTH_MIN:
        details = f"a code has at least {COUPON_CODE_LENGTH_MIN} characters: use a longer pattern"
        raise InvalidError.at(pointer, "minLength", details)
    if pattern.length() > most:
        raise InvalidError.at(
            pointer, "maxLength", f"a code has at most {most} characters: use a shorter pattern"
        )


def check_capacity(pattern: CodePattern, wanted: int, pointer: str) -> None:
    """Refuse to make more codes than the pattern can give."""
    capacity = pattern.capacity()
    if capacity < wanted:
        raise InvalidError.at(
            pointer,
            "capacity",
            f"the pattern `{pattern.text}` gives {capacity} different codes, {wanted} are wanted:"
            " add more `#` or more valid characters",
        )


def _pattern_problems(text: str | None, pointer: str) -> list[Problem]:
    if text is None:
        return []
    if not COUPON_PATTERN_LENGTH_MIN <= len(text) <= COUPON_PATTERN_LENGTH_MAX:
        title = "minLength" if len(text) < COUPON_PATTERN_LENGTH_MIN else "maxLength"
        details = f"a pattern has {COUPON_PATTERN_LENGTH_MIN} to {COUPON_PATTERN_LENGTH_MAX} characters"
        return [Problem(title=title, details=details, pointer=pointer)]
    if not _PATTERN.fullmatch(text):
        details = "a pattern holds only letters A-Z and a-z, digits and `. _ % + @ # -`"
        return [Problem(title="pattern", details=details, pointer=pointer)]
    return []


def _alphabet_problems(alphabet: Sequence[str], pointer: str) -> list[Problem]:
    if len(alphabet) > VALID_CHARACTERS_MAX:
        details = f"at most {VALID_CHARACTERS_MAX} valid characters can be given"
        return [Problem(title="maxItems", details=details, pointer=pointer)]
    return [
        Problem(
            title="pattern",
            details=f"`{character}` is not one visible character",
            pointer=f"{pointer}/{index}",
        )
        for index, character in enumerate(alphabet)
        if not is_usable_character(character)
    ]


def is_usable_character(character: str) -> bool:
    """One visible character that stays one in either case, so that the capacity is what it seems."""
    lengths = {len(character), len(character.upper()), len(character.lower())}
    return lengths == {1} and character.isprintable() and not character.isspace()
