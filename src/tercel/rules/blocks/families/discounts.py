"""The block ``awardDiscount``: one row per target (behaviour/discounts 2).

``partial`` is a plain boolean in blocks while the language also knows "as the application says": that is what false means;
an effect that forbids partial discounts by name, or sets a scope, has no block.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tercel.rules.blocks.codecs import AMOUNT, INDEX, PATH, TEXT
from tercel.rules.blocks.families.declared import PARTIAL
from tercel.rules.blocks.families.references import REFERENCES
from tercel.rules.blocks.families.targets import bundle_items, item_targets
from tercel.rules.blocks.forms import ABSENT, Block, Default, Form, Hole

_NAME = Hole("name", TEXT)
_VALUE = Hole("value", AMOUNT)
_COST = Hole("target/additionalCost", REFERENCES["additionalCosts"])
_PER_ITEM = Block("Item", _VALUE)
_NOT_PRORATED = Default(False)
_SLOTS = [".", "Bundle", "Items"]
_KEY = Block("Item", Hole("target/item/attribute", PATH))
_ITEMS_OF_BUNDLES: list[tuple[dict[str, Any], Any]] = [
    ({"target/item/type": "byIndex"}, ["item", _SLOTS, Hole("target/item/value", INDEX)]),
    ({"target/item/type": "byAttribute", "target/item/direction": "highest"}, ["maxBy", _SLOTS, _KEY]),
    ({"target/item/type": "byAttribute", "target/item/direction": "lowest"}, ["minBy", _SLOTS, _KEY]),
]


def _form(pattern: list[Any], **fields: Any) -> Form:
    return Form({"type": "awardDiscount", **fields}, [*pattern, PARTIAL])


def _on_items() -> Iterator[Form]:
    for fields, items in item_targets("target"):
        pro_rata = ["setDiscountPerItemProRata", _NAME, items, _VALUE]
        yield _form(pro_rata, **fields, **{"target/prorated": True})
        yield _form(
            ["setDiscountPerItem", _NAME, items, _PER_ITEM], **fields, **{"target/prorated": _NOT_PRORATED}
        )


def _on_bundles() -> Iterator[Form]:
    bundles = bundle_items("target")
    kind = {"target/type": "bundle"}
    for fields, slot in _ITEMS_OF_BUNDLES:
        spread = ["setDiscountPerBundleItem", _NAME, bundles, Block("Bundle", slot), _PER_ITEM]
        yield _form(spread, **kind, **fields, **{"target/prorated": True})
        alone = ["setDiscountPerItem", _NAME, ["map", bundles, Block("Bundle", slot)], _PER_ITEM]
        yield _form(alone, **kind, **fields, **{"target/prorated": _NOT_PRORATED})
    whole = {"target/item/type": ABSENT}
    pro_rata = ["setDiscountPerBundleProRata", _NAME, bundles, Block("Bundle", _VALUE)]
    yield _form(pro_rata, **kind, **whole, **{"target/prorated": True})
    yield _form(
        ["setDiscountPerItem", _NAME, bundles, _PER_ITEM],
        **kind,
        **whole,
        **{"target/prorated": _NOT_PRORATED},
    )


def _on_costs() -> Iterator[Form]:
    kind = {"target/type": "additionalCost"}
    cart = {**kind, "target/target/type": "cart"}
    yield _form(["setDiscountPerAdditionalCost", _NAME, _COST, _VALUE], **cart)
    for fields, items in item_targets("target/target"):
        pattern = ["setDiscountPerAdditionalCostPerItem", _NAME, _COST, items, _PER_ITEM]
        yield _form(pattern, **kind, **fields, **{"target/target/prorated": _NOT_PRORATED})


DISCOUNT_FORMS = [
    _form(["setDiscount", _NAME, _VALUE], **{"target/type": "cart"}),
    *_on_items(),
    *_on_bundles(),
    *_on_costs(),
]
