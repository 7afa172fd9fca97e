"""Defining attributes and event types (behaviour/definitions 1; behaviour/events 3)."""

from typing import Any

import pytest
from sqlalchemy import select

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, WrongStateError
from tercel.database.tables.accounts import accounts
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import load_definitions
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tercel.features.setup.attributes import event_types, service
from tercel.features.setup.attributes.listing import (
    ATTRIBUTES,
    EVENT_TYPES,
    AttributeFilter,
    EventTypeFilter,
)
from tercel.features.setup.attributes.model import NewAttribute, NewEventType
from tests.features.conftest import make_application, make_caller
from tests.features.scopes import account, asked

pytestmark = pytest.mark.anyio


def _new(**fields: Any) -> NewAttribute:
    defaults = {
        "entity": "CustomerSession",
        "name": "Channel",
        "title": "Channel",
        "type": "string",
        "description": "Where the order came from",
        "suggestions": ["app", "web"],
        "editable": True,
    }
    return NewAttribute(**{**defaults, **fields})


def _pointers(raised: pytest.ExceptionInfo[Any]) -> list[tuple[str, str | None]]:
    return [(problem.title, problem.pointer) for problem in raised.value.problems]


async def test_an_attribute_comes_back_as_it_was_defined(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    new = _new(subscribed_applications_ids=[application_id], restricted_by_suggestions=True)
    made = await service.create_attribute(tx, caller, new)
    assert await service.get_attribute(tx, caller, made.id) == made
    assert made.account_id == caller.account_id
    assert made.suggestions == ["app", "web"]
    assert made.subscribed_applications_ids == [application_id]
    assert made.restricted_by_suggestions
    assert not made.has_allowed_list


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"title": "Other"}, ["/name"]),
        ({"name": "Other"}, ["/title"]),
    ],
)
async def test_names_and_titles_are_unique_per_entity(
    tx: Transaction, caller: Caller, fields: dict[str, str], pointers: list[str]
) -> None:
    await service.create_attribute(tx, caller, _new())
    with pytest.raises(ConflictError) as raised:
        await service.create_attribute(tx, caller, _new(**fields))
    assert [problem.pointer for problem in raised.value.problems] == pointers


async def test_other_entities_events_and_accounts_may_use_the_same_name(
    tx: Transaction, caller: Caller
) -> None:
    for fields in (
        {},
        {"entity": "Store"},
        {"entity": "Event", "event_type": "a"},
        {"entity": "Event", "event_type": "b"},
    ):
        await service.create_attribute(tx, caller, _new(**fields))
    await service.create_attribute(tx, await make_caller(tx), _new())
    assert (await ATTRIBUTES.counted(tx, account(caller), asked())).total_result_size == 4


async def test_the_first_attribute_of_an_event_brings_its_type_into_being(
    tx: Transaction, caller: Caller
) -> None:
    first = await service.create_attribute(tx, caller, _new(entity="Event", event_type="Rated"))
    second = await service.create_attribute(
        tx, caller, _new(entity="Event", event_type="Rated", name="Stars", title="Stars")
    )
    (event_type,) = (await EVENT_TYPES.page(tx, account(caller), asked())).data
    assert (event_type.name, event_type.title) == ("Rated", "Rated")
    assert first.event_type == second.event_type == "Rated"
    assert first.event_type_id == second.event_type_id == event_type.id


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"entity": "Event"}, ("required", "/eventType")),
        ({"event_type": "Rated"}, ("invalid", "/eventType")),
        ({"entity": "Event", "event_type": "talon_x"}, ("pattern", "/eventType")),
        ({"type": "time", "restricted_by_suggestions": True}, ("invalid", "/restrictedBySuggestions")),
        ({"type": "number", "restricted_by_suggestions": True}, ("type", "/suggestions/0")),
        ({"subscribed_applications_ids": [10**12]}, ("Unknown", "/subscribedApplicationsIds/0")),
    ],
)
async def test_what_makes_no_sense_is_refused(
    tx: Transaction, caller: Caller, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    with pytest.raises(InvalidError) as raised:
        await service.create_attribute(tx, caller, _new(**fields))
    assert _pointers(raised)[0] == problem


async def test_a_foreign_application_cannot_be_subscribed(tx: Transaction, caller: Caller) -> None:
    foreign = await make_application(tx, await make_caller(tx))
    with pytest.raises(InvalidError):
        await service.create_attribute(tx, caller, _new(subscribed_applications_ids=[foreign]))


async def test_title_description_and_suggestions_can_change(tx: Transaction, caller: Caller) -> None:
    made = await service.create_attribute(tx, caller, _new())
    changed = await service.update_attribute(
        tx,
        caller,
        made.id,
        _new(title="Way", description="", suggestions=["shop"], restricted_by_suggestions=True),
    )
    assert (changed.title, changed.description, changed.suggestions) == ("Way", "", ["shop"])
    assert changed.restricted_by_suggestions


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "Way"}, "/name"),
        ({"type": "number"}, "/type"),
        ({"entity": "Store"}, "/entity"),
        ({"event_type": "x"}, "/eventType"),
    ],
)
async def test_what_values_depend_on_is_fixed(
    tx: Transaction, caller: Caller, fields: dict[str, Any], pointer: str
) -> None:
    made = await service.create_attribute(tx, caller, _new())
    with pytest.raises(InvalidError) as raised:
        await service.update_attribute(tx, caller, made.id, _new(**fields))
    assert _pointers(raised) == [("readOnly", pointer)]


