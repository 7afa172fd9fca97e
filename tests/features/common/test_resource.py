"""Plain nouns, whatever they are (behaviour/definitions 7)."""

from typing import Any

import pytest

from tercel.base.errors import ConflictError, InvalidError, NotFoundError
from tercel.database.tables.outgoing import custom_effects
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.resource import Values
from tercel.features.common.scope import Scope
from tercel.features.setup.additional_costs.resource import COSTS
from tercel.features.setup.custom_effects.resource import CUSTOM_EFFECTS
from tests.features.conftest import make_caller
from tests.features.scopes import account

pytestmark = pytest.mark.anyio


@pytest.fixture
def scope(caller: Caller) -> Scope:
    return account(caller)


def _effect(name: str) -> Values:
    fields: dict[str, Any] = {
        column.name: "" for column in custom_effects.c if column.type.python_type is str
    }
    return {
        **fields,
        "name": name,
        "params": [],
        "application_ids": [],
        "is_per_item": False,
        "enabled": True,
    }


def _cost(name: str, title: str = "t") -> Values:
    return {
        "name": name,
        "title": title,
        "description": "",
        "type": "session",
        "subscribed_application_ids": [],
    }


async def test_a_row_lives_in_its_account(tx: Transaction, scope: Scope) -> None:
    made = await COSTS.create(tx, scope, _cost("a"))
    stranger = account(await make_caller(tx))
    for missing in (
        COSTS.get(tx, stranger, made.id),
        COSTS.change(tx, stranger, made.id, _cost("a")),
        COSTS.delete(tx, stranger, made.id),
    ):
        with pytest.raises(NotFoundError, match=f"there is no additional cost `{made.id}`"):
            await missing
    assert await COSTS.get(tx, scope, made.id) == made
    await COSTS.delete(tx, scope, made.id)
    with pytest.raises(NotFoundError):
        await COSTS.get(tx, scope, made.id)


async def test_a_name_that_is_taken(tx: Transaction, scope: Scope) -> None:
    first = await CUSTOM_EFFECTS.create(tx, scope, _effect("first"))
    await CUSTOM_EFFECTS.create(tx, scope, _effect("second"))
    for taken in (
        CUSTOM_EFFECTS.create(tx, scope, _effect("second")),
        CUSTOM_EFFECTS.change(tx, scope, first.id, _effect("second")),
    ):
        with pytest.raises(ConflictError, match="there is already a custom effect `second`") as raised:
            await taken
        assert [(each.title, each.pointer) for each in raised.value.problems] == [("unique", "/name")]
    assert (await CUSTOM_EFFECTS.change(tx, scope, first.id, _effect("first"))).name == "first"
    assert (await CUSTOM_EFFECTS.change(tx, scope, first.id, _effect("third"))).name == "third"
    stranger = account(await make_caller(tx))
    assert (await CUSTOM_EFFECTS.create(tx, stranger, _effect("second"))).name == "second"


async def test_what_is_fixed(tx: Transaction, scope: Scope) -> None:
    made = await COSTS.create(tx, scope, _cost("a"))
    with pytest.raises(InvalidError) as raised:
        await COSTS.change(tx, scope, made.id, _cost("b"))
    [problem] = raised.value.problems
    assert (problem.title, problem.pointer) == ("readOnly", "/name")
    assert problem.details.startswith("the name of an additional cost cannot change")
    assert (await COSTS.change(tx, scope, made.id, _cost("a", "other"))).title == "other"
