"""Entities `Item` and `Bundle` of the rule language: units of the cart (behaviour/evaluation 7; behaviour/discounts 7; behaviour/sessions 4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from tercel.base.numbers import ONE, ZERO
from tercel.evaluation.snapshot import CartLine
from tercel.language.compiler.indexed import IndexedList
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    LIST,
    MAP,
    NUMBER,
    STRING,
)


class Item(msgspec.Struct, Entity, eq=False, gc=False):
    """One unit of a line, or the whole line where the application does not flatten.

    ``index`` is the place in ``Session.CartItems``. ``sub_position`` is None without flattening. Only the evaluation
    changes an item: ``discounted_price`` after a successful rule, ``attributes`` by an effect. A struct, because every
    evaluation makes one for each unit of the cart.
    """

    line: CartLine
    index: int
    position: int
    sub_position: int | None
    quantity: Decimal
    sku: str
    category: str | None
    price: Decimal
    discounted_price: Decimal
    attributes: Mapping[str, Any]
    mapped_value: Any = None

    FIELDS: ClassVar[dict[str, Field]] = {
        "Name": Field("name", STRING, "name of the item"),
        "SKU": Field("sku", STRING, "stock keeping unit"),
        "Category": Field("category", STRING, "category of the item"),
        "Product": Field("product", STRING, "product that the item is a variant of"),
        "Price": Field("price", NUMBER, "price of one unit", is_fixed=True),
        "DiscountedPrice": Field(
            "discounted_price", NUMBER, "price less the discounts granted on the item so far"
        ),
        "Quantity": Field(
            "quantity", NUMBER, "1 for a unit; the line's quantity without flattening", is_fixed=True
        ),
        "Position": Field("position_number", NUMBER, "index of the line in the cart, from 0"),
        "SubPosition": Field("sub_position_number", NUMBER, "index of the unit in its line, from 0"),
        "Total": Field("total", NUMBER, "price plus the additional costs of the unit", is_fixed=True),
        "AdditionalCosts": Field("additional_costs", MAP, "additional costs of the unit by name"),
        "Weight": Field("weight", NUMBER, "weight in grams"),
        "Height": Field("height", NUMBER, "height in millimetres"),
        "Width": Field("width", NUMBER, "width in millimetres"),
        "Length": Field("length", NUMBER, "length in millimetres"),
        "Attributes": Field("attributes", MAP, "attributes of the item by name"),
        "RemainingQuantity": Field("remaining_quantity", NUMBER, "units of the line that were not returned"),
        "ReturnedQuantity": Field("returned_quantity", NUMBER, "units of the line that were returned"),
        "MappedValue": Field("mapped_value", doc="value of the item in the value map it was taken from"),
    }

    def with_mapped_value(self, value: Any) -> Item:
        """Return the same unit with its value in a value map."""
        return msgspec.structs.replace(self, mapped_value=value)

    @property
    def name(self) -> str | None:
        """The name as sent, or the catalogue's."""
        return self.line.name

    @property
    def product(self) -> str | None:
        """The product the item belongs to."""
        return self.line.product

    @property
    def position_number(self) -> Decimal:
        """The line's index as a number of the language."""
        return Decimal(self.position)

    @property
    def sub_position_number(self) -> Decimal:
        """The unit's index as a number of the language."""
        return Decimal(self.sub_position or 0)

    @property
    def total(self) -> Decimal:
        """Price and additional costs of one unit."""
        return self.price + sum(self.line.additional_costs.values(), ZERO)

    @property
    def additional_costs(self) -> Mapping[str, Decimal]:
        """Costs of one unit by their names."""
        return self.line.additional_costs

    @property
    def weight(self) -> Decimal | None:
        """Weight in grams."""
        return self.line.weight

    @property
    def height(self) -> Decimal | None:
        """Height in millimetres."""
        return self.line.height

    @property
    def width(self) -> Decimal | None:
        """Width in millimetres."""
        return self.line.width

    @property
    def length(self) -> Decimal | None:
        """Length in millimetres."""
        return self.line.length

    @property
    def remaining_quantity(self) -> Decimal:
        """Units of the line that are still bought."""
        return Decimal(self.line.quantity - self.line.returned_quantity)

    @property
    def returned_quantity(self) -> Decimal:
        """Units of the line that came back."""
        return Decimal(self.line.returned_quantity)


class Bundle(Entity):
    """A set of units that a bundle definition puts together."""

    __slots__ = ("items", "name", "number", "total")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Index": Field("index_number", NUMBER, "place among the bundles of the definition, from 0"),
        "Name": Field("name", STRING, "name of the definition"),
        "Items": Field("items", LIST, "units of the bundle, by slot", Item),
        "Total": Field("total", NUMBER, "sum of the prices"),
    }

    def __init__(self, name: str, number: int, items: list[Item]) -> None:
        self.name = name
        self.number = number
        self.items = items
        self.total = sum((item.price for item in items), ZERO)

    @property
    def index_number(self) -> Decimal:
        """The place as a number of the language."""
        return Decimal(self.number)


def expand(lines: list[CartLine], *, is_flattened: bool) -> IndexedList:
    """Return the units of the cart, in order of lines and units.

    Returned units are left out; the lowest sub positions return first (behaviour/returns 2).
    """
    items = IndexedList()
    items.groups = {}
    append = items.append
    index = 0
    for position, line in enumerate(lines):
        sku, category, price, attributes = line.sku, line.category, line.price, line.attributes
        if is_flattened:
            for unit in range(line.returned_quantity, line.quantity):
                append(Item(line, index, position, unit, ONE, sku, category, price, price, attributes))
                index += 1
        elif line.quantity > line.returned_quantity:
            quantity = Decimal(line.quantity - line.returned_quantity)
            append(Item(line, index, position, None, quantity, sku, category, price, price, attributes))
            index += 1
    return items