async def test_an_attribute_that_is_not_editable_stays(tx: Transaction, caller: Caller) -> None:
    made = await service.create_attribute(tx, caller, _new(editable=False))
    with pytest.raises(WrongStateError):
        await service.update_attribute(tx, caller, made.id, _new())


async def test_attributes_of_other_accounts_do_not_exist(tx: Transaction, caller: Caller) -> None:
    made = await service.create_attribute(tx, caller, _new())
    stranger = await make_caller(tx)
    with pytest.raises(NotFoundError):
        await service.get_attribute(tx, stranger, made.id)
    with pytest.raises(NotFoundError):
        await service.update_attribute(tx, stranger, made.id, _new())
    assert (await ATTRIBUTES.page(tx, account(stranger), asked())).data == []


async def test_lists_can_be_narrowed(tx: Transaction, caller: Caller, application_id: int) -> None:
    other = await make_application(tx, caller, "Shop")
    await service.create_attribute(tx, caller, _new(name="A", title="A", subscribed_applications_ids=[other]))
    await service.create_attribute(tx, caller, _new(name="B", title="B", type="number", description="100%"))
    await service.create_attribute(tx, caller, _new(entity="Store", name="C", title="C", editable=False))

    async def found(**filters: Any) -> list[str]:
        page = await ATTRIBUTES.counted(tx, account(caller), asked(AttributeFilter(**filters)))
        assert page.total_result_size == len(page.data)
        return [one.name for one in page.data]

    assert await found() == ["A", "B", "C"]
    assert await found(entity="Store") == ["C"]
    assert await found(type="number") == ["B"]
    assert await found(kind="builtin") == ["C"]
    assert await found(application_ids=[application_id]) == ["B", "C"]
    assert await found(application_ids=[application_id, other]) == ["A", "B", "C"]
    assert await found(search="0%") == ["B"]
    assert await found(search="_") == []
    assert await found(search="NUMB") == ["B"]


async def test_lists_are_sorted_and_paged(tx: Transaction, caller: Caller) -> None:
    for name in ("B", "A", "C"):
        await service.create_attribute(tx, caller, _new(name=name, title=name))
    page = await ATTRIBUTES.counted(tx, account(caller), asked(page=Paging(2, 1, "-name")))
    assert ([one.name for one in page.data], page.total_result_size) == (["B", "A"], 3)
    with pytest.raises(InvalidError) as raised:
        await ATTRIBUTES.page(tx, account(caller), asked(page=Paging(2, 0, "colour")))
    assert raised.value.problems[0].parameter == "sort"


async def test_definitions_are_those_available_in_the_application(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    other = await make_application(tx, caller, "Shop")
    await service.create_attribute(tx, caller, _new(name="A", title="A", subscribed_applications_ids=[other]))
    await service.create_attribute(tx, caller, _new(name="B", title="B", restricted_by_suggestions=True))
    await service.create_attribute(tx, caller, _new(name="C", title="C", entity="Event", event_type="Rated"))
    account_id = caller.account_id
    here = await load_definitions(tx, account_id, "CustomerSession", application_id=application_id)
    assert list(here) == ["B"]
    assert here["B"].allowed == {"app", "web"}
    assert set(await load_definitions(tx, account_id, "CustomerSession")) == {"A", "B"}
    assert set(await load_definitions(tx, account_id, "Event", "Rated")) == {"C"}
    assert await load_definitions(tx, account_id, "Event", "Other") == {}


async def test_every_write_raises_the_revision_of_the_account(tx: Transaction, caller: Caller) -> None:
    revision = select(accounts.c.revision).where(accounts.c.id == caller.account_id)
    before = await tx.scalar(revision)
    made = await service.create_attribute(tx, caller, _new())
    between = await tx.scalar(revision)
    await service.update_attribute(tx, caller, made.id, _new(description=""))
    after = await tx.scalar(revision)
    assert before < between < after


async def test_event_types_have_unique_names_that_are_not_reserved(tx: Transaction, caller: Caller) -> None:
    made = await event_types.create_event_type(tx, caller, NewEventType(name="Rated", title="Rating"))
    assert (made.name, made.title, made.description) == ("Rated", "Rating", "")
    with pytest.raises(ConflictError) as taken:
        await event_types.create_event_type(tx, caller, NewEventType(name="Rated", title="Again"))
    assert _pointers(taken) == [("unique", "/name")]
    with pytest.raises(InvalidError) as reserved:
        await event_types.create_event_type(tx, caller, NewEventType(name="talon_session_closed", title="x"))
    assert _pointers(reserved) == [("pattern", "/name")]


async def test_event_types_are_found_by_name(tx: Transaction, caller: Caller) -> None:
    for name in ("Rated", "Shared"):
        await event_types.create_event_type(tx, caller, NewEventType(name=name, title=name))
    page = await EVENT_TYPES.page(tx, account(caller), asked(EventTypeFilter(name="Shared")))
    assert [one.name for one in page.data] == ["Shared"]
    stranger = await make_caller(tx)
    assert (await EVENT_TYPES.page(tx, account(stranger), asked())).data == []
