"""What came in and went out as files, as it was recorded (behaviour/csv 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import ColumnElement, FromClause, Row, insert, select

from tercel.database.tables.files import exports, imports
from tercel.database.transaction import Transaction
from tercel.features.common.csv.importing import Import
from tercel.features.common.filters import Filter, equals, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each, sortable
from tercel.features.common.scope import Scope

Entity = Literal[
    "Coupon",
    "Referral",
    "Effect",
    "CustomerSession",
    "LoyaltyLedger",
    "LoyaltyLedgerLog",
    "Collection",
    "AudienceMembership",
]
#: Parameters of exports that say how rows go out, not which.
_FORM = {"sort", "dateFormat", "valuesOnly"}


class ExportRecord(msgspec.Struct, kw_only=True, rename="camel"):
    """A list that went out as a file, and the filters by which its rows were chosen."""

    id: int
    created: datetime
    account_id: int
    user_id: int
    entity: Entity
    filter: dict[str, Any]


async def record_export(tx: Transaction, scope: Scope, entity: Entity, which: Filter) -> None:
    """Write down that rows go out."""
    given = {
        field.encode_name: value
        for field in msgspec.structs.fields(which)
        if field.encode_name not in _FORM and (value := getattr(which, field.name)) != field.default
    }
    values = {"user_id": scope.user_id, "entity": entity, "filter": msgspec.to_builtins(given)}
    await tx.execute(insert(exports).values(**scope.columns(exports), **values))


def _is_of_campaign(campaign_id: int) -> ColumnElement[bool]:
    return exports.c.filter.contains({"campaignId": campaign_id})


class ExportFilter(Filter, kw_only=True, rename="camel"):
    """Which exports to list."""

    application_id: Annotated[Id, equals(exports.c.application_id)] | None = None
    campaign_id: Annotated[Id, means(_is_of_campaign)] | None = None
    entity: Annotated[Entity, equals(exports.c.entity)] | None = None


def _visible(scope: Scope, table: FromClause) -> list[ColumnElement[bool]]:
    allowed = scope.caller.allowed_application_ids
    narrow = [] if allowed is None else [table.c.application_id.in_(sorted(allowed))]
    return [*scope.holds(table), *narrow]


def _export(row: Row[Any]) -> ExportRecord:
    return ExportRecord(**{name: getattr(row, name) for name in ExportRecord.__struct_fields__})


def _import(row: Row[Any]) -> Import:
    return Import(**{name: getattr(row, name) for name in Import.__struct_fields__})


EXPORTS: Listing[Scope, ExportRecord] = Listing(
    select=lambda scope: select(exports).where(*_visible(scope, exports)),
    answer=each(_export),
    key=exports.c.id,
    sort=sortable(exports, "id", "created", "entity"),
    order=[exports.c.id.desc()],
)
IMPORTS: Listing[Scope, Import] = Listing(
    select=lambda scope: select(imports).where(*_visible(scope, imports)),
    answer=each(_import),
    key=imports.c.id,
    sort=sortable(imports, "id", "created", "entity"),
    order=[imports.c.id.desc()],
)
