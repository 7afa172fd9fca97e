"""What an application may not be: every problem at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from msgspec import UNSET

from tercel.base.errors import InvalidError, Problem
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.limits import check_limits
from tercel.features.setup.applications.currencies import CURRENCIES
from tercel.features.setup.applications.model import NewApplication, UpdateApplication

_ENTITY = "Application"


async def check(tx: Transaction, account_id: int, given: NewApplication | UpdateApplication) -> list[Problem]:
    """Find every problem with the values of an application."""
    problems = [*check_zone(given.timezone), *_check_currency(given.currency)]
    if given.limits is not UNSET:
        problems += check_limits(given.limits)
    if given.attributes is not UNSET and given.attributes:
        definitions = await load_definitions(tx, account_id, _ENTITY)
        problems += check_attributes(given.attributes, definitions, _ENTITY)
    return problems


def check_change(current: Any, given: UpdateApplication) -> list[Problem]:
    """Problems with a change: some decisions are made once."""
    problems = []
    if given.sandbox is not UNSET and given.sandbox != current.sandbox:
        problems.append(_fixed("/sandbox", "an application stays sandbox or live for ever"))
    if given.enable_campaign_state_management is False and current.enable_campaign_state_management:
        problems.append(
            _fixed("/enableCampaignStateManagement", "campaign states cannot be switched off again")
        )
    return problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise if there are any problems.

    Raises:
        InvalidError: with all of them.
    """
    if problems:
        raise InvalidError(*problems)


def check_zone(name: str) -> list[Problem]:
    """Find what is wrong with the name of a time zone."""
    if name in _zones():
        return []
    details = f"`{name}` is not a time zone: use an IANA name such as `Europe/Berlin`"
    return [Problem(title="format", details=details, pointer="/timezone")]


def _check_currency(code: str) -> list[Problem]:
    if code in CURRENCIES:
        return []
    details = f"`{code}` is not a currency: use an ISO 4217 code such as `EUR`"
    return [Problem(title="format", details=details, pointer="/currency")]


def _fixed(pointer: str, details: str) -> Problem:
    return Problem(title="readOnly", details=details, pointer=pointer)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
