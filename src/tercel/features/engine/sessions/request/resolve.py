"""Look-up of the profile, store and codes that a session names."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tercel.base.errors import InvalidError
from tercel.base.keys import fold_code, lookup_key
from tercel.features.codes.referrals.aggregate import ReferralRow
from tercel.features.customers.profiles.aggregate import (
    PROFILES,
    ProfileKey,
    ProfileRow,
    find_profile,
)
from tercel.features.engine.configuration.model import Configuration
from tercel.features.setup.stores.aggregate import STORES, StoreRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft


class Occasion(Protocol):
    """The time of a request, and whether it is dry."""

    @property
    def is_dry(self) -> bool: ...
    @property
    def now(self) -> datetime: ...


def profile_key(integration_id: str, configuration: Configuration) -> ProfileKey:
    """Return the key of a profile; live and sandbox profiles of one identifier are different."""
    return configuration.application.account_id, configuration.is_sandbox, lookup_key(integration_id)


def code_key(code: str, configuration: Configuration) -> tuple[int, str]:
    """Return the key of the coupon or referral with a code as sent."""
    application = configuration.application
    return application.id, fold_code(code, application.case_sensitivity)


def advocate_key(referral: ReferralRow, configuration: Configuration) -> ProfileKey:
    """Return the key of the advocate of a referral."""
    return profile_key(referral.advocate_profile_integration_id, configuration)


def find_store(work: Work, integration_id: str | None, configuration: Configuration) -> StoreRow | None:
    """Return the store with this identifier in the application, or None."""
    if integration_id is None:
        return None
    return work[STORES].get((configuration.application.id, lookup_key(integration_id)))


def require_store(
    work: Work, integration_id: str | None, configuration: Configuration, pointer: str
) -> StoreRow | None:
    """Return the store that a request names, or None when it names none.

    Raises:
        InvalidError: there is no such store.
    """
    store = find_store(work, integration_id, configuration)
    if store is None and integration_id is not None:
        raise InvalidError.at(
            pointer, "Unknown", f"store `{integration_id}` does not exist in this application"
        )
    return store


def ensure_profile(
    draft: Draft, integration_id: str | None, intent: Occasion, configuration: Configuration
) -> ProfileRow | None:
    """Return the profile with this identifier; create it when unknown, or simulate it when dry (behaviour/profiles 1)."""
    if not integration_id:
        return None
    key = profile_key(integration_id, configuration)
    known = find_profile(draft, key)
    if known is not None:
        return known
    profile = ProfileRow(
        id=0 if intent.is_dry else draft.next_id(PROFILES),
        account_id=key[0],
        sandbox=key[1],
        integration_id=integration_id,
        key=key[2],
        created=intent.now,
    )
    if not intent.is_dry:
        draft.changes[PROFILES].new[key] = profile
    return profile
