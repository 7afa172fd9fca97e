"""Customers and their sessions through the published client."""

import pytest
from talon_one import (
    CartItem,
    CustomerProfileIntegrationRequestV2,
    CustomerProfileSearchQuery,
    IntegrationRequest,
    NewCustomerSessionV2,
)
from talon_one.exceptions import NotFoundException

from tests.contract.conftest import Shop, rule


@pytest.fixture
def customer(shop: Shop) -> str:
    """A customer of the shop with one closed session."""
    name = f"customer of {shop.id}"
    shop.campaign(rule())
    shop.define_attribute("CustomerProfile", "nickname", "string")
    profile = CustomerProfileIntegrationRequestV2(attributes={"nickname": name})
    shop.integration.update_customer_profile_v2(name, profile)
    cart = [CartItem(sku="MUG", quantity=2, price=10)]
    session = NewCustomerSessionV2(profileId=name, cartItems=cart, state="closed")
    shop.integration.update_customer_session_v2("order/1", IntegrationRequest(customerSession=session))
    return name


def test_customers_of_an_application_are_read(shop: Shop, customer: str) -> None:
    listed = shop.management.get_application_customers(shop.id, with_total_result_size=True)
    assert (listed.total_result_size, [each.integration_id for each in listed.data]) == (1, [customer])
    read = shop.management.get_application_customer(shop.id, listed.data[0].id)
    assert (read.closed_sessions, read.total_sales) == (1, 20)
    assert shop.management.get_application_customers(shop.id, integration_id="nobody").data == []


def test_customers_are_found_by_attributes(shop: Shop, customer: str) -> None:
    query = CustomerProfileSearchQuery(attributes={"nickname": customer})
    found = shop.management.get_application_customers_by_attributes(shop.id, query)
    assert [each.integration_id for each in found.data] == [customer]
    everywhere = shop.management.get_customers_by_attributes(query, sandbox=False)
    assert [each.integration_id for each in everywhere.data] == [customer]


def test_profiles_of_the_account_are_read(shop: Shop, customer: str) -> None:
    profile_id = shop.management.get_application_customers(shop.id).data[0].id
    assert shop.management.get_customer_profile(profile_id).integration_id == customer
    assert len(shop.management.get_customer_profiles(page_size=1).data) == 1
    with pytest.raises(NotFoundException):
        shop.management.get_customer_profile(999_999_999)


def test_sessions_are_read(shop: Shop, customer: str) -> None:
    listed = shop.management.get_application_sessions(shop.id, profile=customer, state="closed")
    assert [each.integration_id for each in listed.data] == ["order/1"]
    read = shop.management.get_application_session(shop.id, listed.data[0].id)
    assert (read.state, read.profileintegrationid) == ("closed", customer)
    assert (read.total, read.total_discounts, read.discounts) == (20, 2, {})
    assert shop.management.get_application_sessions(shop.id, state="cancelled").data == []
