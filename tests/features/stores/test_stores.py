"""Stores of an application (behaviour/definitions 4)."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from tercel.base.errors import ConflictError, InvalidError, NotFoundError
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tercel.features.setup.attributes.model import NewAttribute
from tercel.features.setup.attributes.service import create_attribute
from tercel.features.setup.stores import service
from tercel.features.setup.stores.model import NewStore
from tercel.features.setup.stores.resource import STORES, StoreFilter
from tests.features.conftest import make_application
from tests.features.scopes import application, asked

pytestmark = pytest.mark.anyio


def _new(integration_id: str = "store-1", **fields: Any) -> NewStore:
    return NewStore(**{"name": "Mitte", "description": "", "integration_id": integration_id, **fields})


async def _campaign(tx: Transaction, caller: Caller, application_id: int, store_ids: list[int]) -> int:
    values = {
        "account_id": caller.account_id,
        "application_id": application_id,
        "name": "c",
        "description": "",
        "state": "enabled",
        "type": "advanced",
        "linked_store_ids": store_ids,
    }
    campaign_id: int = await tx.scalar(insert(campaigns).values(**values).returning(campaigns.c.id))
    return campaign_id


@pytest.mark.parametrize("integration_id", ["store-1", "a/b c", "ladén 🏬", "x" * 1000])
async def test_a_store_comes_back_as_it_was_created(
    tx: Transaction, caller: Caller, application_id: int, integration_id: str
) -> None:
    made = await service.create_store(tx, application(caller, application_id), _new(integration_id))
    assert await STORES.get(tx, application(caller, application_id), made.id) == made
    assert (made.integration_id, made.application_id) == (integration_id, application_id)
    assert made.linked_campaign_ids == []
    found = await STORES.page(
        tx, application(caller, application_id), asked(StoreFilter(integration_id=integration_id))
    )
    assert [store.id for store in found.data] == [made.id]


async def test_integration_ids_are_unique_in_the_application(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    await service.create_store(tx, application(caller, application_id), _new("x" * 1000))
    with pytest.raises(ConflictError) as raised:
        await service.create_store(tx, application(caller, application_id), _new("x" * 1000, name="Other"))
    assert raised.value.problems[0].pointer == "/integrationId"
    await service.create_store(tx, application(caller, application_id), _new("x" * 999 + "y"))
    await service.create_store(
        tx, application(caller, await make_application(tx, caller, "Two")), _new("x" * 1000)
    )


async def test_everything_but_the_integration_id_can_change(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    made = await service.create_store(tx, application(caller, application_id), _new())
    changed = await service.update_store(
        tx, application(caller, application_id), made.id, _new(name="Nord", description="d")
    )
    assert (changed.name, changed.description) == ("Nord", "d")
    with pytest.raises(InvalidError) as raised:
        await service.update_store(tx, application(caller, application_id), made.id, _new("store-2"))
    assert raised.value.problems[0].pointer == "/integrationId"


async def test_attributes_are_checked(tx: Transaction, caller: Caller, application_id: int) -> None:
    size = NewAttribute(
        entity="Store",
        name="Size",
        title="Size",
        type="number",
        description="",
        suggestions=[],
        editable=True,
    )
    await create_attribute(tx, caller, size)
    made = await service.create_store(tx, application(caller, application_id), _new(attributes={"Size": 3}))
    assert made.attributes == {"Size": 3}
    with pytest.raises(InvalidError) as raised:
        await service.update_store(
            tx,
            application(caller, application_id),
            made.id,
            _new(attributes={"Size": "big", "Colour": "red"}),
        )
    assert [problem.pointer for problem in raised.value.problems] == [
        "/attributes/Size",
        "/attributes/Colour",
    ]


async def test_the_linked_campaigns_are_told(tx: Transaction, caller: Caller, application_id: int) -> None:
    first = await service.create_store(tx, application(caller, application_id), _new("1"))
    second = await service.create_store(tx, application(caller, application_id), _new("2"))
    both = await _campaign(tx, caller, application_id, [first.id, second.id])
    one = await _campaign(tx, caller, application_id, [second.id])
    assert (await STORES.get(tx, application(caller, application_id), first.id)).linked_campaign_ids == [both]
    assert (await STORES.get(tx, application(caller, application_id), second.id)).linked_campaign_ids == [
        both,
        one,
    ]
    linked = await STORES.counted(
        tx, application(caller, application_id), asked(StoreFilter(campaign_id=one))
    )
    assert ([store.id for store in linked.data], linked.total_result_size) == ([second.id], 1)


async def test_a_deleted_store_stays_linked_so_that_its_campaign_does_not_run_everywhere(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    made = await service.create_store(tx, application(caller, application_id), _new())
    campaign = await _campaign(tx, caller, application_id, [made.id])
    await service.delete_store(tx, application(caller, application_id), made.id)
    linked = select(campaigns.c.linked_store_ids).where(campaigns.c.id == campaign)
    assert await tx.scalar(linked) == [made.id]
    with pytest.raises(NotFoundError):
        await STORES.get(tx, application(caller, application_id), made.id)
    with pytest.raises(NotFoundError):
        await service.delete_store(tx, application(caller, application_id), made.id)


async def test_lists_can_be_narrowed(tx: Transaction, caller: Caller, application_id: int) -> None:
    for integration_id, name in (("b-1", "Mitte"), ("b-2", "Nord"), ("nord_3", "Hamburg 100%")):
        await service.create_store(tx, application(caller, application_id), _new(integration_id, name=name))

    async def found(**filters: Any) -> list[str]:
        page = await STORES.page(
            tx,
            application(caller, application_id),
            asked(StoreFilter(**filters), Paging(10, 0, "integrationId")),
        )
        assert page.total is None
        return [store.integration_id for store in page.data]

    assert await found() == ["b-1", "b-2", "nord_3"]
    assert await found(name="NOR") == ["b-2"]
    assert await found(query="nord") == ["b-2", "nord_3"]
    assert await found(query="%") == ["nord_3"]
    assert await found(integration_id="b") == []


async def test_stores_of_other_applications_do_not_exist(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    made = await service.create_store(tx, application(caller, application_id), _new())
    other = await make_application(tx, caller, "Two")
    with pytest.raises(NotFoundError):
        await STORES.get(tx, application(caller, other), made.id)
    with pytest.raises(NotFoundError):
        await service.update_store(tx, application(caller, other), made.id, _new())
    with pytest.raises(NotFoundError):
        await service.delete_store(tx, application(caller, other), made.id)


async def test_every_write_raises_the_revision_of_the_application(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    revision = select(applications.c.revision).where(applications.c.id == application_id)
    seen = [await tx.scalar(revision)]
    made = await service.create_store(tx, application(caller, application_id), _new())
    seen.append(await tx.scalar(revision))
    await service.update_store(tx, application(caller, application_id), made.id, _new(name="Nord"))
    seen.append(await tx.scalar(revision))
    await service.delete_store(tx, application(caller, application_id), made.id)
    seen.append(await tx.scalar(revision))
    assert seen == sorted(set(seen))
