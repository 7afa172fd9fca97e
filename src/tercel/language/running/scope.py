"""What names mean at a place of an expression: block parameters, bindings and globals (behaviour/language 5).

A scope is immutable; adding a name gives a new scope, and the newest meaning of a name hides the older ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tercel.language.running.run import PARAMETER_SLOTS, Compiled
from tercel.language.tree import Node
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import ANY, LIST, Kind


class Shape(NamedTuple):
    """What is known about a value before it is computed: its kind, and the entity it is or its elements are."""

    kind: Kind = ANY
    entity: type[Entity] | None = None

    @property
    def element(self) -> Shape:
        """The shape of an element of a list of this shape."""
        if self.kind is LIST and self.entity is not None:
            return Shape(Kind.ENTITY, self.entity)
        return UNKNOWN


UNKNOWN = Shape()


class Global(NamedTuple):
    """A name that every expression sees: read as the attribute of the run. ``doc`` says what it means, and when it has no
    value."""

    attribute: str
    kind: Kind = ANY
    entity: type[Entity] | None = None
    doc: str = ""


class Binding(NamedTuple):
    """A named expression with its slot; ``compiled`` computes it on the first reading. ``levels`` tells how deep it goes
    with the named expressions that it reads."""

    slot: int
    compiled: Compiled
    shape: Shape = UNKNOWN
    levels: int = 1


class Parameter(NamedTuple):
    """A parameter of a block, in one of the last slots."""

    slot: int
    shape: Shape = UNKNOWN


@dataclass(frozen=True, slots=True)
class Scope:
    """The names visible at a place.

    ``allows_effects`` says whether effects may stand here. A ``free`` scope reads unknown names from
    ``run.variables``. ``templates`` are the bodies that ``["!", name, …]`` calls.
    """

    globals: Mapping[str, Global] = field(default_factory=dict)
    names: Mapping[str, Binding | Parameter] = field(default_factory=dict)
    allows_effects: bool = False
    free: bool = False
    templates: dict[str, Node] = field(default_factory=dict)
    nesting: int = 0

    def with_binding(
        self, name: str, slot: int, compiled: Compiled, shape: Shape = UNKNOWN, levels: int = 1
    ) -> Scope:
        """Return a scope that also sees a binding: its value is computed when first read and kept in
        ``run.slots[slot]``.

        A list of items also gives the number ``<name> item count`` (behaviour/evaluation 8).
        """
        return replace(self, names={**self.names, name: Binding(slot, compiled, shape, levels)})

    def with_parameter(self, name: str, shape: Shape = UNKNOWN) -> tuple[Scope, int]:
        """Return the scope of a block's body, and the slot of its parameter."""
        assert self.nesting < PARAMETER_SLOTS, "the depth limit keeps blocks from nesting deeper"
        slot = -1 - self.nesting
        names = {**self.names, name: Parameter(slot, shape)}
        return replace(self, names=names, nesting=self.nesting + 1), slot

    def with_effects(self, allowed: bool) -> Scope:
        """Return a scope with the same names for a place where effects are allowed or not."""
        return self if self.allows_effects is allowed else replace(self, allows_effects=allowed)

    def find(self, name: str) -> Binding | Parameter | Global | None:
        """Return what a name is bound to: written exactly first, then globals ignoring case; None for an unknown
        name."""
        found = self.names.get(name) or self.globals.get(name)
        if found is not None:
            return found
        folded = name.lower()
        return next((value for key, value in self.globals.items() if key.lower() == folded), None)

    def find_counted(self, name: str) -> Binding | None:
        """Return the binding whose companion number ``<name> item count`` has this name, or None."""
        found = self.names.get(name.removesuffix(" item count"))
        return found if name.endswith(" item count") and isinstance(found, Binding) else None
