"""Fields of blocks by path, such as ``target/name``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.rules.blocks.forms import ABSENT


def get_field(block: Mapping[str, Any], path: str) -> Any:
    """Return the value of a field, or ``ABSENT``."""
    value: Any = block
    for name in path.split("/"):
        if not isinstance(value, Mapping) or name not in value:
            return ABSENT
        value = value[name]
    return value


def set_field(block: dict[str, Any], path: str, value: Any) -> None:
    """Put a value into a field, making the objects around it."""
    *parents, name = path.split("/")
    for parent in parents:
        block = block.setdefault(parent, {})
    block[name] = value
