"""Stores of an application."""

from __future__ import annotations

from tercel.features.common.envelopes import Optional
from tercel.features.common.listing import Paged, TotalPaging
from tercel.features.setup.stores import service
from tercel.features.setup.stores.model import NewStore, Store
from tercel.features.setup.stores.resource import STORES, StoreFilter
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Stores", "/v1/applications/{applicationId}/stores", Access.MANAGEMENT)


@api.get("listStores")
async def list_stores(call: ApplicationCall[None, Paged[StoreFilter, TotalPaging]]) -> Optional[Store]:
    """List the stores of an application."""
    return await STORES.optional(call.tx, call.scope, call.query)


@api.post("createStore", status=201)
async def create_store(call: ApplicationCall[NewStore]) -> Store:
    """Create a store."""
    return await service.create_store(call.tx, call.scope, call.body)


@api.get("getStore", "/{storeId}")
async def get_store(call: ApplicationCall) -> Store:
    """Get a store."""
    return await STORES.get(call.tx, call.scope, call.id("storeId"))


@api.put("updateStore", "/{storeId}")
async def update_store(call: ApplicationCall[NewStore]) -> Store:
    """Update a store."""
    return await service.update_store(call.tx, call.scope, call.id("storeId"), call.body)


@api.delete("deleteStore", "/{storeId}")
async def delete_store(call: ApplicationCall) -> None:
    """Delete a store."""
    await service.delete_store(call.tx, call.scope, call.id("storeId"))
