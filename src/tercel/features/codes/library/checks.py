"""Checks that new and changed codes of both kinds pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import USAGE_LIMIT_MAX
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, check_mandatory, load_definitions

#: How often a code can be used; 0 is without limit.
UsageLimit = Annotated[int, Meta(ge=0, le=USAGE_LIMIT_MAX)]
Instant = Annotated[datetime, Meta(tz=True)]


def date_problems(start: datetime | None, expiry: datetime | None) -> Iterator[Problem]:
    """Report a code that expires before it starts: it could never be used."""
    if start is not None and expiry is not None and expiry <= start:
        yield Problem(
            title="minimum", details="expiryDate must be later than startDate", pointer="/expiryDate"
        )


async def attribute_problems(
    tx: Transaction,
    values: Mapping[str, Any],
    *,
    entity: str,
    account_id: int,
    application_id: int,
    mandatory: Iterable[str] = (),
) -> list[Problem]:
    """Return everything wrong with the attributes of a coupon or referral."""
    if not values and not mandatory:
        return []
    definitions = await load_definitions(tx, account_id, entity, application_id=application_id)
    return [*check_attributes(values, definitions, entity), *check_mandatory(values, mandatory)]


def refuse(problems: Iterable[Problem]) -> None:
    """Raise when there is a problem.

    Raises:
        InvalidError: with all of them.
    """
    found = list(problems)
    if found:
        raise InvalidError(*found)


def without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes to store: null means that an attribute is not set."""
    return {name: value for name, value in values.items() if value is not None}
