"""Applications (behaviour/campaigns 1)."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.applications import service
from tercel.features.setup.applications.listing import APPLICATIONS
from tercel.features.setup.applications.model import Application, NewApplication, UpdateApplication
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Applications", "/v1/applications", Access.MANAGEMENT)


@api.post("createApplication", status=201)
async def create_application(call: AccountCall[NewApplication]) -> Application:
    """Create an application."""
    return await service.create_application(call.tx, call.caller, call.body)


@api.get("getApplications")
async def get_applications(call: AccountCall[None, Paged]) -> Counted[Application]:
    """List the applications of the account."""
    return await APPLICATIONS.counted(call.tx, call.scope, call.query)


@api.get("getApplication", "/{applicationId}")
async def get_application(call: AccountCall) -> Application:
    """Get an application."""
    return await service.get_application(call.tx, call.caller, call.id("applicationId"))


@api.put("updateApplication", "/{applicationId}")
async def update_application(call: AccountCall[UpdateApplication]) -> Application:
    """Update an application."""
    application_id = call.id("applicationId")
    return await service.update_application(call.tx, call.caller, application_id, call.body)


@api.delete("deleteApplication", "/{applicationId}")
async def delete_application(call: AccountCall) -> None:
    """Delete an application with everything in it."""
    await service.delete_application(call.tx, call.caller, call.id("applicationId"))
