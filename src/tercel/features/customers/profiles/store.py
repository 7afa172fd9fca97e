"""Profiles in the database: making sure that they exist, and rows as answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, TEXT, insert

from tercel.base.keys import lookup_key
from tercel.base.numbers import tidy
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.customers.profiles.model import ApplicationCustomer, CustomerProfile


async def ensure_profiles(
    tx: Transaction, account_id: int, sandbox: bool, integration_ids: Iterable[str]
) -> Mapping[str, int]:
    """Return the ids of the profiles by integration id; unknown ones are created without attributes.

    Profiles made here belong to no application yet.
    """
    # Because: all transactions create profiles in this order, so that there is no deadlock.
    keys = {lookup_key(integration_id): integration_id for integration_id in sorted(set(integration_ids))}
    document = [
        {"key": key, "integration_id": integration_id} for key, integration_id in sorted(keys.items())
    ]
    wanted = (
        func.jsonb_to_recordset(cast(document, JSONB))
        .table_valued(column("key", TEXT), column("integration_id", TEXT))
        .render_derived(with_types=True)
    )
    columns = [
        cast(account_id, profiles.c.account_id.type).label("account_id"),
        cast(sandbox, profiles.c.sandbox.type).label("sandbox"),
        wanted.c.key,
        wanted.c.integration_id,
    ]
    await tx.execute(
        insert(profiles)
        .from_select(["account_id", "sandbox", "key", "integration_id"], select(*columns))
        .on_conflict_do_nothing(index_elements=["account_id", "sandbox", "key"])
    )
    statement = (
        select(profiles.c.integration_id, profiles.c.id)
        .join(wanted, profiles.c.key == wanted.c.key)
        .where(profiles.c.account_id == account_id, profiles.c.sandbox == sandbox)
    )
    return {row.integration_id: row.id for row in await tx.all(statement)}


def profile_from_row(row: Row[Any]) -> CustomerProfile:
    """Return a row of ``profiles`` as answered."""
    return CustomerProfile(**_fields(row))


def customer_from_row(row: Row[Any]) -> ApplicationCustomer:
    """Return a row of ``profiles`` with ``advocate_integration_id`` as answered."""
    customer = ApplicationCustomer(**_fields(row))
    if row.advocate_integration_id is not None:
        customer.advocate_integration_id = row.advocate_integration_id
    return customer


def _fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "created": row.created,
        "integration_id": row.integration_id,
        "attributes": row.attributes,
        "account_id": row.account_id,
        "closed_sessions": row.closed_sessions,
        "total_sales": tidy(row.total_sales),
        "last_activity": row.last_activity or row.created,
        "sandbox": row.sandbox,
    }
