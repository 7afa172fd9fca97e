"""Choice of the pattern of new codes: the request's own, else the campaign's, else the default (behaviour/codes 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tercel.base.errors import InvalidError, Problem
from tercel.base.keys import clean_code, is_usable_character
from tercel.base.limits import (
    COUPON_CODE_LENGTH_MIN,
    COUPON_PATTERN_LENGTH_MAX,
    COUPON_PATTERN_LENGTH_MIN,
    VALID_CHARACTERS_MAX,
)
from tercel.evaluation.host.seeded import DEFAULT_CHARACTERS, DEFAULT_PATTERN
from tercel.features.common.patterns.pattern import CodePattern


def choose_pattern(
    *,
    text: str | None,
    alphabet: Sequence[str] | None,
    settings: Mapping[str, Any],
    pointer: str,
    alphabet_pointer: str = "/validCharacters",
    prefix: str = "",
) -> CodePattern:
    """Return the pattern to use; the pointers locate the request's own pattern and characters.

    All texts are normalised as codes are (``clean_code``), so that codes look as they will be typed.

    Raises:
        InvalidError: the request's pattern, its prefix or one of its characters cannot be used.
    """
    text = None if text is None else clean_code(text)
    prefix = clean_code(prefix)
    characters = [clean_code(each) for each in alphabet or ()]
    problems = [
        *_pattern_problems(text, pointer),
        *_text_problems(prefix, "a prefix", "/uniquePrefix"),
        *_alphabet_problems(characters, alphabet_pointer),
    ]
    if problems:
        raise InvalidError(*problems)
    return CodePattern(
        text=text or settings.get("couponPattern") or DEFAULT_PATTERN,
        alphabet=tuple(characters or settings.get("validCharacters") or DEFAULT_CHARACTERS),
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
    return _text_problems(text, "a pattern", pointer)


def _text_problems(text: str, what: str, pointer: str) -> list[Problem]:
    character = next((each for each in text if not is_usable_character(each)), None)
    if character is None:
        return []
    details = f"{what} holds visible characters only, each of them one in either case: not {character!r}"
    return [Problem(title="pattern", details=details, pointer=pointer)]


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
