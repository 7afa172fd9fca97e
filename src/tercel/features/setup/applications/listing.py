"""Lists of applications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from tercel.database.tables.applications import applications
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.setup.applications.model import Application
from tercel.features.setup.applications.store import application_from_row, select_applications


def _select(scope: Scope) -> Select[Any]:
    """Select the applications that the caller may use."""
    statement = select_applications(scope.account_id)
    allowed = scope.caller.allowed_application_ids
    return statement if allowed is None else statement.where(applications.c.id.in_(allowed))


APPLICATIONS: Listing[Scope, Application] = Listing(
    select=_select,
    answer=each(application_from_row),
    key=applications.c.id,
    sort={
        "id": applications.c.id,
        "name": applications.c.name,
        "created": applications.c.created,
        "modified": applications.c.modified,
    },
)
