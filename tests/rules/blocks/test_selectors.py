"""Cart item filters as selectors, both ways (behaviour/evaluation 10)."""

from typing import Any

import pytest

from tercel.language.reader import read
from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tests.rules.blocks.documents import CART, sent, without_ids
from tests.rules.blocks.names import NAMES
from tests.support.contract import validate

_CATEGORY = ["=", [".", "Item", "Category"], "Shoes"]
_ON_SALE = [">", [".", "Item", "Attributes", "sale"], 0]
_IS_SHOE = {"type": "checkAttribute", "operator": "equals", "attribute": "$Item.Category", "value": "Shoes"}
_IS_ON_SALE = {
    "type": "checkAttribute",
    "operator": "greaterThan",
    "attribute": "$Item.Attributes.sale",
    "value": 0,
}


def _caught(test: Any) -> list[Any]:
    return ["catch", False, test]


def _filter(test: Any) -> list[Any]:
    return ["filter", CART, [["Item"], test]]


def _sort(function: str, items: Any, key: Any, *flags: bool) -> list[Any]:
    return [function, items, [["Item"], [".", "Item", *key]], *flags]


def _sorted_by(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"type": "sort", "fields": [{"expression": key, "direction": way} for key, way in fields]}


def _group(operator: str, *blocks: Any) -> dict[str, Any]:
    return {"type": "group", "operator": operator, "blocks": list(blocks)}


def _select(**fields: Any) -> dict[str, Any]:
    return {"type": "select", **fields}


_STEPS: list[tuple[Any, list[dict[str, Any]]]] = [
    (_filter(_caught(_CATEGORY)), [{"type": "filter", "predicate": _IS_SHOE}]),
    (
        _filter(["and", _caught(_CATEGORY), ["or", _caught(_ON_SALE)], ["not", ["or"]]]),
        [
            {
                "type": "filter",
                "predicate": _group("all", _IS_SHOE, _group("atLeastOne", _IS_ON_SALE), _group("none")),
            }
        ],
    ),
    (_filter(_CATEGORY), [{"type": "filter", "predicate": {"type": "passthrough", "expression": _CATEGORY}}]),
    (
        _filter(["catch", True, _CATEGORY]),
        [{"type": "filter", "predicate": {"type": "passthrough", "expression": ["catch", True, _CATEGORY]}}],
    ),
    (_sort("sortByNumber", CART, ["Price"], True), [_sorted_by(("$Item.Price", "desc"))]),
    (_sort("sortByString", CART, ["Name"]), [_sorted_by(("$Item.Name", "asc"))]),
    (_sort("sortByString", CART, ["Attributes", "brand"]), [_sorted_by(("$Item.Attributes.brand", "asc"))]),
    (_sort("sortByTime", CART, ["Attributes", "since"]), [_sorted_by(("$Item.Attributes.since", "asc"))]),
    (
        _sort("sortByString", _sort("sortByNumber", CART, ["Price"], True), ["Name"]),
        [_sorted_by(("$Item.Name", "asc"), ("$Item.Price", "desc"))],
    ),
    (["take", CART, 2], [_select(operator="many", count=2, partial=True, **{"from": "start"})]),
    (["takeLast", CART, 2], [_select(operator="many", count=2, partial=True, **{"from": "end"})]),
    (["slice", CART, 1, 3], [_select(operator="between", to=3, partial=True, **{"from": 1})]),
    (["list", ["item", CART, 0]], [_select(operator="one", index=0, partial=False)]),
    (["map", CART, [["Item"], [".", "Item", "Price"]]], [{"type": "map", "expression": "$Item.Price"}]),
    (
        ["map", CART, [["Item"], ["+", [".", "Item", "Price"], 1]]],
        [{"type": "map", "expression": "{{$Item.Price + 1}}"}],
    ),
    *((([name, CART]), [{"type": "reduce", "operator": name}]) for name in ("max", "min", "sum", "count")),
    (["isEmpty", CART], [{"type": "reduce", "operator": "empty"}]),
    (["reverse", CART], [{"type": "reverse"}]),
    (["valueMapItems", CART, 12], [{"type": "filterAndMapValues", "valueMap": {"id": 12, "name": "12"}}]),
    (
        ["count", ["reverse", ["take", CART, 1]]],
        [
            _select(operator="many", count=1, partial=True, **{"from": "start"}),
            {"type": "reverse"},
            {"type": "reduce", "operator": "count"},
        ],
    ),
    (CART, []),
]


