"""JSON as people write it: what fits into a line stands in one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

WIDTH = 100


def laid_out(value: Any, *, indent: int = 0, before: int = 0) -> str:
    """JSON text whose lists and objects are broken only where they do not fit; ``before`` is what stands before them in
    their line."""
    line = _line(value)
    if indent + before + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + 1
    pad = "\n" + " " * inner
    if isinstance(value, dict):
        parts = [
            f'"{key}": ' + laid_out(part, indent=inner, before=len(key) + 4) for key, part in value.items()
        ]
        return "{" + pad + ("," + pad).join(parts) + "\n" + " " * indent + "}"
    return _list(value, indent, pad)


def _list(values: list[Any], indent: int, pad: str) -> str:
    """A call keeps its name in the first line."""
    parts = [laid_out(part, indent=indent + 1) for part in values]
    if isinstance(values[0], str):
        return f"[{parts[0]}," + pad + ("," + pad).join(parts[1:]) + "]"
    return "[" + pad + ("," + pad).join(parts) + "\n" + " " * indent + "]"


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_line(part)}' for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_line, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else msgspec.json.encode(value).decode()
