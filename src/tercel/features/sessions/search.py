"""Finding sessions of an application by their customers (management.md 6.4)."""

from __future__ import annotations

from sqlalchemy import select

from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.common.page import Page, PageRequest, fetch_page
from tercel.features.customers.model import CustomerProfileSearchQuery
from tercel.features.customers.search import search_conditions
from tercel.features.sessions.model import ApplicationSession
from tercel.features.sessions.read import newest_first, select_sessions, session_from_row


async def search_sessions(
    tx: Transaction,
    account_id: int,
    application_id: int,
    *,
    query: CustomerProfileSearchQuery,
    page: PageRequest,
    is_counted: bool,
) -> Page[ApplicationSession]:
    """A page of the sessions whose customer the query finds; sessions without a customer are never found.

    Raises:
        InvalidError: an attribute of the query does not exist.
    """
    which = await search_conditions(tx, account_id, query)
    owners = select(profiles.c.id).where(profiles.c.account_id == account_id, *which)
    statement = newest_first(select_sessions(application_id).where(sessions.c.profile_id.in_(owners)))
    return await fetch_page(tx, statement, page, counted=is_counted, row=session_from_row)
