"""References to things outside the rules: the language has an id or a name, blocks show both and a title.

A reference that is not found keeps its known half: an unknown name gets the id 0, an unknown id its own digits as
name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tercel.language.tree import Literal, Node
from tercel.rules.blocks.codecs import plain_number
from tercel.rules.blocks.forms import Codec, NoBlockError, Reading, Writing

#: Further fields that are shown when the thing is known.
_OPTIONAL_FIELDS = {"audiences": ("integration", "integrationId")}


def reference(topic: str, *texts: str, by: str = "id", defaults: Mapping[str, Any] | None = None) -> Codec:
    """Make a codec for a reference to a thing of a topic.

    Args:
        topic: What the names are looked up by, such as ``audiences``.
        texts: The texts of the object; the first is what the language may use in place of the id.
        by: ``id``: the language takes an id, else the name; ``only id``: no name; ``only name``: no id.
        defaults: Fields that are no texts, with what they are when nothing is known.
    """
    named = texts[0]

    def show(node: Node, _at: str, writing: Writing) -> dict[str, Any]:
        wanted = _wanted(node, named, by)
        record = writing.names.find(topic, **wanted) or {}
        fallback = str(next(iter(wanted.values())))
        shown = {"id": record.get("id", 0), **{text: record.get(text) or fallback for text in texts}}
        shown.update({name: record.get(name, default) for name, default in (defaults or {}).items()})
        optional = {name: record.get(name) for name in _OPTIONAL_FIELDS.get(topic, ())}
        return {**shown, **{name: value for name, value in optional.items() if value}, **wanted}

    def read(value: Any, at: str, reading: Reading) -> Any:
        if not isinstance(value, Mapping):
            reading.refuse(at, "type", f"must be an object with `id` and `{named}`")
            return None
        number, name = value.get("id"), value.get(named)
        if by != "only name" and isinstance(number, int) and not isinstance(number, bool) and number > 0:
            return number
        if by != "only id" and isinstance(name, str) and name:
            return name
        field = named if by == "only name" else "id"
        reading.refuse(f"{at}/{field}", "required", f"the reference needs its `{field}`")
        return None

    return Codec(show, read)


def _wanted(node: Node, named: str, by: str) -> dict[str, Any]:
    match node:
        case Literal(value=Decimal() as number) if by != "only name":
            found = plain_number(number)
            if isinstance(found, int) and found > 0:
                return {"id": found}
        case Literal(value=str() as text) if by != "only id" and text:
            return {named: text}
    raise NoBlockError


#: How references of a topic look.
REFERENCES = {
    "audiences": reference("audiences", "name", by="only id"),
    "programs": reference("programs", "name", "title"),
    "achievements": reference("achievements", "name", "title", defaults={"target": 0}),
    "pools": reference("pools", "name"),
    "webhooks": reference("webhooks", "title"),
    "customEffects": reference("customEffects", "name", "title"),
    "additionalCosts": reference("additionalCosts", "name", "title", by="only name"),
    "valueMaps": reference("valueMaps", "name"),
}
