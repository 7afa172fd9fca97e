"""Customers: lists of those of an application and of all, of profiles, and one of them."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import ColumnElement, Select, select

from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.applications import applications
from tercel.database.tables.customers import profile_applications, profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.filters import Filter, equals, text
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.customers.profiles.model import ApplicationCustomer, CustomerProfile
from tercel.features.customers.profiles.store import customer_from_row, profile_from_row


def _has_identifier(integration_id: str) -> ColumnElement[bool]:
    return profiles.c.key == lookup_key(integration_id)


class CustomerFilter(Filter, kw_only=True, rename="camel"):
    """Customers of an application, or the one with an identifier."""

    integration_id: Annotated[str, text(_has_identifier)] | None = None


class ProfileFilter(Filter, kw_only=True, rename="camel"):
    """Profiles of the live environment, or of the sandbox."""

    sandbox: Annotated[bool, equals(profiles.c.sandbox)] = False


async def get_application_customer(
    tx: Transaction, application_id: int, customer_id: int
) -> ApplicationCustomer:
    """Return one customer of an application.

    Raises:
        NotFoundError: no such profile, or it was never seen in this application.
    """
    row = await tx.one_or_none(_customers_of(application_id).where(profiles.c.id == customer_id))
    if row is None:
        raise NotFoundError(f"customer `{customer_id}` does not exist in this application")
    return customer_from_row(row)


async def get_profile(tx: Transaction, caller: Caller, customer_id: int) -> CustomerProfile:
    """Return one profile of the account.

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


def _customers_of_all(scope: Scope) -> Select[Any]:
    """Select the customers of all applications that the caller may use, each once.

    The advocate shown is that of the first of these applications in which the customer has one.
    """
    advocate = (
        select(profile_applications.c.advocate_integration_id)
        .where(
            profile_applications.c.profile_id == profiles.c.id,
            profile_applications.c.advocate_integration_id.is_not(None),
            profile_applications.c.application_id.in_(_applications_of(scope.caller)),
        )
        .order_by(profile_applications.c.application_id)
        .limit(1)
        .scalar_subquery()
    )
    seen = select(profile_applications.c.profile_id).where(
        profile_applications.c.profile_id == profiles.c.id,
        profile_applications.c.application_id.in_(_applications_of(scope.caller)),
    )
    return select(profiles, advocate.label("advocate_integration_id")).where(
        *scope.account.holds(profiles), seen.exists()
    )


CUSTOMERS: Listing[ApplicationScope, ApplicationCustomer] = Listing(
    select=lambda scope: _customers_of(scope.application_id),
    answer=each(customer_from_row),
    key=profile_applications.c.profile_id,
)

CUSTOMERS_OF_ALL: Listing[Scope, ApplicationCustomer] = Listing(
    select=_customers_of_all, answer=each(customer_from_row), key=profiles.c.id
)

PROFILES: Listing[Scope, CustomerProfile] = Listing(
    select=lambda scope: select(profiles).where(*_visible(scope.caller)),
    answer=each(profile_from_row),
    key=profiles.c.id,
)
