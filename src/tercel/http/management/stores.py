"""Stores of an application."""

from __future__ import annotations

from tercel.features.common.ids import Id
from tercel.features.stores import service
from tercel.features.stores.model import NewStore, Store, StoreFilters
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Optional, optional
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/applications/{applicationId}/stores"
_ONE = _ALL + "/{storeId}"


class StoreQuery(PageQuery, rename="camel", kw_only=True):
    """Filters of ``listStores``."""

    with_total_result_size: bool = False
    campaign_id: Id | None = None
    name: str | None = None
    integration_id: str | None = None
    query: str | None = None


@operation(
    "listStores",
    "GET",
    _ALL,
    Access.MANAGEMENT,
    query=StoreQuery,
    answer=Optional[Store],
    tag="Stores",
)
async def list_stores(call: Call) -> Optional[Store]:
    """List the stores of an application."""
    query: StoreQuery = call.query
    filters = StoreFilters(
        campaign_id=query.campaign_id,
        name=query.name,
        integration_id=query.integration_id,
        query=query.query,
    )
    with_total = query.with_total_result_size
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await service.list_stores(tx, application_id, filters, query.page(), counted=with_total)
        return optional(page, with_total)


@operation(
    "createStore", "POST", _ALL, Access.MANAGEMENT, body=NewStore, status=201, answer=Store, tag="Stores"
)
async def create_store(call: Call) -> Store:
    """Create a store."""
    async with call.transaction() as tx:
        return await service.create_store(tx, call.caller, await call.application(tx), call.body)


@operation("getStore", "GET", _ONE, Access.MANAGEMENT, answer=Store, tag="Stores")
async def get_store(call: Call) -> Store:
    """Get a store."""
    async with call.transaction() as tx:
        return await service.get_store(tx, await call.application(tx), call.id("storeId"))


@operation("updateStore", "PUT", _ONE, Access.MANAGEMENT, body=NewStore, answer=Store, tag="Stores")
async def update_store(call: Call) -> Store:
    """Update a store."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.update_store(tx, call.caller, application_id, call.id("storeId"), call.body)


@operation("deleteStore", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag="Stores")
async def delete_store(call: Call) -> None:
    """Delete a store."""
    async with call.transaction() as tx:
        await service.delete_store(tx, await call.application(tx), call.id("storeId"))


OPERATIONS = [list_stores, create_store, get_store, update_store, delete_store]
