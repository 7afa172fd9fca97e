"""Reading customers: of one application, of the account, one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.applications import applications
from tercel.database.tables.customers import profile_applications, profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page
from tercel.features.customers.model import (
    ApplicationCustomer,
    CustomerProfile,
    CustomerProfileSearchQuery,
)
from tercel.features.customers.search import search_conditions
from tercel.features.customers.store import customer_from_row, profile_from_row


async def list_application_customers(
    tx: Transaction,
    application_id: int,
    *,
    integration_id: str | None,
    page: PageRequest,
    is_counted: bool,
) -> Page[ApplicationCustomer]:
    """A page of the customers of an application, or the one with this identifier."""
    which = [] if not integration_id else [profiles.c.key == lookup_key(integration_id)]
    return await _fetch_customers(tx, application_id, which, page, is_counted=is_counted)


async def search_application_customers(
    tx: Transaction,
    account_id: int,
    application_id: int,
    *,
    query: CustomerProfileSearchQuery,
    page: PageRequest,
    is_counted: bool,
) -> Page[ApplicationCustomer]:
    """A page of the customers of an application that a query finds.

    Raises:
        InvalidError: an attribute of the query does not exist.
    """
    which = await search_conditions(tx, account_id, query)
    return await _fetch_customers(tx, application_id, which, page, is_counted=is_counted)


async def get_application_customer(
    tx: Transaction, application_id: int, customer_id: int
) -> ApplicationCustomer:
    """One customer of an application.

    Raises:
        NotFoundError: no such profile, or it was never seen in this application.
    """
    row = await tx.one_or_none(_customers_of(application_id).where(profiles.c.id == customer_id))
    if row is None:
        raise NotFoundError(f"customer `{customer_id}` does not exist in this application")
    return customer_from_row(row)


async def list_profiles(
    tx: Transaction,
    caller: Caller,
    *,
    sandbox: bool,
    query: CustomerProfileSearchQuery | None,
    page: PageRequest,
) -> Page[CustomerProfile]:
    """A page of the profiles of the account's live or sandbox environment.

    Raises:
        InvalidError: an attribute of the query does not exist.
    """
    statement = select(profiles).where(*_visible(caller), profiles.c.sandbox == sandbox)
    if query is not None:
        statement = statement.where(*await search_conditions(tx, caller.account_id, query))
    return await fetch_page(tx, statement.order_by(profiles.c.id), page, counted=False, row=profile_from_row)


async def search_customers(
    tx: Transaction, caller: Caller, *, query: CustomerProfileSearchQuery, page: PageRequest
) -> Page[ApplicationCustomer]:
    """A page of the customers of all applications of the account, each once.

    Who referred a customer is told for the first application in which somebody did.
    """
    advocate = (
        select(profile_applications.c.advocate_integration_id)
        .where(
            profile_applications.c.profile_id == profiles.c.id,
            profile_applications.c.advocate_integration_id.is_not(None),
        )
        .order_by(profile_applications.c.application_id)
        .limit(1)
        .scalar_subquery()
    )
    seen = select(profile_applications.c.profile_id).where(
        profile_applications.c.profile_id == profiles.c.id,
        profile_applications.c.application_id.in_(_applications_of(caller)),
    )
    statement = select(profiles, advocate.label("advocate_integration_id")).where(
        profiles.c.account_id == caller.account_id,
        seen.exists(),
        *await search_conditions(tx, caller.account_id, query),
    )
    return await fetch_page(tx, statement.order_by(profiles.c.id), page, counted=False, row=customer_from_row)


async def get_profile(tx: Transaction, caller: Caller, customer_id: int) -> CustomerProfile:
    """One profile of the account.

    Raises:
        NotFoundError: no such profile, or the caller's key is for applications that never saw it.
    """
    row = await tx.one_or_none(select(profiles).where(*_visible(caller), profiles.c.id == customer_id))
    if row is None:
        raise NotFoundError(f"customer `{customer_id}` does not exist")
    return profile_from_row(row)


def _visible(caller: Caller) -> list[ColumnElement[bool]]:
    """Profiles of the account; a caller who may use some applications only sees the customers of those."""
    which: list[ColumnElement[bool]] = [profiles.c.account_id == caller.account_id]
    if caller.allowed_application_ids is not None:
        seen = select(profile_applications.c.profile_id).where(
            profile_applications.c.application_id.in_(caller.allowed_application_ids)
        )
        which.append(profiles.c.id.in_(seen))
    return which


def _applications_of(caller: Caller) -> Select[Any]:
    statement = select(applications.c.id).where(applications.c.account_id == caller.account_id)
    if caller.allowed_application_ids is not None:
        statement = statement.where(applications.c.id.in_(caller.allowed_application_ids))
    return statement


def _customers_of(application_id: int) -> Select[Any]:
    return (
        select(profiles, profile_applications.c.advocate_integration_id)
        .join(profile_applications, profile_applications.c.profile_id == profiles.c.id)
        .where(profile_applications.c.application_id == application_id)
    )


async def _fetch_customers(
    tx: Transaction,
    application_id: int,
    which: Sequence[ColumnElement[bool]],
    page: PageRequest,
    *,
    is_counted: bool,
) -> Page[ApplicationCustomer]:
    statement = _customers_of(application_id).where(*which).order_by(profile_applications.c.profile_id)
    return await fetch_page(tx, statement, page, counted=is_counted, row=customer_from_row)
