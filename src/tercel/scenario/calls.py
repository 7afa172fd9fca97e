"""Calls in rules that are still plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tercel.language.functions.all import find_function


def calls(data: Any) -> Iterator[list[Any]]:
    """Yield every list below the data that begins with a text, outer ones first."""
    if isinstance(data, Mapping):
        for value in data.values():
            yield from calls(value)
    elif isinstance(data, list):
        if data and isinstance(data[0], str):
            yield data
        for value in data:
            yield from calls(value)


def references(data: Any, topic: str) -> set[str]:
    """Return the things that the calls below the data refer to in arguments of a topic, such as ``programs``."""
    found = set()
    for call in calls(data):
        function = find_function(call[0])
        for argument, value in zip(function.arguments if function else (), call[1:], strict=False):
            if argument.topic == topic:
                found.add(str(value))
    return found
