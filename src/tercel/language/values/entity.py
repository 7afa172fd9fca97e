"""Entities: the read-only things that expressions walk into, such as Session, Profile or Item.

An entity class lists its fields once; the compiler turns ``[".", "Session", "Total"]`` into a plain attribute access,
the checker knows the kinds, and the documentation tables are made from the same list.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from tercel.language.values.kinds import ANY, Kind


class Field(NamedTuple):
    """One field: the Python attribute behind it, its kind, and what it means. ``entity`` names the class of an
    entity-valued field or of the elements of a list. A None value at run time reads as ``missing``. ``is_fixed`` says that
    no evaluation changes it, so that a sum over elements may be kept."""

    attribute: str
    kind: Kind = ANY
    doc: str = ""
    entity: type[Entity] | None = None
    is_fixed: bool = False


class Entity:
    """Base of all entities. Names are matched exactly, else without regard to case (behaviour/language 5)."""

    __slots__ = ()
    FIELDS: ClassVar[dict[str, Field]] = {}
    _FOLDED: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._FOLDED = {name.lower(): field for name, field in cls.FIELDS.items()}

    @classmethod
    def find_field(cls, name: str) -> Field | None:
        """Return the field of that name, ignoring case, or None."""
        return cls.FIELDS.get(name) or cls._FOLDED.get(name.lower())

    def find(self, name: str) -> Any:
        """Return the value of a field; None when the field is unknown or unset."""
        field = self.find_field(name)
        return None if field is None else getattr(self, field.attribute)
