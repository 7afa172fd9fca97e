"""The forms in which identifiers and codes that callers choose are looked up.

An identifier may have 1,000 characters, which is more than an index entry holds. Its key is the text itself
where that fits, else its beginning with a SHA-256 digest of the whole.
"""

from __future__ import annotations

from hashlib import sha256

_PLAIN_BYTES_MAX = 512
#: No plain key starts with this: texts that do are hashed as well.
_HASHED = "\x01"


def lookup_key(text: str) -> str:
    """The unique, index-sized key of an identifier.

    >>> lookup_key("cart-1")
    'cart-1'
    >>> len(lookup_key("x" * 1000))
    85
    """
    data = text.encode()
    if len(data) <= _PLAIN_BYTES_MAX and not text.startswith(_HASHED):
        return text
    return f"{_HASHED}{text[:20]}{sha256(data).hexdigest()}"


def fold_code(code: str, case_sensitivity: str) -> str:
    """The form in which an application stores and compares a code of a coupon or a referral (integration.md 4.2).

    >>> fold_code("Summer-1", "insensitive-uppercase"), fold_code("Summer-1", "sensitive")
    ('SUMMER-1', 'Summer-1')
    """
    if case_sensitivity == "insensitive-uppercase":
        return code.upper()
    if case_sensitivity == "insensitive-lowercase":
        return code.lower()
    return code
