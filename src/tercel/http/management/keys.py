"""Integration keys and management keys (management.md 5.6 and 5.7)."""

from __future__ import annotations

from tercel.features.keys import integration, management
from tercel.features.keys.model import (
    ApplicationAPIKey,
    CreateApplicationAPIKey,
    CreateManagementKey,
    ManagementKey,
    UpdateApplicationAPIKey,
    UpdateManagementKey,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_TAG = "API keys"
_ALL = "/v1/applications/{applicationId}/apikeys"
_ONE = "/v1/applications/{applicationId}/apikeys/{keyId}"
_MANAGEMENT_ALL = "/v1/management_keys"
_MANAGEMENT_ONE = "/v1/management_keys/{keyId}"


@operation(
    "createApplicationAPIKey",
    "POST",
    _ALL,
    Access.ADMIN,
    body=CreateApplicationAPIKey,
    answer=ApplicationAPIKey,
    status=201,
    tag=_TAG,
)
async def create_application_api_key(call: Call) -> ApplicationAPIKey:
    """Create an integration key; its value is shown only now."""
    async with call.transaction() as tx:
        return await integration.create_application_key(
            tx,
            call.body,
            account_id=call.caller.account_id,
            application_id=await call.application(tx),
            created_by=call.user_id,
            now=call.services.clock(),
        )


@operation(
    "getApplicationAPIKeys",
    "GET",
    _ALL,
    Access.ADMIN,
    query=PageQuery,
    answer=Counted[ApplicationAPIKey],
    tag=_TAG,
)
async def get_application_api_keys(call: Call) -> Counted[ApplicationAPIKey]:
    """List the integration keys of an application."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await integration.list_application_keys(
            tx, call.caller.account_id, application_id, call.query.page()
        )
    return counted(page)


@operation(
    "updateApplicationAPIKey",
    "PUT",
    _ONE,
    Access.ADMIN,
    body=UpdateApplicationAPIKey,
    answer=ApplicationAPIKey,
    tag=_TAG,
)
async def update_application_api_key(call: Call) -> ApplicationAPIKey:
    """Update the time offset of an integration key."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        key = await integration.update_application_key(tx, application_id, call.id("keyId"), call.body)
    call.services.callers.forget_all()
    return key


@operation("deleteApplicationAPIKey", "DELETE", _ONE, Access.ADMIN, tag=_TAG)
async def delete_application_api_key(call: Call) -> None:
    """Delete an integration key."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        await integration.delete_application_key(
            tx, call.caller.account_id, call.id("keyId"), application_id=application_id
        )
    call.services.callers.forget_all()


@operation(
    "createManagementKey",
    "POST",
    _MANAGEMENT_ALL,
    Access.ADMIN,
    body=CreateManagementKey,
    answer=ManagementKey,
    status=201,
    tag=_TAG,
)
async def create_management_key(call: Call) -> ManagementKey:
    """Create a management key; its value is shown only now."""
    async with call.transaction() as tx:
        return await management.create_management_key(
            tx,
            call.body,
            account_id=call.caller.account_id,
            created_by=call.user_id,
            now=call.services.clock(),
        )


@operation(
    "getManagementKeys",
    "GET",
    _MANAGEMENT_ALL,
    Access.ADMIN,
    query=PageQuery,
    answer=Counted[ManagementKey],
    tag=_TAG,
)
async def get_management_keys(call: Call) -> Counted[ManagementKey]:
    """List the management keys of the account."""
    async with call.transaction() as tx:
        return counted(await management.list_management_keys(tx, call.caller.account_id, call.query.page()))


@operation(
    "updateManagementKey",
    "PUT",
    _MANAGEMENT_ONE,
    Access.ADMIN,
    body=UpdateManagementKey,
    answer=ManagementKey,
    tag=_TAG,
)
async def update_management_key(call: Call) -> ManagementKey:
    """Update a management key."""
    async with call.transaction() as tx:
        key = await management.update_management_key(tx, call.caller.account_id, call.id("keyId"), call.body)
    call.services.callers.forget_all()
    return key


@operation("deleteManagementKey", "DELETE", _MANAGEMENT_ONE, Access.ADMIN, tag=_TAG)
async def delete_management_key(call: Call) -> None:
    """Delete a management key."""
    async with call.transaction() as tx:
        await management.delete_management_key(tx, call.caller.account_id, call.id("keyId"))
    call.services.callers.forget_all()


OPERATIONS = [
    create_application_api_key,
    get_application_api_keys,
    update_application_api_key,
    delete_application_api_key,
    create_management_key,
    get_management_keys,
    update_management_key,
    delete_management_key,
]
