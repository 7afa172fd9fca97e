"""Answers that are not a struct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are, for files and replayed answers. Without ``status`` the operation's own is used."""

    content: bytes
    content_type: str = "application/json"
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
