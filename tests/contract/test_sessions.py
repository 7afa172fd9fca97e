"""Sessions and profiles through the published client (behaviour/sessions 16)."""

import pytest
from pydantic import ValidationError
from talon_one import (
    AdditionalCost,
    CartItem,
    CustomerProfileIntegrationRequestV2,
    IntegrationRequest,
    NewCoupons,
    NewCustomerSessionV2,
    NewReturn,
    ReturnedCartItem,
    ReturnIntegrationRequest,
)
from talon_one.exceptions import BadRequestException, NotFoundException

from tests.contract.conftest import Shop, rule

EVERYTHING = [
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "awardedGiveaways",
    "ruleFailureReasons",
    "previousReturns",
]
CART = [CartItem(sku="MUG", name="Mug", quantity=4, price=12.5), CartItem(sku="BOOK", quantity=1, price=50)]


def request(*, content: list[str] = EVERYTHING, **session: object) -> IntegrationRequest:
    return IntegrationRequest(customerSession=NewCustomerSessionV2(**session), responseContent=content)


@pytest.mark.parametrize("usage_limit", [0, 1])
def test_a_cart_is_opened_closed_and_cancelled(shop: Shop, usage_limit: int) -> None:
    ann = f"ann of {shop.id}"  # profiles belong to the account, which all tests share
    campaign_id = shop.campaign(rule(["couponValid"]))
    new_coupons = NewCoupons(usageLimit=usage_limit, numberOfCoupons=1, couponPattern="SUMMER")
    coupon_id = shop.management.create_coupons(shop.id, campaign_id, new_coupons, silent="no").data[0].id

    opened = shop.integration.update_customer_session_v2(
        "cart 1", request(profileId=ann, couponCodes=["SUMMER"], cartItems=CART)
    )
    assert [each.effect_type for each in opened.effects] == ["acceptCoupon", "setDiscount"]
    assert opened.effects[0].props == {"value": "SUMMER"}
    assert opened.effects[1].props == {"name": "ten percent", "value": 10}
    assert {each.triggered_by_coupon for each in opened.effects} == {coupon_id}
    assert {each.campaign_id for each in opened.effects} == {campaign_id}
    assert (opened.customer_session.total, opened.customer_session.update_count) == (100, 1)
    assert opened.customer_session.cart_items[0].name == "Mug"
    assert opened.customer_profile.integration_id == ann
    assert [each.id for each in opened.triggered_campaigns] == [campaign_id]
    assert (opened.coupons[0].id, opened.coupons[0].usage_counter) == (coupon_id, 0)
    assert opened.created_coupons == opened.created_referrals == opened.rule_failure_reasons == []

    closed = shop.integration.update_customer_session_v2("cart 1", request(state="closed"))
    assert closed.customer_session.state == "closed"
    assert (closed.coupons[0].usage_counter, closed.customer_profile.closed_sessions) == (1, 1)
    assert closed.customer_profile.total_sales == 100

    cancelled = shop.integration.update_customer_session_v2("cart 1", request(state="cancelled"))
    assert [each.effect_type for each in cancelled.effects] == ["rollbackCoupon", "rollbackDiscount"]
    assert (cancelled.coupons[0].usage_counter, cancelled.customer_profile.closed_sessions) == (0, 0)

    stored = shop.integration.get_customer_session("cart 1")
    assert stored.customer_session.state == "cancelled"
    assert [each.effect_type for each in stored.effects if not each.effect_type.startswith("rollback")] == []


def test_items_are_returned_and_the_session_is_cancelled(shop: Shop) -> None:
    per_item = ["setDiscountPerItem", "one off", [".", "Session", "CartItems"], 1]
    shop.campaign(rule(effects=[per_item]))
    shop.integration.update_customer_session_v2("back", request(cartItems=CART, state="closed"))
    returned = NewReturn(returnedCartItems=[ReturnedCartItem(position=0, quantity=3)])
    body = ReturnIntegrationRequest(
        var_return=returned, responseContent=["customerSession", "previousReturns"]
    )

    answer = shop.integration.return_cart_items("back", body)
    assert [each.effect_type for each in answer.effects] == ["rollbackDiscount"] * 3
    assert answer.customer_session.state == "partially_returned"
    assert answer.customer_session.cart_items[0].remaining_quantity == 1
    assert answer.customer_session.total == 62.5
    assert answer.var_return.returned_cart_items[0].quantity == 3

    cancelled = shop.integration.update_customer_session_v2("back", request(state="cancelled"))
    assert [each.effect_type for each in cancelled.effects] == ["rollbackDiscount"] * 2
    assert [each.id for each in cancelled.previous_returns] == [answer.var_return.id]


