"""Sessions and effects as files (behaviour/csv 8)."""

from __future__ import annotations

from tercel.features.common.csv.exporting import File
from tercel.features.engine.events.csv import EffectExportQuery, export_effects
from tercel.features.engine.sessions.csv import SessionExportQuery, export_sessions
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer data", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("exportCustomerSessions", "/export_customer_sessions")
async def export_customer_sessions(call: ApplicationCall[None, SessionExportQuery]) -> File:
    """Export sessions as a file."""
    return await export_sessions(call.tx, call.scope, call.query)


@api.get("exportEffects", "/export_effects")
async def export_effects_of_application(call: ApplicationCall[None, EffectExportQuery]) -> File:
    """Export effects as a file."""
    return await export_effects(call.tx, call.scope, call.query)
