"""Customers of an application and of the account (management.md 6)."""

from __future__ import annotations

from typing import Any

from tercel.features.customers import list as customers
from tercel.features.customers.model import (
    ApplicationCustomer,
    CustomerProfile,
    CustomerProfileSearchQuery,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Optional, Uncounted, optional, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_APPLICATION = "/v1/applications/{applicationId}"
_TAG: dict[str, Any] = {"tag": "Customer data"}


class TotalQuery(PageQuery, kw_only=True, rename="camel"):
    """Paging, with the number of all rows on request."""

    with_total_result_size: bool = False


class CustomerQuery(TotalQuery, kw_only=True, rename="camel"):
    """Customers of an application, or the one with an identifier."""

    integration_id: str | None = None


class ProfileQuery(PageQuery, kw_only=True, rename="camel"):
    """Profiles of the live environment, or of the sandbox."""

    sandbox: bool = False


@operation(
    "getApplicationCustomers",
    "GET",
    f"{_APPLICATION}/customers",
    Access.MANAGEMENT,
    query=CustomerQuery,
    answer=Optional[ApplicationCustomer],
    **_TAG,
)
async def get_application_customers(call: Call) -> Optional[ApplicationCustomer]:
    """List the customers of an application."""
    async with call.transaction() as tx:
        page = await customers.list_application_customers(
            tx,
            await call.application(tx),
            integration_id=call.query.integration_id,
            page=call.query.page(),
            is_counted=call.query.with_total_result_size,
        )
    return optional(page, call.query.with_total_result_size)


@operation(
    "getApplicationCustomer",
    "GET",
    f"{_APPLICATION}/customers/{{customerId}}",
    Access.MANAGEMENT,
    answer=ApplicationCustomer,
    **_TAG,
)
async def get_application_customer(call: Call) -> ApplicationCustomer:
    """Get a customer of an application."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await customers.get_application_customer(tx, application_id, call.id("customerId"))


@operation(
    "getApplicationCustomersByAttributes",
    "POST",
    f"{_APPLICATION}/customer_search",
    Access.MANAGEMENT,
    body=CustomerProfileSearchQuery,
    query=TotalQuery,
    answer=Optional[ApplicationCustomer],
    **_TAG,
)
async def get_application_customers_by_attributes(call: Call) -> Optional[ApplicationCustomer]:
    """Search the customers of an application."""
    async with call.transaction() as tx:
        page = await customers.search_application_customers(
            tx,
            call.caller.account_id,
            await call.application(tx),
            query=call.body,
            page=call.query.page(),
            is_counted=call.query.with_total_result_size,
        )
    return optional(page, call.query.with_total_result_size)


@operation(
    "getCustomerProfiles",
    "GET",
    "/v1/customers/no_total",
    Access.MANAGEMENT,
    query=ProfileQuery,
    answer=Uncounted[CustomerProfile],
    **_TAG,
)
async def get_customer_profiles(call: Call) -> Uncounted[CustomerProfile]:
    """List the customer profiles of the account."""
    return await _profiles(call, None)


@operation(
    "getCustomersByAttributes",
    "POST",
    "/v1/customer_search/no_total",
    Access.MANAGEMENT,
    body=CustomerProfileSearchQuery,
    query=ProfileQuery,
    answer=Uncounted[CustomerProfile],
    **_TAG,
)
async def get_customers_by_attributes(call: Call) -> Uncounted[CustomerProfile]:
    """Search the customer profiles of the account."""
    return await _profiles(call, call.body)


@operation(
    "getCustomerProfile",
    "GET",
    "/v1/customers/{customerId}",
    Access.MANAGEMENT,
    answer=CustomerProfile,
    **_TAG,
)
async def get_customer_profile(call: Call) -> CustomerProfile:
    """Get a customer profile."""
    async with call.transaction() as tx:
        return await customers.get_profile(tx, call.caller, call.id("customerId"))


@operation(
    "searchCustomersOfAllApplications",
    "POST",
    "/v1/application_customer_search",
    Access.MANAGEMENT,
    body=CustomerProfileSearchQuery,
    query=PageQuery,
    answer=Uncounted[ApplicationCustomer],
    **_TAG,
)
async def search_customers_of_all_applications(call: Call) -> Uncounted[ApplicationCustomer]:
    """Search the customers of all applications (older operation)."""
    async with call.transaction() as tx:
        page = await customers.search_customers(tx, call.caller, query=call.body, page=call.query.page())
    return uncounted(page)


async def _profiles(call: Call, query: CustomerProfileSearchQuery | None) -> Uncounted[CustomerProfile]:
    async with call.transaction() as tx:
        page = await customers.list_profiles(
            tx, call.caller, sandbox=call.query.sandbox, query=query, page=call.query.page()
        )
    return uncounted(page)


OPERATIONS = [
    get_application_customers,
    get_application_customer,
    get_application_customers_by_attributes,
    get_customer_profiles,
    get_customers_by_attributes,
    get_customer_profile,
    search_customers_of_all_applications,
]
