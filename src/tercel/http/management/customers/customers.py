"""Customers of an application and of the account (behaviour/lists 4)."""

from __future__ import annotations

from tercel.features.common.envelopes import Optional, Uncounted
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged, TotalPaging
from tercel.features.customers.profiles import listing as customers
from tercel.features.customers.profiles.listing import (
    CUSTOMERS,
    CUSTOMERS_OF_ALL,
    PROFILES,
    CustomerFilter,
    ProfileFilter,
)
from tercel.features.customers.profiles.model import (
    ApplicationCustomer,
    CustomerProfile,
    CustomerProfileSearchQuery,
)
from tercel.features.customers.profiles.search import search_conditions
from tercel.http.kernel.call import AccountCall, ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer data", "/v1", Access.MANAGEMENT)


@api.get("getApplicationCustomers", "/applications/{applicationId}/customers")
async def get_application_customers(
    call: ApplicationCall[None, Paged[CustomerFilter, TotalPaging]],
) -> Optional[ApplicationCustomer]:
    """List the customers of an application."""
    return await CUSTOMERS.optional(call.tx, call.scope, call.query)


@api.get("getApplicationCustomer", "/applications/{applicationId}/customers/{customerId}")
async def get_application_customer(call: ApplicationCall) -> ApplicationCustomer:
    """Get a customer of an application."""
    return await customers.get_application_customer(call.tx, call.application_id, call.id("customerId"))


@api.post("getApplicationCustomersByAttributes", "/applications/{applicationId}/customer_search")
async def get_application_customers_by_attributes(
    call: ApplicationCall[CustomerProfileSearchQuery, Paged[Filter, TotalPaging]],
) -> Optional[ApplicationCustomer]:
    """Search the customers of an application."""
    conditions = await search_conditions(call.tx, call.scope.account_id, call.body)
    return await CUSTOMERS.optional(call.tx, call.scope, call.query, *conditions)


@api.get("getCustomerProfiles", "/customers/no_total")
async def get_customer_profiles(call: AccountCall[None, Paged[ProfileFilter]]) -> Uncounted[CustomerProfile]:
    """List the customer profiles of the account."""
    return await PROFILES.uncounted(call.tx, call.scope, call.query)


@api.post("getCustomersByAttributes", "/customer_search/no_total")
async def get_customers_by_attributes(
    call: AccountCall[CustomerProfileSearchQuery, Paged[ProfileFilter]],
) -> Uncounted[CustomerProfile]:
    """Search the customer profiles of the account."""
    conditions = await search_conditions(call.tx, call.scope.account_id, call.body)
    return await PROFILES.uncounted(call.tx, call.scope, call.query, *conditions)


@api.get("getCustomerProfile", "/customers/{customerId}")
async def get_customer_profile(call: AccountCall) -> CustomerProfile:
    """Get a customer profile."""
    return await customers.get_profile(call.tx, call.caller, call.id("customerId"))


@api.post("searchCustomersOfAllApplications", "/application_customer_search")
async def search_customers_of_all_applications(
    call: AccountCall[CustomerProfileSearchQuery, Paged],
) -> Uncounted[ApplicationCustomer]:
    """Search the customers of all applications (older operation)."""
    conditions = await search_conditions(call.tx, call.scope.account_id, call.body)
    return await CUSTOMERS_OF_ALL.uncounted(call.tx, call.scope, call.query, *conditions)
