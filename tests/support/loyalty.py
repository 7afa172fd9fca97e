"""Loyalty programs for tests of evaluations."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from tercel.points.program import Program


def club(number: int, name: str, **settings: Any) -> Program:
    """Return a program whose points are active at once and stay, unless told otherwise."""
    return Program(**{"id": number, "name": name, "title": name, "zone": UTC, **settings})
