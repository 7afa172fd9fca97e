"""Facts of the shop become documents of the API."""

from datetime import UTC, datetime
from decimal import Decimal

from demo.documents import (
    SessionDocuments,
    coupon_document,
    opening_time,
    profile_document,
    promotions,
    session_path,
)
from demo.example import find_example
from demo.promotions import LARGE_CAMPAIGN_BUDGET, UNMET_CONDITIONS
from tercel.base.codec import decode_any, encode
from tercel.rules.reader import read_ruleset
from tests.demo.shops import COFFEE, small_shop


def test_a_basket_is_a_closed_session() -> None:
    shop = small_shop()
    basket = shop.baskets[0]
    assert session_path(basket) == "/v2/customer_sessions/basket-100"
    assert SessionDocuments(shop.products, shop.wide_offers()).document(basket)["customerSession"] == {
        "profileId": "household-1",
        "storeIntegrationId": "store-7",
        "state": "closed",
        "couponCodes": ("09-51111",),
        "cartItems": [
            {
                "sku": "1",
                "name": "Ground coffee",
                "category": "Coffee",
                "quantity": 2,
                "price": Decimal("4.99"),
                "attributes": {"Department": "Grocery", "Brand": "Private", "CardSaving": Decimal("0.50")},
            },
            {
                "sku": "2",
                "quantity": 1,
                "price": Decimal("1.00"),
                "attributes": {"Brand": "National", "Offers": ["18-52222"]},
            },
        ],
    }


def test_a_session_without_codes_names_none() -> None:
    shop = small_shop()
    document = SessionDocuments(shop.products, {}).document(shop.baskets[1])
    assert "couponCodes" not in document["customerSession"]


def test_a_coupon_lists_its_products_unless_they_are_too_many() -> None:
    narrow, wide = small_shop().coupons
    assert coupon_document(narrow)["attributes"] == {"Products": [str(COFFEE)]}
    assert coupon_document(wide)["attributes"] == {}
    assert coupon_document(wide)["couponPattern"] == "18-52222"


def test_a_household_carries_its_campaigns() -> None:
    known, unknown = small_shop().households
    assert profile_document(known) == {"attributes": {"Age": "35-44", "Campaigns": ["9", "18"]}}
    assert profile_document(unknown) == {"attributes": {"Campaigns": ["9"]}}


def test_a_campaign_lasts_to_the_end_of_its_last_day_in_new_york() -> None:
    large = next(each for each in promotions(small_shop().campaigns) if each.key == 18)
    assert large.document["startTime"] == "2017-10-30T04:00:00Z"
    assert large.document["endTime"] == "2017-12-25T05:00:00Z"


def test_only_large_campaigns_have_a_budget() -> None:
    budgets = {
        each.key: [limit["limit"] for limit in each.document["limits"]]
        for each in promotions(small_shop().campaigns)
    }
    assert budgets[18] == [1, LARGE_CAMPAIGN_BUDGET]
    assert budgets[9] == [1]


def test_every_ruleset_can_be_read_and_coupon_conditions_have_words() -> None:
    for promotion in promotions(small_shop().campaigns):
        ruleset = read_ruleset(decode_any(encode(promotion.ruleset)))
        assert len(ruleset.rules) == 1
        if promotion.key is not None:
            assert len(ruleset.rules[0].conditions) == len(UNMET_CONDITIONS)


def test_the_shop_opens_before_everything() -> None:
    assert opening_time(small_shop()) == datetime(2017, 5, 30, tzinfo=UTC)


def test_the_example_is_a_household_that_still_has_its_coupon() -> None:
    found = find_example(small_shop(), {(1, "09-51111")})
    assert found is not None
    session = found.body["customerSession"]
    assert (session["profileId"], session["couponCodes"]) == ("household-2", ["09-51111"])
    assert [item["sku"] for item in session["cartItems"]] == ["1"]


def test_there_is_no_example_without_a_redemption() -> None:
    assert find_example(small_shop(), set()) is None
    assert find_example(small_shop(), {(1, "09-51111"), (2, "09-51111")}) is None
