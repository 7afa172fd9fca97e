"""Lists of integration keys and of management keys, without their secrets."""

from __future__ import annotations

from sqlalchemy import select

from tercel.database.tables.accounts import management_keys
from tercel.database.tables.applications import application_keys
from tercel.features.access.keys.model import ApplicationAPIKey, ManagementKey
from tercel.features.access.keys.store import (
    application_key_from_row,
    management_key_from_row,
    select_own_management_keys,
)
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope

#: Of an application, or of all of the account.
APPLICATION_KEYS: Listing[Scope, ApplicationAPIKey] = Listing(
    select=lambda scope: select(application_keys).where(*scope.holds(application_keys)),
    answer=each(application_key_from_row),
    key=application_keys.c.id,
    sort={
        "id": application_keys.c.id,
        "title": application_keys.c.title,
        "expires": application_keys.c.expires,
        "created": application_keys.c.created,
    },
)

MANAGEMENT_KEYS: Listing[Scope, ManagementKey] = Listing(
    select=lambda scope: select_own_management_keys(scope.caller),
    answer=each(management_key_from_row),
    key=management_keys.c.id,
    sort={
        "id": management_keys.c.id,
        "name": management_keys.c.name,
        "expiryDate": management_keys.c.expiry_date,
        "created": management_keys.c.created,
    },
)
