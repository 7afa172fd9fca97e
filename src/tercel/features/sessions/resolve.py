"""Find what a session names: its profile, its store, its codes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tercel.base.errors import InvalidError
from tercel.base.keys import fold_code, lookup_key
from tercel.features.configuration.model import Configuration
from tercel.pipeline.rows import ProfileRow, ReferralRow, StoreRow
from tercel.pipeline.work import Draft, ProfileKey, Work


class Occasion(Protocol):
    """Why something is looked for: a request at a time, which may be dry."""

    @property
    def is_dry(self) -> bool: ...
    @property
    def now(self) -> datetime: ...


def profile_key(integration_id: str, configuration: Configuration) -> ProfileKey:
    """Where a profile is found: live and sandbox profiles of one identifier are two."""
    return configuration.application.account_id, configuration.is_sandbox, lookup_key(integration_id)


def code_key(code: str, configuration: Configuration) -> tuple[int, str]:
    """Where the coupon or referral of a code as sent is found."""
    application = configuration.application
    return application.id, fold_code(code, application.case_sensitivity)


def advocate_key(referral: ReferralRow, configuration: Configuration) -> ProfileKey:
    """Where the advocate of a referral is found."""
    return profile_key(referral.advocate_profile_integration_id, configuration)


def find_store(work: Work, integration_id: str | None, configuration: Configuration) -> StoreRow | None:
    """The store of that identifier in the application."""
    if integration_id is None:
        return None
    return work.stores.get((configuration.application.id, lookup_key(integration_id)))


def require_store(
    work: Work, integration_id: str | None, configuration: Configuration, pointer: str
) -> StoreRow | None:
    """The store that a request names.

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
    """The profile of that identifier; an unknown one is created, or simulated when dry (integration.md 1.3)."""
    if not integration_id:
        return None
    key = profile_key(integration_id, configuration)
    known = draft.profile(key)
    if known is not None:
        return known
    profile = ProfileRow(
        id=0 if intent.is_dry else draft.next_id("profiles"),
        account_id=key[0],
        sandbox=key[1],
        integration_id=integration_id,
        key=key[2],
        created=intent.now,
    )
    if not intent.is_dry:
        draft.changes.new_profiles[key] = profile
    return profile
