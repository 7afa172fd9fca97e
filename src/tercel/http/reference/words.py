"""The words of the reference: what operations, parameters and members mean, as data beside this file."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

Words = dict[str, Any]


@lru_cache
def words(name: str) -> Words:
    """Return the words of one kind, such as ``properties``; read when they are first needed, not with the start of a
    server."""
    text = (resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def of_property(schema: str, name: str) -> str:
    """Return the description of a member of a schema."""
    known = words("properties")
    return str(known.get(f"{schema}.{name}") or known[name])


def of_parameter(name: str) -> str:
    """Return the description of a parameter of a path, a query or a header."""
    return str(words("parameters")[name])
