"""The limits of one evaluation, where a shop sees them: ``tests/language/test_limits.py`` has those of expressions."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tercel.base import limits
from tercel.pipeline import deadline
from tercel.pipeline.deadline import processor_time_limit
from tests.support.server import created
from tests.support.shop import ITEMS, Shop, item, rule, short

#: For each unit of a cart, each unit of a cart: a hundred million steps.
ENDLESS = ["sum", ITEMS, [["Item"], ["sum", ITEMS, [["Other"], [".", "Other", "Price"]]]]]
DISCOUNT = ["setDiscount", "first", 5]
CART = [item("A", 1, limits.CART_UNITS_MAX)]


def effects(shop: Shop, second: Any, **session: Any) -> list[tuple[str, dict[str, Any]]]:
    """What a campaign gives that stands before one with this effect."""
    shop.campaign(rule(DISCOUNT))
    shop.campaign(rule(second))
    shop.campaign(rule(["setDiscount", "last", 1]))
    return short(shop.update("s", **session))


def test_a_campaign_that_would_run_long_ends_alone_and_the_session_is_answered(shop: Shop) -> None:
    first, failed, last = effects(shop, ["setDiscount", "slow", ENDLESS], cartItems=CART)
    assert first == ("setDiscount", {"name": "first", "value": 5})
    assert failed[0] == "error"
    assert last == ("setDiscount", {"name": "last", "value": 1})
    assert shop.get("s")["customerSession"]["updateCount"] == 1


@pytest.fixture
def endless(shop: Shop) -> list[dict[str, Any]]:
    """As many campaigns without an end as use up an evaluation, behind one that gives something."""
    shop.campaign(rule(DISCOUNT))
    count = limits.STEPS_MAX // limits.STEPS_PER_CAMPAIGN_MAX
    return [shop.campaign(rule(["setDiscount", "slow", ENDLESS])) for _ in range(count)]


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"] == "1"
    assert "nothing was done" in answer.json()["message"]


def test_an_evaluation_that_is_used_up_changes_nothing(shop: Shop, endless: list[dict[str, Any]]) -> None:
    code = shop.campaign(rule(DISCOUNT, when=["and", ["couponValid"]]))
    shop.coupon(code, "ONCE", usageLimit=1)
    body = {
        "customerSession": {
            "state": "closed",
            "profileId": shop.ann,
            "couponCodes": ["ONCE"],
            "cartItems": CART,
        }
    }
    headers = {"Idempotency-Key": "k"}
    for _ in range(2):
        refused(shop.integration.put("/v2/customer_sessions/s", json=body, headers=headers))
    assert shop.integration.get("/v2/customer_sessions/s").status_code == 404
    found = shop.management.get(f"{shop.path}/customers", params={"integrationId": shop.ann})
    assert found.json()["data"] == []
    assert shop.stored_coupon(code, "ONCE")["usageCounter"] == 0
    for campaign in endless:
        shop.management.put(
            f"{shop.path}/campaigns/{campaign['id']}",
            json={"name": "c", "state": "disabled", "tags": [], "features": [], "limits": []},
        ).raise_for_status()
    answer = shop.integration.put("/v2/customer_sessions/s", json=body, headers=headers)
    assert answer.status_code == 200, "the key was not used up"
    assert shop.stored_coupon(code, "ONCE")["usageCounter"] == 1


@pytest.mark.usefixtures("endless")
def test_a_dry_evaluation_that_is_used_up_tells_it(shop: Shop) -> None:
    found = short(shop.update("s", query="?dry=true", cartItems=CART))
    assert [kind for kind, _ in found] == ["setDiscount", "error", "error"]
    assert "evaluation needed more" in found[-1][1]["message"]


def test_events_profiles_and_returns_that_are_used_up_change_nothing(shop: Shop) -> None:
    numbers = ["list", *range(100)]
    loop: Any = 1
    for name in "abcd":
        loop = ["sum", numbers, [[name], loop]]
    for _ in range(limits.STEPS_MAX // limits.STEPS_PER_CAMPAIGN_MAX):
        # Nothing is heavy while the session closes.
        heavy = ["catch", 1, ["if", ["=", [".", "Session", "State"], "closed"], 1, loop]]
        is_heavy = ["not", ["catch", False, ["=", [".", "Session", "State"], "closed"]]]
        shop.campaign(
            rule(["setDiscount", "d", heavy]),
            rule(["showNotification", "Info", "t", ["toString", loop]], when=["and", is_heavy]),
            reevaluateOnReturn=True,
        )
    shop.update("sold", profileId=shop.ann, cartItems=[item("A", 9, 2)], state="closed")
    before = shop.get("sold")
    body = {"return": {"returnedCartItems": [{"position": 0, "quantity": 1}]}}
    refused(shop.integration.post("/v2/customer_sessions/sold/returns?runRuleEngine=true", json=body))
    assert shop.get("sold") == before
    kind = f"seen_{shop.application['id']}"
    created(shop.management.post("/v1/event_types", json={"name": kind, "title": kind}))
    event = {"type": kind, "profileId": shop.ann, "attributes": {}}
    refused(shop.integration.post("/v2/events", json=event))
    path = f"/v2/customer_profiles/{quote(shop.ann)}?runRuleEngine=true"
    refused(shop.integration.put(path, json={"attributes": {}}))
    answer = shop.integration.put(path + "&dry=true", json={"attributes": {}})
    assert answer.status_code == 200


def test_a_pause_counts_for_no_more_than_the_time_that_is_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed, used = 0.0, 100.0
    monkeypatch.setattr(deadline, "perf_counter", lambda: passed)
    monkeypatch.setattr(deadline, "thread_time", lambda: used)
    is_late = processor_time_limit()
    passed += 3_600
    assert not is_late()
    used += limits.PROCESSOR_SECONDS_MAX - limits.PROCESSOR_SECONDS_UNMEASURED - 0.001
    assert not is_late()
    used += 0.001
    assert is_late()


def test_the_processor_time_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert processor_time_limit()() is False
    monkeypatch.setattr(limits, "PROCESSOR_SECONDS_MAX", 0.0)
    assert processor_time_limit()() is True
    shop.campaign(rule(["setDiscount", "slow", ["sum", ITEMS, [["Item"], [".", "Item", "Price"]]]]))
    cart = [item("A", 1, limits.STEPS_PER_CLOCK_CHECK)]
    refused(shop.put("s", cartItems=cart))
    (failed,) = short(shop.update("s", query="?dry=true", cartItems=cart))
    assert "processor time" in failed[1]["message"]


@pytest.mark.parametrize(
    ("quantity", "kinds"), [(limits.REPEAT_MAX, {"addFreeItem"}), (limits.REPEAT_MAX + 1, {"error"})]
)
def test_free_items(shop: Shop, quantity: int, kinds: set[str]) -> None:
    shop.campaign(rule(["addFreeItem", "GIFT", "gift", quantity]))
    found = short(shop.update("s"))
    assert {kind for kind, _ in found} <= kinds
    assert len(found) == (limits.REPEAT_MAX if kinds == {"addFreeItem"} else len(found))
