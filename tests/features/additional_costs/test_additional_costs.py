"""Defining additional costs (behaviour/definitions 3)."""

from typing import Any

import pytest
from sqlalchemy import select

from tercel.base.errors import ConflictError, InvalidError, NotFoundError
from tercel.database.tables.accounts import accounts
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tercel.features.setup.additional_costs import service
from tercel.features.setup.additional_costs.model import NewAdditionalCost
from tercel.features.setup.additional_costs.resource import COSTS
from tests.features.conftest import make_caller
from tests.features.scopes import account, asked

pytestmark = pytest.mark.anyio


def _new(**fields: Any) -> NewAdditionalCost:
    return NewAdditionalCost(
        **{"name": "shipping", "title": "Shipping", "description": "To the door", **fields}
    )


async def test_a_cost_comes_back_as_it_was_defined(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    new = _new(type="both", subscribed_application_ids=[application_id])
    made = await service.create_additional_cost(tx, account(caller), new)
    assert await COSTS.get(tx, account(caller), made.id) == made
    assert (made.name, made.type, made.subscribed_application_ids) == ("shipping", "both", [application_id])
    assert _new().type == "session"


async def test_names_are_unique_in_the_account(tx: Transaction, caller: Caller) -> None:
    await service.create_additional_cost(tx, account(caller), _new())
    with pytest.raises(ConflictError) as raised:
        await service.create_additional_cost(tx, account(caller), _new(title="Other"))
    assert raised.value.problems[0].pointer == "/name"
    await service.create_additional_cost(tx, account(await make_caller(tx)), _new())


async def test_everything_but_the_name_can_change(tx: Transaction, caller: Caller) -> None:
    made = await service.create_additional_cost(tx, account(caller), _new())
    changed = await service.update_additional_cost(
        tx, account(caller), made.id, _new(title="Freight", type="item")
    )
    assert (changed.title, changed.type) == ("Freight", "item")
    with pytest.raises(InvalidError) as raised:
        await service.update_additional_cost(tx, account(caller), made.id, _new(name="freight"))
    assert (raised.value.problems[0].title, raised.value.problems[0].pointer) == ("readOnly", "/name")


async def test_unknown_applications_are_refused(tx: Transaction, caller: Caller) -> None:
    with pytest.raises(InvalidError) as raised:
        await service.create_additional_cost(tx, account(caller), _new(subscribed_application_ids=[10**12]))
    assert raised.value.problems[0].pointer == "/subscribedApplicationsIds/0"


async def test_costs_of_other_accounts_do_not_exist(tx: Transaction, caller: Caller) -> None:
    made = await service.create_additional_cost(tx, account(caller), _new())
    stranger = await make_caller(tx)
    with pytest.raises(NotFoundError):
        await COSTS.get(tx, account(stranger), made.id)
    with pytest.raises(NotFoundError):
        await service.update_additional_cost(tx, account(stranger), made.id, _new())
    assert (await COSTS.counted(tx, account(stranger), asked())).total_result_size == 0


async def test_lists_are_sorted_and_counted(tx: Transaction, caller: Caller) -> None:
    for name in ("b", "a", "c"):
        await service.create_additional_cost(tx, account(caller), _new(name=name, title=name))
    page = await COSTS.counted(tx, account(caller), asked(page=Paging(2, 0, "name")))
    assert ([cost.name for cost in page.data], page.total_result_size) == (["a", "b"], 3)


async def test_every_write_raises_the_revision_of_the_account(tx: Transaction, caller: Caller) -> None:
    revision = select(accounts.c.revision).where(accounts.c.id == caller.account_id)
    before = await tx.scalar(revision)
    made = await service.create_additional_cost(tx, account(caller), _new())
    between = await tx.scalar(revision)
    await service.update_additional_cost(tx, account(caller), made.id, _new(title="Freight"))
    assert before < between < await tx.scalar(revision)
