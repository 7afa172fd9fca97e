"""A stored rule set as trees (behaviour/language 1; behaviour/evaluation 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tercel.language.tree import Node


@dataclass(frozen=True, slots=True)
class Binding:
    """A named expression, visible to everything after it. ``kind`` is its type in the document, or empty."""

    name: str
    expression: Node
    kind: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions in order, then effects in order.

    ``conditions`` are the arguments of the root ``and``, or the root alone when it is anything else, so that their
    indices are those of ``conditionIndex``.
    """

    index: int
    title: str
    conditions: tuple[Node, ...]
    effects: tuple[Node, ...]
    bindings: tuple[Binding, ...] = ()
    id: str = ""

    @property
    def identity(self) -> str:
        """What the rule is known by across revisions: its id, or its place when it has none."""
        return self.id or str(self.index)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a campaign with their shared bindings. ``strikethrough_rules`` stay the data they were."""

    rules: tuple[Rule, ...]
    bindings: tuple[Binding, ...] = ()
    strikethrough_rules: tuple[Any, ...] = ()
