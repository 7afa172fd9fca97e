"""Applications (management.md 3.1)."""

from __future__ import annotations

from tercel.features.applications import service
from tercel.features.applications.model import Application, NewApplication, UpdateApplication
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_TAG = "Applications"
_ALL = "/v1/applications"
_ONE = "/v1/applications/{applicationId}"


@operation(
    "createApplication",
    "POST",
    _ALL,
    Access.MANAGEMENT,
    body=NewApplication,
    answer=Application,
    status=201,
    tag=_TAG,
)
async def create_application(call: Call) -> Application:
    """Create an application."""
    async with call.transaction() as tx:
        return await service.create_application(tx, call.caller, call.body)


@operation(
    "getApplications", "GET", _ALL, Access.MANAGEMENT, query=PageQuery, answer=Counted[Application], tag=_TAG
)
async def get_applications(call: Call) -> Counted[Application]:
    """List the applications of the account."""
    async with call.transaction() as tx:
        return counted(await service.list_applications(tx, call.caller, call.query.page()))


@operation("getApplication", "GET", _ONE, Access.MANAGEMENT, answer=Application, tag=_TAG)
async def get_application(call: Call) -> Application:
    """Get an application."""
    async with call.transaction() as tx:
        return await service.get_application(tx, call.caller, call.id("applicationId"))


@operation(
    "updateApplication",
    "PUT",
    _ONE,
    Access.MANAGEMENT,
    body=UpdateApplication,
    answer=Application,
    tag=_TAG,
)
async def update_application(call: Call) -> Application:
    """Update an application."""
    async with call.transaction() as tx:
        return await service.update_application(tx, call.caller, call.id("applicationId"), call.body)


@operation("deleteApplication", "DELETE", _ONE, Access.MANAGEMENT, tag=_TAG)
async def delete_application(call: Call) -> None:
    """Delete an application with everything in it."""
    async with call.transaction() as tx:
        await service.delete_application(tx, call.caller, call.id("applicationId"))
    call.services.callers.forget_all()


OPERATIONS = [create_application, get_applications, get_application, update_application, delete_application]
