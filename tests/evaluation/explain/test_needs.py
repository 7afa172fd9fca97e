"""What is missing for a rule, by condition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.explanation import Nudge
from tercel.evaluation.snapshot import CouponFacts, ProfileFacts, ReferralFacts, Wants
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

Json = Any
TOTAL = [".", "Session", "Total"]
ITEMS = [".", "Session", "CartItems"]
GIFT = ["setDiscount", "gift", 1]
HATS = ["filter", ITEMS, [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "hats"]]]]
ANN = ProfileFacts(integration_id="ann", id=1, created=NOW, attributes={"tier": "silver"})
DAY = timedelta(days=1)


def nudges(*conditions: Json, bindings: Json = (), campaign_keys: Json = None, **facts: Any) -> list[Nudge]:
    built = program(
        campaign(rule(GIFT, when=["and", *conditions]), bindings=list(bindings), **(campaign_keys or {})),
        **facts.pop("settings", {}),
    )
    found = evaluate(built, snapshot(wants=Wants(trace=True), **facts)).nudges
    assert found is not None
    return found


def needs(*conditions: Json, **keys: Any) -> list[dict[str, Any]]:
    """The needs of the only rule as what differs from a bare need, without sentences."""
    found = nudges(*conditions, **keys)
    assert len(found) == 1
    shown = []
    for need in found[0].needs:
        fields = {name: getattr(need, name) for name in need.__struct_fields__}
        fields = {name: value for name, value in fields.items() if value not in (None, {}, [], False)}
        del fields["sentence"]
        fields.pop("condition_index", None)
        shown.append(fields)
    return shown


AMOUNT = {"kind": "amount"}
ITEM = {"kind": "items"}
IN_HATS = {"where": {"category": ["hats"]}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ([">=", TOTAL, Decimal("108.4")], {**AMOUNT, "amount": Decimal("8.40")}),
        ([">=", TOTAL, Decimal("100.005")], {**AMOUNT, "amount": Decimal("0.01")}),
        ([">", TOTAL, 100], {**AMOUNT, "amount": Decimal("0.01")}),
        (["<", 120, TOTAL], {**AMOUNT, "amount": Decimal("20.01")}),
        (["=", TOTAL, 120], {**AMOUNT, "amount": Decimal(20), "is_exact": True}),
        (["betweenInclusive", TOTAL, 110, 120], {**AMOUNT, "amount": Decimal(10), "is_exact": True}),
        (["between", TOTAL, 110, 120], {**AMOUNT, "amount": Decimal("10.01"), "is_exact": True}),
        (["catch", False, [">=", TOTAL, 101]], {**AMOUNT, "amount": Decimal(1)}),
        (["onFailure", [">=", TOTAL, 101], ["showNotification", "Info", "a", "b"]], {**AMOUNT, "amount": Decimal(1)}),
        (["or", [">=", TOTAL, 130], [">=", TOTAL, 120]], {**AMOUNT, "amount": Decimal(20)}),
        ([">=", ["sum", HATS, [["I"], [".", "I", "Price"]]], 7], {**AMOUNT, "amount": Decimal(7), **IN_HATS}),
        ([">=", ["count", HATS], 2], {**ITEM, "items": 2, **IN_HATS}),
        ([">", ["count", ITEMS], 2], {**ITEM, "items": 2}),
        (["=", ["count", ITEMS], 3], {**ITEM, "items": 2, "is_exact": True}),
        (["exists", ITEMS, HATS[2]], {**ITEM, "items": 1, **IN_HATS}),
        (["not", ["isEmpty", HATS]], {**ITEM, "items": 1, **IN_HATS}),
        ([">=", ["countIf", ITEMS, [["I"], [">", [".", "I", "Price"], 500]]], 1], {**ITEM, "items": 1}),
        (
            [">=", ["countIf", ITEMS, [["I"], ["oneOf", [".", "I", "SKU"], ["list", "X", "Y"]]]], 1],
            {**ITEM, "items": 1, "where": {"sku": ["X", "Y"]}},
        ),
        (["couponValid"], {"kind": "code", "code_kind": "coupon"}),
        (["referralValid"], {"kind": "code", "code_kind": "referral"}),
        (["=", [".", "Profile", "Attributes", "tier"], "gold"], {"kind": "profile"}),
        (["isAudienceMember", "Current", 3], {"kind": "profile"}),
        (
            ["=", [".", "Session", "Attributes", "pay"], "card"],
            {"kind": "attribute", "entity": "Session", "attribute": "pay", "values": ["card"]},
        ),
        (
            ["oneOf", [".", "Store", "IntegrationId"], ["list", "s1", "s2"]],
            {"kind": "attribute", "entity": "Store", "attribute": "IntegrationId", "values": ["s1", "s2"]},
        ),
        (["isSet", [".", "Session", "Attributes", "gift"]],
         {"kind": "attribute", "entity": "Session", "attribute": "gift"}),
        (["after", ["now"], "2026-08-01T00:00:00Z"],
         {"kind": "time", "at": datetime(2026, 8, 1, 0, 0, 0, 1, tzinfo=UTC)}),
        ([">=", [".", "Now"], ["parseTime", "2026-08-01T00:00:00Z"]],
         {"kind": "time", "at": datetime(2026, 8, 1, tzinfo=UTC)}),
        (["timeOfDayBetween", ["now"], "16:00", "18:00"],
         {"kind": "time", "at": datetime(2026, 7, 15, 16, tzinfo=UTC)}),
        ([">=", ["hour", ["now"]], 21], {"kind": "time", "at": datetime(2026, 7, 15, 21, tzinfo=UTC)}),
        (["=", ["weekday", ["now"]], 1], {"kind": "time", "at": datetime(2026, 7, 20, tzinfo=UTC)}),
        # What cannot be proven is not promised.
        (["<", TOTAL, 50], {"kind": "unknown"}),
        (["betweenInclusive", TOTAL, 10, 20], {"kind": "unknown"}),
        ([">=", [".", "Session", "DiscountedTotal"], 500], {"kind": "unknown"}),
        ([">=", TOTAL, ["+", TOTAL, 1]], {"kind": "unknown"}),
        ([">=", ["count", ["distinct", ITEMS]], 5], {"kind": "unknown"}),
        ([">=", ["countIf", ITEMS, [["I"], [">", [".", "I", "Position"], 3]]], 1], {"kind": "unknown"}),
        (["every", ITEMS, HATS[2]], {"kind": "unknown"}),
        (["before", ["now"], "2026-01-01T00:00:00Z"], {"kind": "unknown"}),
        (["eventIs", "visit"], {"kind": "unknown"}),
        (["or", ["and", [">=", TOTAL, 130], ["couponValid"]], ["eventIs", "visit"]], {"kind": "unknown"}),
    ],
)  # fmt: skip
def test_need_of_a_condition(condition: Json, expected: dict[str, Any]) -> None:
    assert needs(condition) == [expected]


def test_names_are_looked_through() -> None:
    bindings = [{"name": "Hats", "expression": HATS}, {"name": "Basket", "expression": TOTAL}]
    found = needs(
        [">=", ["count", [".", "Hats"]], 1],
        [">=", [".", "Hats item count"], 2],
        [">=", [".", "Basket"], 110],
        bindings=bindings,
    )
    assert found == [
        {**ITEM, "items": 1, **IN_HATS},
        {**ITEM, "items": 2, **IN_HATS},
        {**AMOUNT, "amount": Decimal(10)},
    ]


def test_amounts_have_the_smallest_unit_of_the_currency() -> None:
    assert needs([">", TOTAL, 100], settings={"currency": "JPY"}) == [{**AMOUNT, "amount": Decimal(1)}]


def test_without_flattening_units_may_share_a_line() -> None:
    assert needs([">=", ["count", HATS], 2], settings={"is_flattened": False}) == [{"kind": "unknown"}]


def test_the_profile_that_is_there_lacks_an_attribute() -> None:
    found = needs(["=", [".", "Profile", "Attributes", "tier"], "gold"], profile=ANN)
    assert found == [{"kind": "attribute", "entity": "Profile", "attribute": "tier", "values": ["gold"]}]
    assert needs(["isAudienceMember", "Current", 3], profile=ANN) == [{"kind": "profile", "audience_id": 3}]


def test_all_failing_conditions_are_needed() -> None:
    found = nudges([">=", TOTAL, 90], [">=", TOTAL, 110], ["couponValid"])
    assert [(need.kind, need.condition_index) for need in found[0].needs] == [("amount", 1), ("code", 2)]


def test_a_rule_with_an_unknown_need_among_others_is_left_out() -> None:
    assert nudges([">=", TOTAL, 110], ["<", TOTAL, 50]) == []


def test_a_rule_that_applies_needs_nothing() -> None:
    assert nudges([">=", TOTAL, 90]) == []


def test_times_are_found_at_which_all_conditions_hold() -> None:
    berlin = {"zone": ZoneInfo("Europe/Berlin")}
    evening, saturday = ["timeOfDayBetween", ["now"], "18:00", "20:00"], ["=", ["weekday", ["now"]], 6]
    assert needs(evening, saturday, settings=berlin) == [
        {"kind": "time", "at": datetime(2026, 7, 18, 16, tzinfo=UTC)}
    ]


def test_a_time_after_the_end_of_the_campaign_is_no_help() -> None:
    assert needs(["=", ["weekday", ["now"]], 1], campaign_keys={"end_time": NOW + DAY}) == [
        {"kind": "unknown"}
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start_date": NOW + DAY}, {"kind": "time", "at": NOW + DAY}),
        ({"expiry_date": NOW - DAY}, {"kind": "code", "code_kind": "coupon"}),
        ({"usage_limit": 1, "usage_counter": 1}, {"kind": "code", "code_kind": "coupon"}),
        ({"is_reservation_mandatory": True}, {"kind": "profile"}),
    ],
)
def test_a_code_that_is_refused(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    coupon = CouponFacts(id=5, campaign_id=1, value="SPRING", **fields)
    assert needs(["couponValid"], coupons={"SPRING": coupon}) == [expected]
    assert nudges(["couponValid"], coupons={"SPRING": coupon})[0].coupon_code == "SPRING"


def test_a_referral_that_is_refused() -> None:
    friend = ReferralFacts(id=7, campaign_id=1, code="FRIEND", advocate=ANN, advocate_integration_id="ann")
    assert needs(["referralValid"], referral=friend, profile=ANN) == [
        {"kind": "code", "code_kind": "referral"}
    ]


def test_campaigns_to_come_are_looked_at_as_they_will_stand() -> None:
    start = NOW + 2 * DAY
    keys = {"campaign_keys": {"start_time": start}}
    assert needs([">=", TOTAL, 90], **keys) == [{"kind": "time", "at": start}]
    assert needs([">=", ["now"], (NOW + DAY).isoformat()], **keys) == [{"kind": "time", "at": start}]
    assert [need["kind"] for need in needs([">=", TOTAL, 110], **keys)] == ["time", "amount"]
    assert nudges([">=", TOTAL, 90], campaign_keys={"start_time": start, "end_time": start}) == []


def test_small_changes_come_first() -> None:
    def with_condition(number: int, *conditions: Json) -> Any:
        return campaign(rule(GIFT, when=["and", *conditions]), number=number)

    built = program(
        with_condition(1, ["eventIs", "visit"]),
        with_condition(2, ["couponValid"]),
        with_condition(3, [">=", TOTAL, 150]),
        with_condition(4, [">=", TOTAL, 110]),
        with_condition(5, [">=", TOTAL, 101], ["=", [".", "Session", "Attributes", "pay"], "card"]),
        with_condition(6, ["=", ["weekday", ["now"]], 1]),
    )
    found = evaluate(built, snapshot(wants=Wants(trace=True))).nudges
    assert found is not None
    assert [nudge.campaign_id for nudge in found] == [4, 3, 5, 6, 2, 1]


@pytest.mark.parametrize(
    "condition",
    [
        [">=", TOTAL, Decimal("1E+6000")],
        [">=", ["count", ITEMS], Decimal("1E+40")],
        [">=", ["*", TOTAL, Decimal("1E+6000")], Decimal("1E+6100")],
        ["isAudienceMember", "Current", Decimal("1E+40")],
        ["after", ["now"], "9999-12-31T23:59:59Z"],
        ["before", ["now"], "0001-01-01T00:00:00+14:00"],
    ],
)
def test_numbers_and_times_beyond_all_bounds_are_no_trouble(condition: Json) -> None:
    assert needs(condition, profile=ANN) == [{"kind": "unknown"}]


def test_the_end_of_the_calendar_is_no_trouble() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert needs(["=", ["weekday", ["now"]], 1], now=last) == [{"kind": "unknown"}]
    tokyo = {"settings": {"zone": ZoneInfo("Asia/Tokyo")}, "campaign_keys": {"start_time": last}}
    assert needs([">=", TOTAL, 90], **tokyo) == [{"kind": "time", "at": last}]
