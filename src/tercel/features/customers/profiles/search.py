"""What a search of customers means: every part given must hold (behaviour/lists 4)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement

from tercel.base.errors import InvalidError
from tercel.base.keys import lookup_key
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.matching import has_attributes
from tercel.features.customers.profiles.model import CustomerProfileSearchQuery

_ENTITY = "CustomerProfile"


async def search_conditions(
    tx: Transaction, account_id: int, query: CustomerProfileSearchQuery
) -> list[ColumnElement[bool]]:
    """Return the conditions on ``profiles`` that the query stands for; none when it is empty.

    Raises:
        InvalidError: an attribute of the query does not exist.
    """
    attributes = query.attributes or {}
    if attributes:
        definitions = await load_definitions(tx, account_id, _ENTITY)
        unknown = {name: value for name, value in attributes.items() if name not in definitions}
        problems = check_attributes(unknown, definitions, _ENTITY)
        if problems:
            raise InvalidError(*problems)
    return [*has_attributes(profiles.c.attributes, attributes), *_identities(query)]


def _identities(query: CustomerProfileSearchQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on ids; an empty list means the same as an absent one."""
    if query.integration_ids:
        yield profiles.c.key.in_({lookup_key(integration_id) for integration_id in query.integration_ids})
    if query.profile_ids:
        yield profiles.c.id.in_(set(query.profile_ids))
