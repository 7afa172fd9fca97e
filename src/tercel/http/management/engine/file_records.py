"""Which files came in and went out (behaviour/csv 10)."""

from __future__ import annotations

from tercel.features.common.csv.importing import Import
from tercel.features.common.csv.records import EXPORTS, IMPORTS, ExportFilter, ExportRecord
from tercel.features.common.envelopes import Counted
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Logs", "/v1", Access.MANAGEMENT)


@api.get("getExports", "/exports")
async def get_exports(call: AccountCall[None, Paged[ExportFilter]]) -> Counted[ExportRecord]:
    """List the exports, the newest first."""
    return await EXPORTS.counted(call.tx, call.scope, call.query)


@api.get("getImports", "/imports")
async def get_imports(call: AccountCall[None, Paged[Filter]]) -> Counted[Import]:
    """List the imports, the newest first."""
    return await IMPORTS.counted(call.tx, call.scope, call.query)
