"""The forms in which identifiers and codes that callers choose are looked up.

An identifier may have 1,000 characters, which is more than an index entry holds. Its key is the text itself
where that fits, else its beginning with a SHA-256 digest of the whole.
"""

from __future__ import annotations

from hashlib import sha256
from unicodedata import category, normalize

_PLAIN_BYTES_MAX = 512
#: No plain key starts with this: texts that do are hashed as well.
_HASHED = "\x01"


def lookup_key(text: str) -> str:
    """Return the unique, index-sized key of an identifier.

    >>> lookup_key("cart-1")
    'cart-1'
    >>> len(lookup_key("x" * 1000))
    85
    """
    data = text.encode()
    if len(data) <= _PLAIN_BYTES_MAX and not text.startswith(_HASHED):
        return text
    return f"{_HASHED}{text[:20]}{sha256(data).hexdigest()}"


def clean_code(code: str) -> str:
    r"""Normalise a code as typed or pasted: strip white space, compose to NFC.

    >>> clean_code(" Summer-1\r\n"), len(clean_code("E\u0301"))
    ('Summer-1', 1)
    """
    return normalize("NFC", code.strip())


def fold_code(code: str, case_sensitivity: str) -> str:
    """Return the form in which an application stores and compares a code (behaviour/codes 2).

    >>> fold_code("Summer-1", "insensitive-uppercase"), fold_code(" Summer-1", "sensitive")
    ('SUMMER-1', 'Summer-1')
    """
    code = clean_code(code)
    if case_sensitivity == "insensitive-uppercase":
        return normalize("NFC", code.upper())
    if case_sensitivity == "insensitive-lowercase":
        return normalize("NFC", code.lower())
    return code


def code_forms(code: str) -> set[str]:
    """Return a code in all forms that may be stored: as typed, or folded by the setting of its application."""
    return {fold_code(code, each) for each in ("sensitive", "insensitive-uppercase", "insensitive-lowercase")}


def is_usable_character(character: str) -> bool:
    """Tell whether a character is one visible character in either case and beside any other.

    Only then is the capacity of a pattern what it seems, and every code in NFC.
    """
    lengths = {len(each) for each in (character, character.upper(), character.lower(), clean_code(character))}
    is_visible = lengths == {1} and character.isprintable() and not character.isspace()
    return is_visible and not category(character).startswith("M") and not _joins(character)


def _joins(character: str) -> bool:
    """Tell whether it composes with a letter before it, as the later letters of a Korean syllable do."""
    return any(len(normalize("NFC", first + character)) == 1 for first in ("\u1100", "\uac00"))
