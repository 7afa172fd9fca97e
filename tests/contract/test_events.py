"""Events, bulk profiles and reservations through the published client."""

import pytest
from talon_one import (
    CouponReservations,
    IntegrationEventV2Request,
    IntegrationRequest,
    MultipleCustomerProfileIntegrationRequest,
    MultipleCustomerProfileIntegrationRequestItem,
    NewCoupons,
    NewCustomerSessionV2,
)
from talon_one.exceptions import NotFoundException

from tests.contract.conftest import Shop, rule
from tests.support.server import created

NOTICE = ["showNotification", "Info", "Hi", "there"]


@pytest.fixture
def visit(shop: Shop) -> str:
    """A type of events."""
    name = f"visit_{shop.id}"
    created(shop.admin.post("/v1/event_types", json={"name": name, "title": name}))
    return name


def test_an_event_is_tracked_and_listed(shop: Shop, visit: str) -> None:
    campaign_id = shop.campaign(rule(effects=[NOTICE]))
    body = IntegrationEventV2Request(
        profileId=f"ann of {shop.id}",
        type=visit,
        responseContent=["customerProfile", "triggeredCampaigns", "ruleFailureReasons", "awardedGiveaways"],
    )
    answer = shop.integration.track_event_v2(body, silent="no")
    assert [each.effect_type for each in answer.effects] == ["showNotification"]
    assert [each.id for each in answer.triggered_campaigns] == [campaign_id]
    assert answer.customer_profile.integration_id == f"ann of {shop.id}"
    assert shop.integration.track_event_v2(body) is None

    listed = shop.management.get_application_events_without_total_count(shop.id, type=visit)
    assert [each.profile_id for each in listed.data] == [answer.customer_profile.id] * 2
    assert [each.effects[0].effect_type for each in listed.data] == ["showNotification"] * 2
    types = shop.management.get_application_event_types(shop.id)
    assert (types.total_result_size, types.data) == (1, [visit])


def test_profiles_are_updated_in_bulk(shop: Shop) -> None:
    shop.define_attribute("CustomerProfile", "nickname", "string")
    items = [
        MultipleCustomerProfileIntegrationRequestItem(
            integrationId=f"{name} of {shop.id}", attributes={"nickname": name}
        )
        for name in ("ann", "bob")
    ]
    body = MultipleCustomerProfileIntegrationRequest(customerProfiles=items)
    answer = shop.integration.update_customer_profiles_v2(body, silent="no")
    profiles = [each.customer_profile for each in answer.integration_states]
    assert [each.attributes for each in profiles] == [{"nickname": "ann"}, {"nickname": "bob"}]
    assert shop.integration.update_customer_profiles_v2(body) is None


def test_a_coupon_is_reserved(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    new = NewCoupons(usageLimit=1, numberOfCoupons=1, couponPattern="HARD", isReservationMandatory=True)
    shop.management.create_coupons(shop.id, campaign_id, new)
    ann = f"ann of {shop.id}"
    body = CouponReservations(integrationIDs=[ann])
    assert shop.integration.create_coupon_reservation("HARD", body).reservation_counter == 1
    listed = shop.integration.get_reserved_customers("HARD")
    assert [each.integration_id for each in listed.data] == [ann]

    session = NewCustomerSessionV2(profileId=ann, couponCodes=["HARD"], state="open")
    request = IntegrationRequest(customerSession=session)
    accepted = shop.integration.update_customer_session_v2("cart", request)
    assert accepted.effects[0].effect_type == "acceptCoupon"
    shop.integration.delete_coupon_reservation("HARD", body)
    refused = shop.integration.update_customer_session_v2("cart", request)
    assert refused.effects[0].props["rejectionReason"] == "CouponReservationRequired"
    with pytest.raises(NotFoundException):
        shop.integration.create_coupon_reservation("NOPE", body)