def _document(expression: Any) -> dict[str, Any]:
    return {"rules": [], "bindings": [{"name": "S", "type": "cartItemFilter", "expression": expression}]}


@pytest.mark.parametrize(("expression", "steps"), _STEPS, ids=[str(steps)[:60] for _, steps in _STEPS])
def test_a_filter_is_a_selector(expression: Any, steps: list[dict[str, Any]]) -> None:
    shown = sent(to_blocks(_document(expression), "place", NAMES))
    (selector,) = shown["selectors"]
    validate(selector, "Selector", "management")
    assert without_ids(selector) == {
        "name": "S",
        "type": "selector",
        "source": "$Session.CartItems",
        "steps": steps,
    }
    (binding,) = from_blocks({"selectors": without_ids([selector])}, NAMES).data["bindings"]
    assert read(binding["expression"]) == read(expression)


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (["applicationFilter", "Premium"], '{{applicationFilter("Premium")}}'),
        (_sort("sortByString", CART, ["Price"]), "{{sortByString($Session.CartItems, Item => $Item.Price)}}"),
        (["take", CART, ["count", CART]], "{{take($Session.CartItems, count($Session.CartItems))}}"),
        (["filter", CART, [["x"], True]], "{{filter($Session.CartItems, x => true)}}"),
        (["distinct", [".", "Other"]], "{{distinct($Other)}}"),
    ],
)
def test_what_is_no_step_is_the_source(expression: Any, source: str) -> None:
    (selector,) = to_blocks(_document(expression), "place", NAMES)["selectors"]
    assert (selector["source"], selector["steps"]) == (source, [])
    (binding,) = from_blocks({"selectors": [selector]}, NAMES).data["bindings"]
    assert read(binding["expression"]) == read(expression)


def test_a_test_caught_as_a_whole_is_a_group_of_tests() -> None:
    (selector,) = to_blocks(_document(_filter(_caught(["and", _CATEGORY, _ON_SALE]))), "place")["selectors"]
    assert without_ids(sent(selector["steps"][0]["predicate"])) == _group("all", _IS_SHOE, _IS_ON_SALE)


def test_what_may_be_left_out_has_its_default() -> None:
    steps = [
        {"type": "select", "operator": "many", "from": "start", "count": 1},
        {"type": "select", "operator": "one", "index": 0},
    ]
    document = {
        "selectors": [{"name": "S", "type": "selector", "source": "$Session.CartItems", "steps": steps}]
    }
    (binding,) = from_blocks(document).data["bindings"]
    assert binding["expression"] == ["list", ["item", ["take", CART, 1], 0]]


def test_bindings_keep_their_order_and_what_describes_them() -> None:
    bindings = [
        {"name": "S", "type": "cartItemFilter", "expression": CART, "description": "all"},
        {"name": "n", "expression": ["count", [".", "S"]]},
        {"name": "B", "type": "bundle", "expression": ["bundle", "B", ["part", [".", "S"], 2]]},
        {
            "name": "p",
            "type": "templateParameter",
            "expression": ["identity", 5],
            "valueType": "number",
            "minValue": 1,
        },
    ]
    shown = sent(to_blocks({"rules": [], "bindings": bindings}, "place"))
    assert [each["name"] for each in shown["parameters"]] == ["n", "p"]
    assert [each["position"] for each in shown["selectors"]] == [0]
    assert from_blocks(shown).data["bindings"] == bindings


def test_positions_are_left_out_where_the_order_is_the_usual_one() -> None:
    bindings = [
        {"name": "n", "expression": ["identity", 1]},
        {"name": "S", "type": "cartItemFilter", "expression": CART},
        {"name": "B", "type": "bundle", "expression": ["bundle", "B", ["part", CART, 2]]},
    ]
    shown = sent(to_blocks({"rules": [], "bindings": bindings}, "place"))
    entries = [entry for name in ("parameters", "selectors", "bundles") for entry in shown[name]]
    assert not any("position" in entry for entry in entries)
    assert from_blocks(shown).data["bindings"] == bindings
