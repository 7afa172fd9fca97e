"""Coupons and referrals through the published client."""

from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from talon_one import (
    CodeGeneratorSettings,
    CouponDeletionFilters,
    CouponReservations,
    IntegrationRequest,
    NewCouponCreationJob,
    NewCouponDeletionJob,
    NewCoupons,
    NewCouponsForMultipleRecipients,
    NewCustomerSessionV2,
    NewReferral,
    NewReferralsForMultipleAdvocates,
    NewStore,
    UpdateCoupon,
    UpdateCouponBatch,
    UpdateReferral,
)

from tests.contract.conftest import Shop, rule

_END = datetime(2099, 12, 31, tzinfo=UTC)


def test_coupons_are_made_found_changed_and_deleted(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    new = NewCoupons(usageLimit=1, numberOfCoupons=3, couponPattern="WINTER-####", validCharacters=["A", "B"])
    made = shop.management.create_coupons(shop.id, campaign_id, new, silent="no")
    assert made.total_result_size == 3
    first = made.data[0]
    assert (first.campaign_id, first.usage_limit, first.usage_counter) == (campaign_id, 1, 0)

    found = shop.management.get_coupons_without_total_count(
        shop.id, campaign_id, value=first.value, exact_match=True
    )
    assert (found.has_more, [each.id for each in found.data]) == (False, [first.id])
    page = shop.management.get_coupons_without_total_count(shop.id, campaign_id, page_size=2, usable="true")
    assert (page.has_more, len(page.data)) == (True, 2)

    change = UpdateCoupon(usageLimit=5, expiryDate=_END)
    changed = shop.management.update_coupon(shop.id, campaign_id, str(first.id), change)
    assert (changed.usage_limit, changed.expiry_date) == (5, _END)

    batch = UpdateCouponBatch(usageLimit=7, batchID=first.batch_id)
    shop.management.update_coupon_batch(shop.id, campaign_id, batch)
    listed = shop.management.search_coupons_advanced_without_total_count(shop.id, campaign_id, {})
    assert {each.usage_limit for each in listed.data} == {7}

    shop.management.delete_coupon(shop.id, campaign_id, str(first.id))
    left = shop.management.search_coupons_advanced_application_wide_without_total_count(shop.id, {})
    assert {each.id for each in left.data} == {each.id for each in made.data[1:]}
    shop.management.delete_coupons(shop.id, campaign_id)
    assert shop.management.get_coupons_without_total_count(shop.id, campaign_id).data == []


def test_each_recipient_gets_a_coupon(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    new = NewCouponsForMultipleRecipients(usageLimit=1, recipientsIntegrationIds=["ann", "bob"])
    made = shop.management.create_coupons_for_multiple_recipients(shop.id, campaign_id, new, silent="no")
    assert {each.recipient_integration_id for each in made.data} == {"ann", "bob"}
    hers = shop.management.get_coupons_without_total_count(
        shop.id, campaign_id, recipient_integration_id="ann"
    )
    assert len(hers.data) == 1


def test_a_silent_creation_answers_nothing(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    new = NewCoupons(usageLimit=0, numberOfCoupons=2)
    assert shop.management.create_coupons(shop.id, campaign_id, new, silent="yes") is None
    assert len(shop.management.get_coupons_without_total_count(shop.id, campaign_id).data) == 2


def test_coupons_are_made_and_deleted_in_the_background(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    settings = CodeGeneratorSettings(couponPattern="JOB-######", validCharacters=list("ABCDEFGHIJ"))
    new = NewCouponCreationJob(
        usageLimit=1, numberOfCoupons=500, couponSettings=settings, attributes={}, expiryDate=_END
    )
    batch_id = shop.management.create_coupons_async(shop.id, campaign_id, new).batch_id
    assert _finished(shop, batchId=batch_id)["done"] == 500
    made = shop.management.get_coupons_without_total_count(shop.id, campaign_id, batch_id=batch_id)
    assert len(made.data) == 500
    assert (made.data[0].expiry_date, made.data[0].value[:4]) == (_END, "JOB-")

    filters = CouponDeletionFilters(value=made.data[0].value, exactMatch=True, usable=True)
    deletion = shop.management.create_coupons_deletion_job(
        shop.id, campaign_id, NewCouponDeletionJob(filters=filters)
    )
    assert _finished(shop, campaignId=campaign_id)["id"] == deletion.id
    left = shop.management.get_coupons_without_total_count(shop.id, campaign_id)
    assert {each.value for each in left.data} == {each.value for each in made.data[1:]}


def _finished(shop: Shop, **query: object) -> dict[str, Any]:
    """The newest job that the query finds, once it is finished."""
    for _ in range(300):
        answer = shop.admin.get(f"/v1/applications/{shop.id}/jobs", params=query).raise_for_status()
        job: dict[str, Any] = answer.json()["data"][0]
        if job["status"] != "pending":
            return job
        Event().wait(0.1)
    pytest.fail(f"it never came about: {job}")


def test_a_friend_is_referred(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["referralValid"]))
    new = NewReferral(campaignId=campaign_id, advocateProfileIntegrationId="ann", usageLimit=1)
    referral = shop.integration.create_referral(new)
    assert (referral.campaign_id, referral.advocate_profile_integration_id) == (campaign_id, "ann")

    session = NewCustomerSessionV2(profileId="friend", referralCode=referral.code, state="closed")
    answer = shop.integration.update_customer_session_v2(
        "first order", IntegrationRequest(customerSession=session, responseContent=["referral"])
    )
    assert answer.effects[0].effect_type == "acceptReferral"
    assert answer.effects[0].props == {"value": referral.code}
    assert (answer.referral.usage_counter, answer.referral.referred_customers) == (1, ["friend"])

    listed = shop.management.get_referrals_without_total_count(shop.id, campaign_id, advocate="ann")
    assert [(each.code, each.usage_counter) for each in listed.data] == [(referral.code, 1)]


def test_referrals_are_changed_and_deleted(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["referralValid"]))
    new = NewReferralsForMultipleAdvocates(
        campaignId=campaign_id, advocateProfileIntegrationIds=["ann", "bob"], usageLimit=1,
        referralPattern="FRIEND-####",
    )  # fmt: skip
    made = shop.integration.create_referrals_for_multiple_advocates(new, silent="no")
    assert made.total_result_size == 2
    first = made.data[0]
    assert first.code.startswith("FRIEND-")

    change = UpdateReferral(usageLimit=9, expiryDate=_END, friendProfileIntegrationId="cleo")
    changed = shop.management.update_referral(shop.id, campaign_id, str(first.id), change)
    assert (changed.usage_limit, changed.expiry_date, changed.friend_profile_integration_id) == (
        9,
        _END,
        "cleo",
    )
    shop.management.delete_referral(shop.id, campaign_id, str(first.id))
    left = shop.management.get_referrals_without_total_count(shop.id, campaign_id)
    assert [each.id for each in left.data] == [made.data[1].id]


def test_a_coupon_is_reserved_for_customers(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    new = NewCoupons(usageLimit=0, numberOfCoupons=1, couponPattern="HELD", reservationLimit=0)
    shop.management.create_coupons(shop.id, campaign_id, new)
    names = [f"ann of {shop.id}", f"bob of {shop.id}"]

    reserved = shop.integration.create_coupon_reservation("HELD", CouponReservations(integrationIDs=names))
    assert (reserved.value, reserved.campaign_id) == ("HELD", campaign_id)
    holders = shop.integration.get_reserved_customers("HELD")
    assert sorted(each.integration_id for each in holders.data) == names

    shop.integration.delete_coupon_reservation("HELD", CouponReservations(integrationIDs=names[:1]))
    left = shop.integration.get_reserved_customers("HELD")
    assert [each.integration_id for each in left.data] == names[1:]


def test_coupons_come_from_a_file_and_go_into_one(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    file = "value,limitval\r\nFROM-FILE,4\r\n"
    made = shop.management.import_coupons(shop.id, campaign_id, up_file=file)
    assert (made.entity, made.amount) == ("Coupon", 1)
    sent = shop.management.export_coupons(shop.id, campaign_id=campaign_id, values_only=True)
    assert sent == "value\r\nFROM-FILE\r\n"


def test_files_of_everything_else(shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    store = shop.management.create_store(shop.id, NewStore(name="s", description="", integrationId="berlin"))
    linked = shop.management.import_campaign_stores(
        shop.id, campaign_id, up_file="store_integration_id\nberlin\n"
    )
    assert linked.amount == 1
    assert (
        shop.management.export_campaign_stores(shop.id, campaign_id) == "store_integration_id\r\nberlin\r\n"
    )
    limits = "store_integration_id,limit\r\nberlin,5\r\n"
    made = shop.management.import_campaign_store_budget(
        shop.id, campaign_id, action="setDiscount", period="daily", up_file=limits
    )
    assert made.entity == "CampaignStoreBudget"
    assert shop.management.export_campaign_store_budgets(shop.id, campaign_id, period="daily") == limits
    referrals = "code,advocateprofileintegrationid\nFRIEND,ann\n"
    assert shop.management.import_referrals(shop.id, campaign_id, up_file=referrals).amount == 1
    assert "FRIEND,ann" in shop.management.export_referrals(shop.id, campaign_id=campaign_id)
    assert shop.management.export_customer_sessions(shop.id).startswith("id,firstsession,")
    assert shop.management.export_effects(shop.id).startswith("applicationid,campaignid,")
    assert store.integration_id == "berlin"
    recorded = shop.management.get_exports(application_id=shop.id)
    assert [(each.entity, each.filter) for each in recorded.data] == [
        ("Effect", {}),
        ("CustomerSession", {}),
        ("Referral", {"campaignId": campaign_id}),
    ]
    assert shop.management.get_exports(campaign_id=campaign_id, entity="Referral").total_result_size == 1
