"""Look-up keys for identifiers that callers choose.

Such an identifier may have 1,000 characters, which is more than an index entry holds. Its key is the text itself
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
