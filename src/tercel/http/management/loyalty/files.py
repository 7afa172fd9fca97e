"""Files of loyalty programs (behaviour/loyalty 9)."""

from __future__ import annotations

from tercel.features.common.csv.exporting import File
from tercel.features.common.csv.importing import Import
from tercel.features.loyalty.files.balances import BalancesExportQuery, export_balances
from tercel.features.loyalty.files.join_dates import export_join_dates, import_join_dates
from tercel.features.loyalty.files.log import LogQuery, export_log
from tercel.features.loyalty.files.points import PointsImportQuery, import_points
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.program_calls import MemberCall, ProgramCall
from tercel.http.kernel.upload import Upload

api = Operations("Loyalty", "/v1/loyalty_programs/{loyaltyProgramId}", Access.MANAGEMENT)


@api.get("exportLoyaltyLedger", "/profile/{integrationId}/export_log")
async def export_loyalty_ledger(call: MemberCall[None, LogQuery]) -> File:
    """Export the transactions of a customer as a file."""
    return await export_log(call.tx, call.scope, call.query)


@api.get("exportLoyaltyBalances", "/export_customer_balances")
async def export_loyalty_balances(call: ProgramCall[None, BalancesExportQuery]) -> File:
    """Export the balances of customers as a file."""
    return await export_balances(call.tx, call.scope, call.query)


@api.get("exportLoyaltyBalance", "/export_customer_balance")
async def export_loyalty_balance(call: ProgramCall[None, BalancesExportQuery]) -> File:
    """Export the balances of customers as a file, by its older name."""
    return await export_balances(call.tx, call.scope, call.query)


@api.get("exportLoyaltyJoinDates", "/export_join_dates")
async def export_loyalty_join_dates(call: ProgramCall) -> File:
    """Export when customers joined as a file."""
    return export_join_dates(call.scope)


@api.post("importLoyaltyJoinDates", "/import_join_dates")
async def import_loyalty_join_dates(call: ProgramCall[Upload]) -> Import:
    """Import when customers joined from a file."""
    return await import_join_dates(call.tx, call.scope, call.body.content)


@api.post("importLoyaltyPoints", "/import_points")
async def import_loyalty_points(call: ProgramCall[Upload, PointsImportQuery]) -> Import:
    """Import points of customers from a file."""
    return await import_points(call.tx, call.scope, call.body.content)
