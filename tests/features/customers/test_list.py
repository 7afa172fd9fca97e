"""Reading customers (behaviour/lists 4; behaviour/profiles 5)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from sqlalchemy import update

from tercel.base.codec import decode_any, encode
from tercel.base.errors import InvalidError, NotFoundError
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Page, Paging
from tercel.features.customers.profiles.listing import (
    CUSTOMERS,
    CUSTOMERS_OF_ALL,
    PROFILES,
    CustomerFilter,
    ProfileFilter,
    get_application_customer,
    get_profile,
)
from tercel.features.customers.profiles.model import CustomerProfile, CustomerProfileSearchQuery
from tercel.features.customers.profiles.search import search_conditions
from tests.features.campaigns_and_entries import define
from tests.features.conftest import make_application, make_caller
from tests.features.customers.conftest import CREATED, MakeProfile
from tests.features.scopes import account, application, asked
from tests.support.database import read_rows_as_stored

pytestmark = pytest.mark.anyio

LONG = "x" * 1_000


async def found(tx: Transaction, caller: Caller, application_id: int, **query: Any) -> list[str]:
    conditions = await search_conditions(tx, caller.account_id, CustomerProfileSearchQuery(**query))
    page = await CUSTOMERS.counted(tx, application(caller, application_id), asked(), *conditions)
    assert page.total_result_size == len(page.data)
    return [customer.integration_id for customer in page.data]


def names(profiles: list[Any]) -> list[str]:
    return [profile.integration_id for profile in profiles]


async def test_every_field(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    profile_id = await make_profile(
        "ann",
        application_id,
        advocate="bob",
        attributes={"Name": "Ann"},
        closed_sessions=3,
        total_sales=Decimal("142.50"),
        last_activity=CREATED + timedelta(days=90),
    )
    customer = await get_application_customer(tx, application_id, profile_id)
    assert decode_any(encode(customer)) == {
        "id": profile_id,
        "created": "2030-01-01T00:00:00Z",
        "integrationId": "ann",
        "attributes": {"Name": "Ann"},
        "accountId": caller.account_id,
        "closedSessions": 3,
        "totalSales": Decimal("142.5"),
        "loyaltyMemberships": None,
        "audienceMemberships": [],
        "lastActivity": "2030-04-01T00:00:00Z",
        "sandbox": False,
        "advocateIntegrationId": "bob",
    }
    profile = await get_profile(tx, caller, profile_id)
    fields = {
        name: value for name, value in msgspec.structs.asdict(customer).items() if "advocate" not in name
    }
    assert profile == CustomerProfile(**fields)


async def test_the_last_activity_is_the_creation_until_there_is_one(
    tx: Transaction, application_id: int, make_profile: MakeProfile
) -> None:
    customer = await get_application_customer(tx, application_id, await make_profile("ann", application_id))
    assert customer.last_activity == CREATED
    assert customer.advocate_integration_id is UNSET


async def test_an_application_has_the_customers_that_were_seen_there(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    other = await make_application(tx, caller, "Other")
    both = await make_profile("both", application_id, other)
    elsewhere = await make_profile("elsewhere", other)
    await make_profile("nowhere")
    page = await CUSTOMERS.counted(tx, application(caller, application_id), asked())
    assert (names(page.data), page.total_result_size) == (["both"], 1)
    assert (await get_application_customer(tx, other, both)).integration_id == "both"
    with pytest.raises(NotFoundError):
        await get_application_customer(tx, application_id, elsewhere)


@pytest.mark.parametrize("integration_id", ["a/b", "a b", "🦅", LONG, "%", "ann\u0301"])
async def test_the_customer_with_an_identifier(
    tx: Transaction, application_id: int, make_profile: MakeProfile, integration_id: str
) -> None:
    await make_profile(integration_id, application_id)
    await make_profile("another", application_id)
    scope = application(Caller(account_id=0), application_id)
    page = await CUSTOMERS.page(tx, scope, asked(CustomerFilter(integration_id=integration_id)))
    assert (names(page.data), page.has_more) == ([integration_id], False)


async def test_pages_do_not_overlap(tx: Transaction, application_id: int, make_profile: MakeProfile) -> None:
    for number in range(5):
        await make_profile(f"customer {number}", application_id)
    scope = application(Caller(account_id=0), application_id)
    pages = [
        await CUSTOMERS.page(tx, scope, asked(page=Paging(2, skip)), is_counted=True) for skip in (0, 2, 4)
    ]
    assert [name for page in pages for name in names(page.data)] == [f"customer {n}" for n in range(5)]
    assert [(page.total, page.has_more) for page in pages] == [(5, True), (5, True), (5, False)]


async def test_all_parts_of_a_search_must_hold(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    await define(tx, caller, "CustomerProfile", "City")
    await define(tx, caller, "CustomerProfile", "Tags", "(list string)")
    ann = await make_profile("ann", application_id, attributes={"City": "Rome", "Tags": ["a", "b"]})
    bob = await make_profile("bob", application_id, attributes={"City": "Rome", "Tags": ["a"]})
    await make_profile(LONG, application_id)
    assert await found(tx, caller, application_id) == ["ann", "bob", LONG]
    assert await found(tx, caller, application_id, attributes={"City": "Rome"}) == ["ann", "bob"]
    assert await found(tx, caller, application_id, attributes={"City": "Rome", "Tags": ["a"]}) == ["bob"]
    assert await found(tx, caller, application_id, attributes={"City": "rome"}) == []
    assert await found(tx, caller, application_id, integration_ids=["ann", LONG, "nobody"]) == ["ann", LONG]
    assert await found(tx, caller, application_id, profile_ids=[ann, bob]) == ["ann", "bob"]
    assert await found(tx, caller, application_id, profile_ids=[ann], integration_ids=["bob"]) == []
    everything = {"attributes": {"City": "Rome"}, "profile_ids": [ann, bob], "integration_ids": ["bob"]}
    assert await found(tx, caller, application_id, **everything) == ["bob"]


async def test_unknown_attributes_cannot_be_searched(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    await define(tx, caller, "CustomerProfile", "City")
    with pytest.raises(InvalidError) as refused:
        await found(tx, caller, application_id, attributes={"City": 1, "Towm": "Rome", "a/b": 1})
    assert [problem.pointer for problem in refused.value.problems] == ["/attributes/Towm", "/attributes/a~1b"]
    assert refused.value.problems[0].title == "Unknown"


async def test_the_account_has_two_environments(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    live = await make_profile("ann", application_id)
    sandbox = await make_profile("ann", sandbox=True)
    for is_sandbox, profile_id in ((False, live), (True, sandbox)):
        for query in (None, CustomerProfileSearchQuery(integration_ids=["ann"])):
            conditions = [] if query is None else await search_conditions(tx, caller.account_id, query)
            filters = asked(ProfileFilter(sandbox=is_sandbox))
            page = await PROFILES.page(tx, account(caller), filters, *conditions)
            assert [profile.id for profile in page.data] == [profile_id]


async def test_accounts_do_not_see_each_other(
    tx: Transaction, application_id: int, make_profile: MakeProfile
) -> None:
    profile_id = await make_profile("ann", application_id)
    stranger = await make_caller(tx)
    page = await PROFILES.page(tx, account(stranger), asked(ProfileFilter()))
    assert page.data == []
    query = CustomerProfileSearchQuery(profile_ids=[profile_id])
    conditions = await search_conditions(tx, stranger.account_id, query)
    assert (await CUSTOMERS_OF_ALL.page(tx, account(stranger), asked(), *conditions)).data == []
    with pytest.raises(NotFoundError):
        await get_profile(tx, stranger, profile_id)


async def test_a_key_for_some_applications_sees_their_customers_only(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    other = await make_application(tx, caller, "Other")
    mine = await make_profile("mine", application_id)
    theirs = await make_profile("theirs", other)
    limited = msgspec.structs.replace(caller, allowed_application_ids=frozenset({application_id}))
    page = await PROFILES.page(tx, account(limited), asked(ProfileFilter()))
    assert names(page.data) == ["mine"]
    assert names((await CUSTOMERS_OF_ALL.page(tx, account(limited), asked())).data) == ["mine"]
    assert (await get_profile(tx, limited, mine)).integration_id == "mine"
    with pytest.raises(NotFoundError):
        await get_profile(tx, limited, theirs)


async def test_the_customers_of_all_applications_each_once(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    other = await make_application(tx, caller, "Other")
    await make_profile("ann", application_id, other, advocate="bob")
    await make_profile("bob", other)
    await make_profile("nowhere")
    page = await CUSTOMERS_OF_ALL.page(tx, account(caller), asked())
    assert [(customer.integration_id, customer.advocate_integration_id) for customer in page.data] == [
        ("ann", "bob"),
        ("bob", UNSET),
    ]


async def test_pages_are_in_the_order_of_ids_wherever_rows_are_stored(
    tx: Transaction, caller: Caller, application_id: int, make_profile: MakeProfile
) -> None:
    ids = [await make_profile(name, application_id) for name in "abcde"]
    for moved in (ids[2], ids[0]):  # a row that changes is stored anew, behind the others
        await tx.execute(update(profiles).where(profiles.c.id == moved).values(closed_sessions=1))
    await read_rows_as_stored(tx)
    found: dict[str, list[int]] = {"profiles": [], "customers": [], "of application": []}
    for skip in (0, 2, 4):
        page = Paging(2, skip)
        pages: dict[str, Page[Any]] = {
            "profiles": await PROFILES.page(tx, account(caller), asked(ProfileFilter(), page)),
            "customers": await CUSTOMERS_OF_ALL.page(tx, account(caller), asked(page=page)),
            "of application": await CUSTOMERS.page(tx, application(caller, application_id), asked(page=page)),
        }
        for name, listed in pages.items():
            found[name] += [each.id for each in listed.data]
    assert found == dict.fromkeys(found, ids)
