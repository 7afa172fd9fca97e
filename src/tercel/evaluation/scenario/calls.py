"""Calls in rules that are still plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def calls(data: Any) -> Iterator[list[Any]]:
    """Every list below the data that begins with a text, outer ones first."""
    if isinstance(data, Mapping):
        for value in data.values():
            yield from calls(value)
    elif isinstance(data, list):
        if data and isinstance(data[0], str):
            yield data
        for value in data:
            yield from calls(value)
