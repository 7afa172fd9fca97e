"""The block ``updateAttributeValue``: one row per target (behaviour/effects 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tercel.language.functions.all import CATALOGUE
from tercel.language.tree import Literal, Node
from tercel.rules.blocks.codecs import VALUE, choice
from tercel.rules.blocks.families.declared import words_of
from tercel.rules.blocks.families.targets import item_targets
from tercel.rules.blocks.forms import Block, Codec, Form, Hole, NoBlockError, Reading, Writing

_TOGGLE = "toggle"
_OPERATORS = words_of(CATALOGUE["updateAttribute"], "operator")
_OPERATOR = Hole("operator", choice(*(word for word in _OPERATORS if word != _TOGGLE)), default="setTo")
_VALUE = Hole("value", VALUE)
_ANY_VALUE = Hole("value", VALUE, default=None)

#: Where an attribute is: the target of the block to the name in paths, the entity in blocks and in the API.
_ENTITIES = {
    "session": ("Session", "session", "CustomerSession"),
    "profile": ("Profile", "profile", "CustomerProfile"),
    "advocateProfile": ("AdvocateProfile", "profile", "CustomerProfile"),
    "coupon": ("Coupon", "coupon", "Coupon"),
    "referral": ("Referral", "referral", "Referral"),
}


def _attribute(prefix: str, shown_entity: str, api_entity: str) -> Codec:
    """Make a codec for an attribute whose path begins with a prefix."""

    def show(node: Node, _at: str, writing: Writing) -> dict[str, Any]:
        path = node.value if isinstance(node, Literal) else None
        if not isinstance(path, str) or not path.startswith(prefix) or path == prefix:
            raise NoBlockError
        name = path[len(prefix) :]
        record = writing.names.find("attributes", entity=api_entity, name=name) or {}
        return {
            "id": record.get("id", 0),
            "entity": shown_entity,
            "name": name,
            "title": record.get("title") or name,
            "type": record.get("type", ""),
        }

    def read(value: Any, at: str, reading: Reading) -> Any:
        name = value.get("name") if isinstance(value, Mapping) else None
        if isinstance(name, str) and name:
            return prefix + name
        reading.refuse(f"{at}/name", "required", "the attribute needs its `name`")
        return None

    return Codec(show, read)


def _attribute_forms() -> Iterator[Form]:
    kind = {"type": "updateAttributeValue"}
    for target, (entity, shown_entity, api_entity) in _ENTITIES.items():
        attribute = Hole("attribute", _attribute(f"{entity}.Attributes.", shown_entity, api_entity))
        fields = {**kind, "target/type": target}
        yield Form({**fields, "operator": _TOGGLE}, ["updateAttribute", attribute, _ANY_VALUE, _TOGGLE])
        yield Form(fields, ["updateAttribute", attribute, _VALUE, _OPERATOR])
    of_items = Hole("attribute", _attribute("", "cartItem", "CartItem"))
    for constants, items in item_targets("target"):
        fields = {**kind, **constants}
        toggled = ["updateItemAttribute", items, of_items, Block("Item", _ANY_VALUE), _TOGGLE]
        yield Form({**fields, "operator": _TOGGLE}, toggled)
        yield Form(fields, ["updateItemAttribute", items, of_items, Block("Item", _VALUE), _OPERATOR])


CHANGE_FORMS = list(_attribute_forms())
