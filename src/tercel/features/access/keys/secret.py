"""Secrets as callers hold them, and the digests that are kept of them."""

from __future__ import annotations

import secrets
from hashlib import sha256

_SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new key or token: 64 hexadecimal characters."""
    return secrets.token_hex(_SECRET_BYTES)


def digest(secret: str) -> bytes:
    """Return the SHA-256 under which a key or token is kept. A plain hash is enough: the secret has 256 random bits."""
    return sha256(secret.encode(errors="surrogateescape")).digest()