def test_a_session_is_reopened_and_closed_again(shop: Shop) -> None:
    shop.campaign(rule())
    shop.integration.update_customer_session_v2("again", request(cartItems=CART, state="closed"))
    reopened = shop.integration.reopen_customer_session("again")
    assert [each.effect_type for each in reopened.effects] == ["rollbackDiscount"]
    closed = shop.integration.update_customer_session_v2("again", request(state="closed"))
    assert [each.effect_type for each in closed.effects] == ["setDiscount"]


def test_a_failed_rule_gives_its_reason(shop: Shop) -> None:
    campaign_id = shop.campaign(rule([">", [".", "Session", "Total"], 1_000]))
    answer = shop.integration.update_customer_session_v2("poor", request(cartItems=CART))
    assert answer.effects == []
    assert [
        (each.campaign_id, each.rule_index, each.condition_index) for each in answer.rule_failure_reasons
    ] == [(campaign_id, 0, 0)]


def test_an_unknown_code_is_refused_with_its_reason(shop: Shop) -> None:
    answer = shop.integration.update_customer_session_v2("lost", request(couponCodes=["LOST"]))
    assert [(each.campaign_id, each.effect_type) for each in answer.effects] == [(-1, "rejectCoupon")]
    assert answer.effects[0].props == {"value": "LOST", "rejectionReason": "CouponNotFound"}


def test_a_dry_request_leaves_nothing(shop: Shop) -> None:
    shop.campaign(rule())
    answer = shop.integration.update_customer_session_v2("dry", request(cartItems=CART), dry=True)
    assert [each.props["value"] for each in answer.effects] == [10]
    with pytest.raises(NotFoundException):
        shop.integration.get_customer_session("dry")


def test_a_closed_session_is_not_opened_again(shop: Shop) -> None:
    shop.integration.update_customer_session_v2("done", request(cartItems=CART, state="closed"))
    with pytest.raises(BadRequestException) as refused:
        shop.integration.update_customer_session_v2("done", request(cartItems=CART))
    assert refused.value.data.message == 'Cannot move session to state "open" from state "closed"'


def test_a_profile_is_created_and_changed(shop: Shop) -> None:
    shop.campaign(rule(effects=[["showNotification", "Info", "Hello", "there"]]))
    shop.define_attribute("CustomerProfile", "nickname", "string")
    everything = ["customerProfile", "triggeredCampaigns", "ruleFailureReasons"]
    body = CustomerProfileIntegrationRequestV2(attributes={"nickname": "Ann"}, responseContent=everything)

    plain = shop.integration.update_customer_profile_v2(f"ann of {shop.id}", body)
    assert (plain.customer_profile.attributes, plain.effects) == ({"nickname": "Ann"}, [])

    ruled = shop.integration.update_customer_profile_v2(f"ann of {shop.id}", body, run_rule_engine=True)
    assert [each.effect_type for each in ruled.effects] == ["showNotification"]
    assert ruled.customer_profile.id == plain.customer_profile.id


def test_the_client_reads_only_events_without_effects(shop: Shop) -> None:
    """The contract lists an event's effects as arrays, `["setDiscount", …]`; the client's model wants objects."""
    empty = shop.integration.update_customer_session_v2("no effect", request(content=["event"]))
    assert (empty.event.type, empty.event.effects) == ("talon_session_created", [])

    shop.campaign(rule())
    with pytest.raises(ValidationError, match="valid dictionary"):
        shop.integration.update_customer_session_v2("effect", request(content=["event"], cartItems=CART))


def test_costs_are_added_to_the_total(shop: Shop) -> None:
    name = f"shipping_{shop.id}"
    shop.admin.post(
        "/v1/additional_costs",
        json={"name": name, "title": "S", "description": "", "subscribedApplicationsIds": [shop.id]},
    ).raise_for_status()
    costs = {name: AdditionalCost(price=4.99)}
    answer = shop.integration.update_customer_session_v2(
        "sent", request(cartItems=CART, additionalCosts=costs)
    )
    assert answer.customer_session.additional_costs[name].price == 4.99
    assert answer.customer_session.total == 104.99
