"""Answers that are not a struct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Raw(Generic[T]):
    """Bytes as they are, for files, or a document of type ``T`` that was encoded before.

    Without ``status`` the operation's own is used.
    """

    content: bytes
    content_type: str = "application/json"
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
