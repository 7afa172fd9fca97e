"""What is proven from a rule, and what is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tercel.language.reader import read
from tercel.rules.event_types import with_event_questions
from tercel.rules.requirement import Key, Subject, Threshold
from tercel.rules.requirements import requirement_of

_TOTAL, _ITEMS = [".", "Session", "Total"], [".", "Session", "CartItems"]
_SHOES = ["filter", _ITEMS, [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "shoes"]]]]
_SHOE_KEYS = {Key(Subject.ITEM, "category", "shoes")}


def _facts(*conditions: Any, bindings: dict[str, Any] | None = None) -> Any:
    nodes = tuple(with_event_questions(read(condition)) for condition in conditions)
    return requirement_of(nodes, {name: read(each) for name, each in (bindings or {}).items()})


@pytest.mark.parametrize(
    ("condition", "threshold"),
    [
        ([">=", _TOTAL, 50], Threshold("session", "total", Decimal(50))),
        ([">", _TOTAL, 50], Threshold("session", "total", Decimal(50))),
        (["<=", 50, _TOTAL], Threshold("session", "total", Decimal(50))),
        ([">=", [".", "session", "carttotal"], 1], Threshold("session", "cart_item_total", Decimal(1))),
        ([">=", [".", "Profile", "ClosedSessions"], 2], Threshold("profile", "closed_sessions", Decimal(2))),
    ],
)
def test_thresholds(condition: Any, threshold: Threshold) -> None:
    assert _facts(condition).thresholds == (threshold,)


@pytest.mark.parametrize(
    "condition",
    [
        ["<", _TOTAL, 50],
        [">=", 50, _TOTAL],
        [">=", [".", "Session", "DiscountedTotal"], 50],
        [">=", _TOTAL, [".", "Session", "Attributes", "n"]],
        [">=", _TOTAL, 10, 20],
        ["or", [">=", _TOTAL, 50], True],
        ["not", [">=", _TOTAL, 50]],
    ],
)
def test_no_threshold(condition: Any) -> None:
    assert _facts(condition).thresholds == ()


def test_a_binding_hides_a_global() -> None:
    assert _facts([">=", _TOTAL, 50], bindings={"Session": ["identity", 1]}).thresholds == ()


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("Profile", ["=", [".", "Profile", "Attributes", "tier"], "gold"]),
        ("Store", ["oneOf", [".", "Store", "IntegrationId"], ["list", "berlin"]]),
        ("Session", ["=", [".", "Session", "StoreIntegrationId"], "berlin"]),
    ],
)
def test_equalities_are_not_about_an_entity_that_a_binding_hides(name: str, condition: Any) -> None:
    assert _facts(condition).keys != ()
    assert _facts(condition, bindings={name: ["kv", ["IntegrationId", "berlin"]]}).keys == ()


@pytest.mark.parametrize(
    "condition",
    [
        [">=", ["count", _SHOES], 2],
        [">", ["count", _SHOES], 0],
        ["<", 0, ["count", _SHOES]],
        [">", ["sum", _SHOES, [["I"], [".", "I", "Price"]]], 0],
        [">=", ["sum", ["map", _SHOES, [["I"], [".", "I", "Price"]]]], 5],
        [">", ["count", ["take", ["sortByNumber", _SHOES, [["I"], [".", "I", "Price"]], True], 3]], 0],
        ["exists", _ITEMS, [["X"], ["=", [".", "X", "Category"], "shoes"]]],
        ["exists", _ITEMS, [["X"], ["catch", False, ["and", [">", [".", "X", "Price"], 5], ["=", [".", "X", "Category"], "shoes"]]]]],
        ["not", ["isEmpty", _SHOES]],
        [">=", ["count", [".", "Shoes"]], 1],
        ["catch", False, [">=", ["count", _SHOES], 1]],
        [">=", ["countIf", _ITEMS, [["X"], ["=", [".", "X", "Category"], "shoes"]]], 1],
    ],
)  # fmt: skip
def test_items(condition: Any) -> None:
    assert _facts(condition, bindings={"Shoes": _SHOES}).keys == (_SHOE_KEYS,)


@pytest.mark.parametrize(
    "condition",
    [
        [">=", ["count", _SHOES], 0],
        [">", ["count", _SHOES], -1],
        ["<", ["count", _SHOES], 2],
        ["exists", _SHOES, [["X"], True]],
        ["exists", _ITEMS, [["X"], ["=", [".", "Y", "Category"], "shoes"]]],
        ["exists", _ITEMS, [["X"], ["=", [".", "X", "Category"], 5]]],
        [
            "exists",
            _ITEMS,
            [["X"], ["and", [">", [".", "X", "Price"], 5], ["=", [".", "X", "Category"], "shoes"]]],
        ],
        [">", ["sum", _SHOES, [["I"], ["-", [".", "I", "Price"], "text"]]], 0],
        ["every", _ITEMS, [["X"], ["=", [".", "X", "Category"], "shoes"]]],
    ],
)
def test_nothing_about_items(condition: Any) -> None:
    assert _facts(condition).keys == ()


def test_alternatives() -> None:
    both = {Key(Subject.ITEM, "sku", "A"), Key(Subject.ITEM, "sku", "B")}
    predicate = ["oneOf", [".", "Item", "SKU"], ["list", "A", "B"]]
    assert _facts(["exists", _ITEMS, [["Item"], predicate]]).keys == (both,)
    one = ["exists", _ITEMS, [["Item"], ["=", [".", "Item", "SKU"], "A"]]]
    other = ["exists", _ITEMS, [["Item"], ["=", [".", "Item", "SKU"], "B"]]]
    assert _facts(["or", one, other]).keys == (both,)
    assert _facts(["or", one, True]).keys == ()


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        (["couponValid"], Key(Subject.COUPON)),
        (["couponValid", False], Key(Subject.COUPON)),
        (["referralValid"], Key(Subject.REFERRAL)),
        (["eventIs", "signup"], Key(Subject.EVENT, "", "signup")),
        (["=", [".", "Event", "Type"], "signup"], Key(Subject.EVENT, "", "signup")),
        (["=", [".", "Store", "IntegrationId"], "s"], Key(Subject.STORE, "", "s")),
        (["=", [".", "Session", "StoreIntegrationId"], "s"], Key(Subject.STORE, "", "s")),
        (["=", [".", "Profile", "Attributes", "tier"], "gold"], Key(Subject.PROFILE, "tier", "gold")),
        (["=", [".", "Session", "Attributes", "vip"], True], Key(Subject.SESSION, "vip", "true")),
    ],
)
def test_equalities(condition: Any, key: Key) -> None:
    assert _facts(condition).keys == ({key},)


@pytest.mark.parametrize("value", ["1", "-2.5", ".5", "2026-01-01T00:00:00Z", 1, None])
def test_texts_that_may_equal_other_kinds_prove_nothing(value: Any) -> None:
    assert _facts(["=", [".", "Profile", "Attributes", "tier"], value]).keys == ()


def test_reading_stops_where_an_error_could_be_reported() -> None:
    assert _facts(["+", 1, "x"], ["couponValid"]).keys == ()
    assert _facts([">=", _TOTAL, 5], ["+", 1, "x"], ["couponValid"]).keys == ()
    assert _facts(["onFailure", ["couponValid"], ["showNotification", "Info", "t"]]).keys == ()
    assert _facts(["isSet", [".", "Profile", "Attributes", "x"]], ["couponValid"]).keys == (
        {Key(Subject.COUPON)},
    )
