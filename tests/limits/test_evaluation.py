"""The limits of one evaluation, where a shop sees them: ``tests/language/test_limits.py`` has those of expressions."""

from typing import Any

import pytest

from tercel.base import limits
from tercel.pipeline.deadline import wall_time_limit
from tests.support.shop import ITEMS, Shop, item, rule, short

#: For each unit of a cart, each unit of a cart: a hundred million steps.
ENDLESS = ["sum", ITEMS, [["Item"], ["sum", ITEMS, [["Other"], [".", "Other", "Price"]]]]]
DISCOUNT = ["setDiscount", "first", 5]


def effects(shop: Shop, second: Any, **session: Any) -> list[tuple[str, dict[str, Any]]]:
    """What a campaign gives that stands before one with this effect."""
    shop.campaign(rule(DISCOUNT))
    shop.campaign(rule(second))
    shop.campaign(rule(["setDiscount", "last", 1]))
    return short(shop.update("s", **session))


def test_an_evaluation_that_would_run_long_ends_and_the_session_is_answered(shop: Shop) -> None:
    cart = [item("A", 1, limits.CART_UNITS_MAX)]
    first, failed = effects(shop, ["setDiscount", "slow", ENDLESS], cartItems=cart)
    assert first == ("setDiscount", {"name": "first", "value": 5})
    assert failed[0] == "error"
    assert shop.get("s")["customerSession"]["updateCount"] == 1


def test_the_wall_time_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wall_time_limit()() is False
    monkeypatch.setattr(limits, "WALL_TIME_S_MAX", 0.0)
    assert wall_time_limit()() is True
    slow = ["setDiscount", "slow", ["sum", ITEMS, [["Item"], [".", "Item", "Price"]]]]
    cart = [item("A", 1, limits.STEPS_PER_CLOCK_CHECK)]
    first, failed = effects(shop, slow, cartItems=cart)
    assert (first[0], failed[0]) == ("setDiscount", "error")
    assert "time" in failed[1]["message"]


@pytest.mark.parametrize(
    ("quantity", "kinds"), [(limits.REPEAT_MAX, {"addFreeItem"}), (limits.REPEAT_MAX + 1, {"error"})]
)
def test_free_items(shop: Shop, quantity: int, kinds: set[str]) -> None:
    shop.campaign(rule(["addFreeItem", "GIFT", "gift", quantity]))
    found = short(shop.update("s"))
    assert {kind for kind, _ in found} <= kinds
    assert len(found) == (limits.REPEAT_MAX if kinds == {"addFreeItem"} else len(found))
